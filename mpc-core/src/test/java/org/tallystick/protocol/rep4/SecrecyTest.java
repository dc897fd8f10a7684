package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.RecordingMesh.Entry;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.rep4.Rep4Runs.Ending;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/**
 * What a party receives has the same distribution whatever the inputs: each half byte of each message of a run of every
 * operation, for all inputs zero against inputs drawn anew for each run, is compared by the χ² test of two samples.
 * Proposals are fixed, so the outcome is too; for a fresh draw the false alarms of the whole test together are below
 * 10⁻⁵.
 */
class SecrecyTest {
    private static final int RUNS = 600 * Integer.getInteger("tally.test.scale", 1);
    /** χ² with 15 degrees of freedom exceeds this with probability below 10⁻⁹. */
    private static final double LIMIT = 76;

    @Test
    @Tag("slow")
    void whatIsReceivedDoesNotDependOnTheInputs() {
        Views zero = views(0, _ -> new long[3]);
        Random random = new Random(4);
        Views drawn = views(RUNS, _ -> random.longs(3).toArray());
        for (int party = 0; party < 4; party++) {
            assertTrue(zero.halfBytes(party) > 700, "half bytes received: " + zero.halfBytes(party));
            assertEquals(zero.halfBytes(party), drawn.halfBytes(party));
            for (int at = 0; at < zero.halfBytes(party); at++) {
                double distance = zero.distance(drawn, party, at);
                assertTrue(distance < LIMIT, "party " + party + ", half byte " + at + ": " + distance);
            }
        }
    }

    /** The same statistic sees an input of one bit in clear, and the same digest key in all runs. */
    @Test
    void theStatisticSeesALeak() {
        Views zero = new Views();
        Views drawn = new Views();
        Random random = new Random(5);
        for (int run = 0; run < RUNS; run++) {
            zero.count(0, new byte[] {(byte) random.nextInt(16)});
            drawn.count(0, new byte[] {(byte) (random.nextInt(16) & random.nextInt(2) - 1 | random.nextInt(8))});
        }
        assertTrue(zero.distance(drawn, 0, 0) > LIMIT);
        assertTrue(zero.distance(drawn, 0, 1) < LIMIT);
    }

    /** How often each half byte that each party received had each value. */
    private static final class Views {
        private final Map<Integer, int[][]> counts = new HashMap<>();

        void count(int party, byte[] received) {
            int[][] table = counts.computeIfAbsent(party, _ -> new int[2 * received.length][16]);
            for (int at = 0; at < table.length; at++) {
                table[at][received[at / 2] >>> 4 * (at % 2) & 15]++;
            }
        }

        int halfBytes(int party) {
            return counts.get(party).length;
        }

        double distance(Views other, int party, int at) {
            double distance = 0;
            for (int value = 0; value < 16; value++) {
                double mine = counts.get(party)[at][value];
                double theirs = other.counts.get(party)[at][value];
                distance += mine + theirs == 0 ? 0 : (mine - theirs) * (mine - theirs) / (mine + theirs);
            }
            return distance;
        }
    }

    private static Views views(int firstProposal, Function<Integer, long[]> secrets) {
        Views views = new Views();
        for (int run = 0; run < RUNS; run++) {
            int proposal = firstProposal + run;
            List<long[]> values = new ArrayList<>();
            for (int owner = 0; owner < 4; owner++) {
                values.add(secrets.apply(owner));
            }
            List<Ending> endings = Rep4Runs.run(
                    Rep4Runs.LONG,
                    mesh -> mesh,
                    mesh -> Rep4Runs.everything(Rep4Runs.start(mesh, proposal), values::get));
            for (int party = 0; party < 4; party++) {
                views.count(party, received(endings.get(party)));
            }
        }
        return views;
    }

