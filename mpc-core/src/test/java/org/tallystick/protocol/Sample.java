package org.tallystick.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.tallystick.net.Parties;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * One shape at one party of a conformance run: plain numbers that all parties draw alike, shares of them brought in by
 * parties in turn, and comparisons of what opens with plain arithmetic. The numbers are those at which arithmetic
 * breaks (0, ±1, ±2^k, ±2^k − 1, the extremes) among random ones.
 */
public final class Sample<A extends ArithmeticShare, B extends BitShare> {
    private static final int[] ROWS = {1, 2, 63, 64, 65, 127, 130};
    private static final int[] COLUMNS = {1, 3};
    private static final int[] WIDTHS = {1, 8, 33, 44, 63, 64};

    private final Protocol<A, B> protocol;
    private final Random random;
    private final int rows;
    private final int columns;
    private final int width;
    private int owner;

    public Sample(Protocol<A, B> protocol, int rows, int columns, int width) {
        this.protocol = protocol;
        this.rows = rows;
        this.columns = columns;
        this.width = width;
        this.random = new Random(20260601L + 31L * (31L * rows + columns) + width);
        this.owner = (rows + columns + width) % protocol.parties();
    }

    /** What is tested of one shape. */
    public interface Check<A extends ArithmeticShare, B extends BitShare> {
        void of(Sample<A, B> sample);
    }

    /** Runs a check of every shape, at every party, in one run of the profile. */
    public static <A extends ArithmeticShare, B extends BitShare> void ofEveryShape(
            ProfileUnderTest<A, B> profile, Check<A, B> check) {
        Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 0);
            for (int width : WIDTHS) {
                for (int rows : ROWS) {
                    for (int columns : COLUMNS) {
                        check.of(new Sample<>(protocol, rows, columns, width));
                    }
                }
            }
            return protocol.self();
        });
    }

    public Protocol<A, B> protocol() {
        return protocol;
    }

    public Random random() {
        return random;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    public int width() {
        return width;
    }

    /** As many numbers as the shape has elements, signed, of the shape's width. */
    public long[] numbers() {
        return numbers(rows * columns, width);
    }

    public long[] numbers(int count, int bits) {
        List<Long> special = special(bits);
        long[] numbers = new long[count];
        for (int k = 0; k < count; k++) {
            numbers[k] = signed(
                    random.nextInt(4) == 0 ? random.nextLong() : special.get(random.nextInt(special.size())), bits);
        }
        return numbers;
    }

    private static List<Long> special(int bits) {
        List<Long> special = new ArrayList<>(List.of(0L, 1L, -1L, 2L, -2L));
        for (int k = 0; k < bits; k++) {
            long power = 1L << k;
            special.addAll(List.of(power, -power, power - 1, -power - 1, power + 1));
        }
        return special;
    }

    public A share(long[] values) {
        return share(values, rows, columns, width);
    }

    public A share(long[] values, int rows, int columns, int width) {
        owner = (owner + 1) % protocol.parties();
        long[] brought = owner == protocol.self() ? values.clone() : null;
        return protocol.inputs(List.of(new OwnerInput(owner, rows, columns, width, brought)))
                .getFirst();
    }

    public BitMatrix bits(int wires) {
        long[] words = random.longs((long) wires * BitMatrix.wordsPerWire(rows)).toArray();
        for (int k = BitMatrix.wordsPerWire(rows) - 1; k < words.length; k += BitMatrix.wordsPerWire(rows)) {
            words[k] &= BitMatrix.lastWordMask(rows);
        }
        return new BitMatrix(wires, rows, words);
    }

    /** Shares of bits, by way of elements mod 2. */
    public B shareBits(BitMatrix bits) {
        long[] elements = new long[bits.wires() * bits.rows()];
        for (int k = 0; k < elements.length; k++) {
            elements[k] = bits.get(k / bits.rows(), k % bits.rows()) ? 1 : 0;
        }
        return protocol.toBits(share(elements, bits.rows(), bits.wires(), 1), 0, 1);
    }

    public void expect(long[] expected, A share) {
        expect(expected, rows, columns, width, share);
    }

    public void expect(long[] expected, int rows, int columns, int width, A share) {
        assertEquals(List.of(rows, columns, width), List.of(share.rows(), share.columns(), share.width()), "shape");
        expect(expected, width, protocol.open(share));
    }

    public void expect(long[] expected, int width, long[] opened) {
        assertEquals(expected.length, opened.length);
        for (int k = 0; k < opened.length; k++) {
            assertEquals(expected[k] & -1L >>> (64 - width), opened[k], this + ", element " + k);
        }
    }

    public void expectBits(BitMatrix expected, B share) {
        assertEquals(List.of(expected.wires(), expected.rows()), List.of(share.wires(), share.rows()), "shape");
        expectBits(expected, protocol.open(share));
    }

    public void expectBits(BitMatrix expected, BitMatrix opened) {
        assertEquals(List.of(expected.wires(), expected.rows()), List.of(opened.wires(), opened.rows()), "shape");
        for (int k = 0; k < expected.words().length; k++) {
            assertEquals(expected.words()[k], opened.words()[k], this + ", word " + k);
        }
    }

    /** Bits {@code from} to {@code to − 1} of plain numbers, as {@link Protocol#toBits} orders them. */
    public static BitMatrix sliced(long[] values, int rows, int from, int to) {
        int columns = values.length / rows;
        int perWire = BitMatrix.wordsPerWire(rows);
        long[] words = new long[(to - from) * columns * perWire];
        for (int b = from; b < to; b++) {
            for (int k = 0; k < values.length; k++) {
                int wire = (b - from) * columns + k / rows;
                words[wire * perWire + k % rows / 64] |= (values[k] >>> b & 1) << k % rows;
            }
        }
        return new BitMatrix((to - from) * columns, rows, words);
    }

    static long signed(long value, int bits) {
        return value << (64 - bits) >> (64 - bits);
    }

    @Override
    public String toString() {
        return rows + " x " + columns + " mod 2^" + width;
    }
}
