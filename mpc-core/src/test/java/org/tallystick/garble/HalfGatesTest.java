package org.tallystick.garble;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.garble.Garbler.Offset;
import org.tallystick.random.SharedGenerator;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;

/** Garbled and evaluated is the same as computed; and what half gates must not do, they do not. */
class HalfGatesTest {
    static SharedGenerator generator(int number) {
        byte[] seed = new byte[SharedSeed.BYTES];
        new Random(number).nextBytes(seed);
        return SharedSeed.of(seed).generator(new byte[32]);
    }

    /** Tables in memory, piece by piece. */
    static final class Kept implements TableSink {
        private final List<byte[]> pieces = new ArrayList<>();

        @Override
        public byte[] take(byte[] piece, int length) {
            pieces.add(Arrays.copyOf(piece, length));
            return new byte[Tables.PIECE];
        }

        long bytes() {
            return pieces.stream().mapToLong(piece -> piece.length).sum();
        }

        TableSource source() {
            Iterator<byte[]> rest = pieces.iterator();
            return length -> {
                byte[] piece = rest.next();
                assertEquals(piece.length, length);
                return piece;
            };
        }
    }

    /** The garbler's decoding bits and the evaluator's colours, put together. */
    private static BitMatrix garbled(Circuit circuit, BitMatrix bits, Offset offset, Hashing hashing) {
        Garbler garbler = new Garbler(generator(1), bits.rows(), offset, hashing);
        Labels inputs = garbler.inputs(circuit.inputBits());
        Kept tables = new Kept();
        Labels outputs = garbler.garble(circuit, inputs, tables);
        assertEquals(Tables.bytes(circuit, bits.rows()), tables.bytes());
        Evaluator evaluator = new Evaluator(garbler.key(), bits.rows(), hashing);
        Labels active = Labels.of(garbler.active(inputs, bits).bytes(), 0, bits.wires(), bits.rows());
        Labels results = evaluator.evaluate(circuit, active, tables.source());
        BitMatrix decoded = xor(outputs.colours(), results.colours());
        assertArrayEquals(
                garbler.active(outputs, decoded).bytes(),
                results.bytes(),
                "the evaluator has exactly the right labels");
        return decoded;
    }

    private static BitMatrix xor(BitMatrix x, BitMatrix y) {
        long[] words = x.words().clone();
        for (int i = 0; i < words.length; i++) {
            words[i] ^= y.words()[i];
        }
        return new BitMatrix(x.wires(), x.rows(), words);
    }

    private static BitMatrix random(int wires, int rows, long seed) {
        Random random = new Random(seed);
        long[] words = random.longs((long) wires * BitMatrix.wordsPerWire(rows)).toArray();
        for (int i = 0; i < words.length; i++) {
            if (i % BitMatrix.wordsPerWire(rows) == BitMatrix.wordsPerWire(rows) - 1) {
                words[i] &= BitMatrix.lastWordMask(rows);
            }
        }
        return new BitMatrix(wires, rows, words);
    }

    /** Products, comparisons, negations, constants, and ANDs of a wire with itself and its negation in disguise. */
    private static Circuit mixed(Circuit.Order order) {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(7);
        int[] y = b.input(7);
        int same = b.xor(b.xor(x[0], y[0]), y[0]);
        int nothing = b.xor(same, x[0]);
        b.output(Words.multiply(b, x, y, 14));
        b.output(
                b.and(same, x[0]),
                b.and(same, b.not(x[0])),
                b.and(nothing, y[1]),
                b.and(b.not(nothing), y[1]),
                b.and(nothing, b.not(nothing)),
                Words.atLeastSigned(b, x, y),
                x[3],
                b.not(y[2]),
                CircuitBuilder.TRUE,
                CircuitBuilder.FALSE);
        return b.build(order);
    }

