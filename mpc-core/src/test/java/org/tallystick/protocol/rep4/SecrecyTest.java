package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.RecordingMesh.Entry;
import org.tallystick.protocol.Adder;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.rep4.Rep4Runs.Ending;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/**
 * What a party receives in a run of every operation tells nothing of the others' inputs. All that a party P knows stays
 * fixed, its seeds and its own input; the one seed it lacks is drawn anew for every run. Then each half byte it
 * receives, and the exclusive or of each two bits it receives, must have the same distribution for two sets of the
 * others' inputs: a mask that is missing or used twice shows in one of them. Draws are fixed, so the outcome is too;
 * for fresh draws, all false alarms of this class together have a probability below 10⁻⁴.
 */
class SecrecyTest {
    private static final int RUNS = 64 * (3 + Integer.getInteger("tally.test.scale", 1));
    /** χ² with 15 degrees of freedom exceeds this with probability below 10⁻⁹. */
    private static final double HALF_BYTE_LIMIT = 76;
    /** A normal variable is so many standard deviations off with probability below 10⁻¹³. */
    private static final double PAIR_LIMIT = 7.5;

    /** With short elements in few messages, and with all spread evenly. */
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "2, 0", "3, 0", "0, 1024", "1, 1024", "2, 1024", "3, 1024"})
    void whatIsReceivedDoesNotDependOnTheInputsOfOthers(int party, int shortBytes) {
        Terms terms = new Terms(shortBytes);
        View zero = view(party, 0, terms, p -> closed(p, party, owner -> new long[3]));
        View other = view(party, RUNS, terms, p -> closed(p, party, owner -> Rep4Runs.inputs(owner, 3)));
        assertTrue(zero.bits.length > 2400, "bits received: " + zero.bits.length);
        assertAlike(zero, other);
    }

    private static List<Long> closed(Rep4 p, int party, Function<Integer, long[]> others) {
        Rep4Runs.Results results =
                Rep4Runs.compute(p, owner -> owner == party ? Rep4Runs.inputs(owner, 3) : others.apply(owner));
        p.reveal(results.quotient(), party + 1 & 3);
        p.reveal(results.both(), party + 2 & 3);
        return List.of();
    }

    /** Two pairs of inputs of equal sum: who learns the sum learns no more. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void anAnswerTellsNothingButItself(int party) {
        View one = view(party, 0, Terms.STANDARD, p -> sum(p, party, 0, 1000));
        View other = view(party, RUNS, Terms.STANDARD, p -> sum(p, party, 713, 287));
        assertAlike(one, other);
    }

    private static List<Long> sum(Rep4 p, int party, long x, long y) {
        List<Rep4Vector> parts = p.inputs(List.of(
                Rep4Runs.input(p.self(), party + 1 & 3, 1, 1, 20, new long[] {x}),
                Rep4Runs.input(p.self(), party + 2 & 3, 1, 1, 20, new long[] {y})));
        Rep4Vector sum = p.add(parts.get(0), parts.get(1));
        Rep4Bits bits = p.toBits(sum, 0, 20);
        p.open(sum);
        p.open(bits);
        p.reveal(sum, party);
        p.reveal(bits, party);
        return List.of();
    }

    private static void assertAlike(View zero, View other) {
        assertEquals(zero.bits.length, other.bits.length);
        for (int at = 0; at < zero.bits.length; at += 4) {
            double distance = zero.halfByteDistance(other, at);
            assertTrue(distance < HALF_BYTE_LIMIT, "half byte " + at / 4 + ": " + distance);
        }
        assertTrue(zero.pairDistance(other) < PAIR_LIMIT, "pair of bits: " + zero.pairDistance(other));
    }

    /** The statistics see a byte in clear, and a mask that two bytes share. */
    @Test
    void theStatisticsSeeLeaks() {
        View zero = new View();
        View other = new View();
        Random random = new Random(5);
        for (int run = 0; run < RUNS; run++) {
            byte mask = (byte) random.nextInt();
            zero.add(run, new byte[] {mask, 0});
            other.add(run, new byte[] {(byte) random.nextInt(), 3});
        }
        assertTrue(zero.halfByteDistance(other, 8) > HALF_BYTE_LIMIT);
        assertTrue(zero.halfByteDistance(other, 0) < HALF_BYTE_LIMIT);
        View sharing = new View();
        View sharingToo = new View();
        for (int run = 0; run < RUNS; run++) {
            byte mask = (byte) random.nextInt();
            sharing.add(run, new byte[] {mask, mask});
            sharingToo.add(run, new byte[] {mask, (byte) (mask ^ 3)});
        }
        assertTrue(sharing.halfByteDistance(sharingToo, 0) < HALF_BYTE_LIMIT);
        assertTrue(sharing.halfByteDistance(sharingToo, 8) < HALF_BYTE_LIMIT);
        assertTrue(sharing.pairDistance(sharingToo) > PAIR_LIMIT);
    }

    /** What one party received in all runs: for each bit, its values run by run, 64 to a long. */
    private static final class View {
        private long[][] bits = new long[0][];

        void add(int run, byte[] received) {
            if (bits.length == 0) {
                bits = new long[8 * received.length][RUNS / 64];
            }
            assertEquals(bits.length, 8 * received.length);
            for (int at = 0; at < bits.length; at++) {
                bits[at][run / 64] |= (received[at / 8] >>> at % 8 & 1L) << run;
            }
        }

        double halfByteDistance(View other, int at) {
            int[] mine = histogram(at);
            int[] theirs = other.histogram(at);
            double distance = 0;
            for (int value = 0; value < 16; value++) {
                double sum = mine[value] + theirs[value];
                distance += sum == 0 ? 0 : (mine[value] - theirs[value]) * (mine[value] - theirs[value]) / sum;
            }
            return distance;
        }

        private int[] histogram(int at) {
            int[] counts = new int[16];
            for (int run = 0; run < RUNS; run++) {
                int value = 0;
                for (int k = 0; k < 4; k++) {
                    value |= (int) (bits[at + k][run / 64] >>> run & 1) << k;
                }
                counts[value]++;
            }
            return counts;
        }

        /** In standard deviations, how far apart any two bits' exclusive or is. */
        double pairDistance(View other) {
            int most = 0;
            for (int i = 0; i < bits.length; i++) {
                for (int j = 0; j < i; j++) {
                    most = Math.max(most, Math.abs(differences(i, j) - other.differences(i, j)));
                }
            }
            return most / Math.sqrt(RUNS / 2.0);
        }

        private int differences(int i, int j) {
            int count = 0;
            for (int word = 0; word < bits[i].length; word++) {
                count += Long.bitCount(bits[i][word] ^ bits[j][word]);
            }
            return count;
        }
    }

    private static View view(int party, int firstDraw, Terms terms, Function<Rep4, List<Long>> body) {
        View view = new View();
        for (int run = 0; run < RUNS; run++) {
            Random draw = new Random(31L * (firstDraw + run) + party);
            byte[] lacking = new byte[SharedSeed.BYTES];
            draw.nextBytes(lacking);
            List<Ending> endings = Rep4Runs.run(Rep4Runs.LONG, mesh -> mesh, mesh -> {
                SharedSeed[] seeds = Rep4Runs.seeds(mesh.self());
                seeds[party] = mesh.self() == party ? null : SharedSeed.of(lacking);
                return body.apply(new Rep4(mesh, seeds, Rep4Runs.hash(1), Adder::choose, terms));
            });
            view.add(run, received(endings.get(party)));
        }
        return view;
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
        Run run = new Run(mesh, Rep4Runs.seeds(3), Rep4Runs.hash(1), Terms.STANDARD);
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
