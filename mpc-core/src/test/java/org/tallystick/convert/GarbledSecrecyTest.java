package org.tallystick.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.Worlds.Ending;
import org.tallystick.net.RecordingMesh.Entry;

/** What a party receives has the same statistics for inputs that give it the same answers. */
class GarbledSecrecyTest {
    private static final int RUNS = 128;
    private static final double LIMIT = 6;

    @ParameterizedTest
    @Tag("slow")
    @CsvSource({"0, TWO", "1, TWO", "2, TWO", "3, TWO", "0, THREE", "1, THREE", "2, THREE", "3, THREE"})
    void aPartyLearnsNothingButItsAnswer(int party, Way way) {
        // Comparison and low bits of y, which the evaluator (party 0) learns, are equal.
        double[] one = frequencies(party, way, 0, List.of(new long[] {0}, new long[] {0}, new long[] {0}));
        double[] other = frequencies(party, way, 90_000, List.of(new long[] {255}, new long[] {252}, new long[] {7}));
        assertEquals(one.length, other.length);
        for (int bit = 0; bit < one.length; bit++) {
            double deviations = (one[bit] - other[bit]) / Math.sqrt(RUNS / 2.0);
            assertTrue(Math.abs(deviations) < LIMIT, "bit " + bit + " of what party " + party + " receives");
        }
    }

    /** How often each bit that a party receives is set, over fresh seeds and shares. */
    private static double[] frequencies(int party, Way way, long firstSeed, List<long[]> values) {
        double[] set = new double[0];
        for (int run = 0; run < RUNS; run++) {
            List<Ending> endings = Worlds.run(Worlds.LONG, Roles.of(0, 0), way, firstSeed + run, values, mesh -> mesh);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int peer = 0; peer < 4; peer++) {
                for (Entry entry : endings.get(party).entries()) {
                    if (!entry.sent() && entry.peer() == peer) {
                        all.writeBytes(entry.message());
                    }
                }
            }
            byte[] bytes = all.toByteArray();
            if (run == 0) {
                set = new double[8 * bytes.length];
            }
            for (int bit = 0; bit < set.length; bit++) {
                set[bit] += bytes[bit / 8] >> bit % 8 & 1;
            }
        }
        return set;
    }
}