    /** All that a party received, peer by peer: the order in which messages of one round are taken in is no matter. */
    private static byte[] received(Ending ending) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int peer = 0; peer < 4; peer++) {
            for (Entry entry : ending.entries()) {
                if (!entry.sent() && entry.peer() == peer) {
                    all.writeBytes(entry.message());
                }
            }
        }
        return all.toByteArray();
    }

    /** No input, no owner's own partial sum and no intermediate result stands in any message. */
    @Test
    void noRawWordTravels() {
        Random random = new Random(6);
        List<long[]> values = new ArrayList<>();
        for (int owner = 0; owner < 4; owner++) {
            values.add(random.longs(3).toArray());
        }
        List<Ending> endings = Rep4Runs.run(Rep4Runs.LONG, mesh -> mesh, mesh -> {
            Rep4 p = Rep4Runs.start(mesh, 7);
            List<OwnerInput> inputs = new ArrayList<>();
            for (int owner = 0; owner < 4; owner++) {
                inputs.add(Rep4Runs.input(p.self(), owner, 1, 3, 64, values.get(owner)));
            }
            List<Rep4Vector> x = p.inputs(inputs);
            Rep4Vector score = p.dot(p.concat(x.subList(1, 4)), p.concat(List.of(x.get(0), x.get(0), x.get(0))));
            p.reveal(p.sign(p.truncate(p.multiply(score, score), 7)), 0);
            return List.of();
        });
        List<Long> secrets = new ArrayList<>();
        long score = 0;
        for (long[] own : values) {
            LongStream.of(own).forEach(secrets::add);
            long partial = dot(own, values.getFirst());
            secrets.add(partial);
            score += own == values.getFirst() ? 0 : partial;
        }
        secrets.addAll(List.of(score, score * score, score * score >> 7));
        int words = 0;
        for (Ending ending : endings) {
            for (Entry entry : ending.entries()) {
                ByteBuffer bytes = ByteBuffer.wrap(entry.message());
                for (int at = 0; at + 8 <= entry.message().length; at++, words++) {
                    assertFalse(secrets.contains(
                            bytes.order(ByteOrder.LITTLE_ENDIAN).getLong(at)));
                    assertFalse(
                            secrets.contains(bytes.order(ByteOrder.BIG_ENDIAN).getLong(at)));
                }
            }
        }
        assertTrue(words > 2000, "words looked at: " + words);
    }

    private static long dot(long[] x, long[] y) {
        long sum = 0;
        for (int k = 0; k < x.length; k++) {
            sum += x[k] * y[k];
        }
        return sum;
    }

    /** Nothing that holds secrets prints one. */
    @Test
    void textsOfWhatHoldsSecretsShowShapesAlone() {
        long secret = 0x1122_3344_5566_7788L;
        long[][] parts = {{secret}, {secret}, {secret}, null};
        Mesh mesh = InProcessMesh.of(4, Rep4Runs.LONG).get(3);
        Run run = new Run(mesh, Rep4Runs.seeds(3), Rep4Runs.hash(1));
        Rep4Vector vector = new Rep4Vector(1, 1, 64, parts);
        List<Object> holders = List.of(
                vector,
                new Rep4Bits(1, 64, parts),
                new BitMatrix(1, 64, new long[] {secret}),
                new OwnerInput(0, 1, 1, 64, new long[] {secret}),
                new Inputs.Pending(0, new long[] {secret}),
                Products.multiply(3, vector, vector),
                new Entry(true, 1, ByteBuffer.allocate(8).putLong(secret).array()),
                Rep4Runs.seeds(0)[1],
                Rep4Runs.seeds(0)[1].generator(Rep4Runs.hash(1)),
                run,
                new Round(run),
                new Frames(),
                Rep4Runs.start(mesh, 1),
                Optional.of(new long[] {secret}));
        for (Object holder : holders) {
            String text = holder.toString();
            assertFalse(text.contains(Long.toString(secret)), text);
            assertFalse(text.toLowerCase(java.util.Locale.ROOT).contains("5566"), text);
        }
    }
}