    static Stream<Arguments> shapes() {
        List<Arguments> shapes = new ArrayList<>();
        for (int instances : new int[] {1, 2, 3, 17, 63, 64, 65, 127, 128, 129, 300, 1024}) {
            for (Offset offset : Offset.values()) {
                for (Hashing hashing : Hashing.values()) {
                    for (Circuit.Order order : Circuit.Order.values()) {
                        shapes.add(Arguments.of(instances, offset, hashing, order));
                    }
                }
            }
        }
        return shapes.stream();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void garbledIsComputed(int instances, Offset offset, Hashing hashing, Circuit.Order order) {
        Circuit circuit = mixed(order);
        BitMatrix bits = random(circuit.inputBits(), instances, instances);
        BitMatrix expected = PlainEvaluator.evaluate(circuit, bits);
        assertArrayEquals(
                expected.words(), garbled(circuit, bits, offset, hashing).words());
    }

    /** One instance out of a batch, by its own tables. */
    @ParameterizedTest
    @MethodSource("shapes")
    void oneInstanceAlone(int instances, Offset offset, Hashing hashing, Circuit.Order order) {
        Circuit circuit = mixed(order);
        BitMatrix bits = random(circuit.inputBits(), instances, instances + 1);
        BitMatrix expected = PlainEvaluator.evaluate(circuit, bits);
        Garbler garbler = new Garbler(generator(9), instances, offset, hashing);
        Labels inputs = garbler.inputs(circuit.inputBits());
        Kept kept = new Kept();
        Labels outputs = garbler.garble(circuit, inputs, kept);
        ByteArrayOutputStream tables = new ByteArrayOutputStream();
        kept.pieces.forEach(tables::writeBytes);
        Labels active = garbler.active(inputs, bits);
        for (int instance : new int[] {0, instances / 2, instances - 1}) {
            byte[] own = TableLayout.instance(circuit, tables.toByteArray(), instances, hashing, instance);
            Labels results = new Evaluator(garbler.key(), instance, 1, hashing)
                    .evaluate(circuit, active.instance(instance), length -> Arrays.copyOf(own, length));
            BitMatrix decoded = xor(outputs.instance(instance).colours(), results.colours());
            assertEquals(expected.number(instance), decoded.number(0));
            Offsets alone = garbler.offsets().instance(instance);
            assertArrayEquals(alone.active(outputs.instance(instance), decoded).bytes(), results.bytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void fips197Garbled(Hashing hashing) throws IOException {
        Path file = PublishedCircuits.file("aes_128");
        assumeTrue(Files.exists(file), "the published circuits are not beside this checkout");
        try (InputStream in = Files.newInputStream(file)) {
            Circuit aes = BristolReader.read(in, Circuit.Order.LAYERED, 1 << 20);
            BitMatrix bits = PublishedCircuits.aesInput(
                    "aes_128", "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff");
            BitMatrix result = garbled(aes, bits, Offset.OF_BATCH, hashing);
            assertEquals("69c4e0d86a7b0430d8cdb78070b4c55a", PublishedCircuits.hex(result, 0, true));
        }
    }

    /** What one circuit gives out goes into the next: a chain of 40 products, with one pair of labels. */
    @Test
    void circuitsFollowEachOther() {
        Circuit step = Evaluated.binary(16, (b, in) -> Words.add(b, Words.multiply(b, in[0], in[1], 16), in[0]));
        BitMatrix bits = random(32, 5, 3);
        Garbler garbler = new Garbler(generator(2), 5, Offset.OF_INSTANCE, Hashing.TWEAKED);
        Labels y = garbler.inputs(16);
        Labels x = garbler.inputs(16);
        Labels active = garbler.active(x.and(y), bits);
        Labels activeX = active.range(0, 16);
        Labels activeY = active.range(16, 32);
        Evaluator evaluator = new Evaluator(garbler.key(), 5, Hashing.TWEAKED);
        for (int run = 0; run < 40; run++) {
            Kept tables = new Kept();
            x = garbler.garble(step, x.and(y), tables);
            activeX = evaluator.evaluate(step, activeX.and(activeY), tables.source());
        }
        BitMatrix result = xor(x.colours(), activeX.colours());
        for (int row = 0; row < 5; row++) {
            long all = bits.number(row);
            long expected = all & 0xFFFF;
            for (int run = 0; run < 40; run++) {
                expected = expected * (all >>> 16) + expected & 0xFFFF;
            }
            assertEquals(expected, result.number(row));
        }
    }

    @Test
    void theSameGeneratorGarblesAlike() {
        Circuit circuit = mixed(Circuit.Order.LAYERED);
        List<byte[]> made = new ArrayList<>();
        for (int number : new int[] {7, 7, 8}) {
            Garbler garbler = new Garbler(generator(number), 70, Offset.OF_INSTANCE, Hashing.REKEYED);
            Kept tables = new Kept();
            Labels outputs = garbler.garble(circuit, garbler.inputs(circuit.inputBits()), tables);
            made.add(outputs.bytes());
            made.add(tables.pieces.getFirst());
        }
        assertArrayEquals(made.get(0), made.get(2));
        assertArrayEquals(made.get(1), made.get(3));
        assertFalse(Arrays.equals(made.get(0), made.get(4)));
        assertFalse(Arrays.equals(made.get(1), made.get(5)));
    }

    /** One hash key for both halves would make the sum of an AND's rows Δ where its inputs are a and ¬a. */
    @ParameterizedTest
    @EnumSource
    void aWireAndItsNegationGiveNothingAway(Hashing hashing) {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(2);
        int hidden = b.xor(b.xor(x[0], x[1]), x[1]);
        b.output(b.and(x[0], b.not(hidden)));
        Circuit circuit = b.build(Circuit.Order.LAYERED);
        int instances = 256;
        Garbler garbler = new Garbler(generator(3), instances, Offset.OF_INSTANCE, hashing);
        Kept tables = new Kept();
        Labels inputs = garbler.inputs(2);
        Labels trues = garbler.trueLabels(inputs);
        garbler.garble(circuit, inputs, tables);
        byte[] rows = new byte[32 * instances];
        int at = 0;
        for (byte[] piece : tables.pieces) {
            System.arraycopy(piece, 0, rows, at, piece.length);
            at += piece.length;
        }
        for (int i = 0; i < instances; i++) {
            int batch = i / Labels.LANES * 2 * HalfGates.BYTES;
            int lane = 16 * (i % Labels.LANES);
            for (int k = 0; k < 2; k++) {
                long sum = word(rows, batch + lane + 8 * k) ^ word(rows, batch + HalfGates.BYTES + lane + 8 * k);
                long[] no = inputs.chunk(0, i / Labels.LANES);
                long[] yes = trues.chunk(0, i / Labels.LANES);
                int j = 2 * (i % Labels.LANES) + k;
                for (long known : new long[] {0, no[j], yes[j]}) {
                    assertNotEquals(no[j] ^ yes[j], sum ^ known);
                }
            }
        }
    }

    private static long word(byte[] bytes, int at) {
        return (long) Lanes.LONGS.get(bytes, at);
    }

    /**
     * A wire that is false in all instances has the same label in all, under one Δ: without the instance number in the
     * hash, rows of two instances whose other inputs have different colours would differ by Δ, halves of it at least.
     */
    @ParameterizedTest
    @EnumSource
    void aWireThatIsTheSameInAllInstancesGivesNothingAway(Hashing hashing) {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(2);
        int nothing = b.xor(b.xor(b.xor(x[0], x[1]), x[1]), x[0]);
        b.output(b.and(nothing, x[0]), b.and(x[1], nothing));
        int instances = 128;
        Garbler garbler = new Garbler(generator(4), instances, Offset.OF_BATCH, hashing);
        Kept tables = new Kept();
        Labels inputs = garbler.inputs(2);
        garbler.garble(b.build(Circuit.Order.LAYERED), inputs, tables);
        long[] no = inputs.chunk(0, 0);
        long[] yes = garbler.trueLabels(inputs).chunk(0, 0);
        Set<Long> offsets = new HashSet<>(List.of(no[0] ^ yes[0], no[1] ^ yes[1]));
        byte[] rows = tables.pieces.getFirst();
        for (int i = 0; i < instances; i++) {
            for (int j = 0; j < i; j++) {
                for (int part = 0; part < 4; part++) {
                    for (int k = 0; k < 16; k += 8) {
                        long one = word(rows, part * HalfGates.BYTES + 16 * i + k);
                        long other = word(rows, part * HalfGates.BYTES + 16 * j + k);
                        assertFalse(one == other || offsets.contains(one ^ other));
                    }
                }
            }
        }
    }

    /** Offsets of a batch are one or all different, and never show: all rows and labels look like noise. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1024})
    void offsetsAndColours(int instances) {
        for (Offset offset : Offset.values()) {
            Garbler garbler = new Garbler(generator(5), instances, offset, Hashing.of(instances));
            Labels inputs = garbler.inputs(1);
            Labels trues = garbler.trueLabels(inputs);
            Set<Long> different = new HashSet<>();
            int ones = 0;
            for (int i = 0; i < instances; i++) {
                long[] no = inputs.chunk(0, i / Labels.LANES);
                long[] yes = trues.chunk(0, i / Labels.LANES);
                int j = 2 * (i % Labels.LANES);
                assertEquals(1, (no[j] ^ yes[j]) & 1);
                assertEquals(1, (no[j + 1] ^ yes[j + 1]) & 1);
                different.add(no[j] ^ yes[j]);
                ones += (int) (no[j] & 1);
            }
            assertEquals(offset == Offset.OF_BATCH ? 1 : instances, different.size());
            assertTrue(Math.abs(2 * ones - instances) <= 6 * Math.sqrt(instances));
        }
    }

    /**
     * σ, and its sums with the identity on either half of a label, are linear and injective: on a basis, that is all.
     */
    @Test
    void theOrthomorphismIsOne() {
        for (long mask : new long[] {0, -1}) {
            long[] images = new long[64];
            for (int i = 0; i < 64; i++) {
                images[i] = Lanes.orthomorphism(1L << i) ^ 1L << i & mask;
            }
            Random random = new Random(6);
            for (int run = 0; run < 100; run++) {
                long x = random.nextLong();
                long sum = 0;
                for (int i = 0; i < 64; i++) {
                    sum ^= (x >>> i & 1) != 0 ? images[i] : 0;
                }
                assertEquals(Lanes.orthomorphism(x) ^ x & mask, sum);
            }
            assertEquals(64, rank(images));
        }
    }

    private static int rank(long[] rows) {
        int rank = 0;
        for (int bit = 0; bit < 64; bit++) {
            for (int i = rank; i < 64; i++) {
                if ((rows[i] >>> bit & 1) != 0) {
                    long pivot = rows[i];
                    rows[i] = rows[rank];
                    rows[rank++] = pivot;
                    for (int k = rank; k < 64; k++) {
                        rows[k] ^= (rows[k] >>> bit & 1) != 0 ? pivot : 0;
                    }
                    break;
                }
            }
        }
        return rank;
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Circuit circuit = mixed(Circuit.Order.LAYERED);
        Garbler garbler = new Garbler(generator(1), 4, Offset.OF_BATCH, Hashing.TWEAKED);
        Labels few = garbler.inputs(3);
        assertThrows(IllegalArgumentException.class, () -> garbler.garble(circuit, few, (piece, _) -> piece));
        assertThrows(IllegalArgumentException.class, () -> new Evaluator(new byte[15], 4, Hashing.TWEAKED));
        assertThrows(
                IllegalArgumentException.class, () -> new Garbler(generator(1), 0, Offset.OF_BATCH, Hashing.TWEAKED));
        assertThrows(IllegalArgumentException.class, () -> Labels.of(new byte[100], 0, 3, 3));
        assertThrows(IllegalArgumentException.class, () -> few.and(new Labels(1, 5)));
        assertEquals("Labels[3 wires, 4 instances]", few.toString());
    }
}
