package org.tallystick.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tallystick.gadget.RangeCheck;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * How many rows fall into each of 4096 equal bins of the score, on shares. A bin is named by two digits of 6 bits, so
 * that a row's indicator is two vectors of 64, and all counts are one matrix product of the two.
 *
 * <p>Scores below or above the range count in the outermost bins.
 */
final class Histogram {
    /** Counts, and products of two of them, are mod 2^40. */
    static final int WIDTH = 40;

    static final int BITS = 12;
    static final int SIDE = 1 << (BITS / 2);
    static final int BINS = 1 << BITS;

    /** Rows that are counted at a time, to bound memory: a row has 192 indicator columns. */
    private static final int CHUNK = 8192;

    private Histogram() {}

    /** Counts of all rows and of the bad ones: bin 64h + l, ascending by score, is row h, column l. */
    record Counts<A>(A all, A bad) {}

    /**
     * @param scores one column at {@code scale} mod 2^64
     * @param bad one column of 0 and 1, mod 2^40
     * @param exponent the range is −2^exponent to 2^exponent
     */
    static <A extends ArithmeticShare, B extends BitShare> Counts<A> of(
            Protocol<A, B> protocol, A scores, int scale, A bad, int exponent) {
        A sum = protocol.constant(new long[SIDE * 2 * SIDE], SIDE, 2 * SIDE, WIDTH);
        for (int from = 0; from < scores.rows(); from += CHUNK) {
            int count = Math.min(CHUNK, scores.rows() - from);
            B bins = bins(protocol, protocol.rows(scores, from, count), scale, exponent);
            sum = protocol.add(sum, counts(protocol, bins, protocol.rows(bad, from, count)));
        }
        return new Counts<>(protocol.columns(sum, 0, SIDE), protocol.columns(sum, SIDE, SIDE));
    }

    /** The number of the bin, 0 to 4095, as 12 bits. Exact, unlike a truncation: rows of equal scores share a bin. */
    private static <A extends ArithmeticShare, B extends BitShare> B bins(
            Protocol<A, B> protocol, A scores, int scale, int exponent) {
        int dropped = scale + exponent + 1 - BITS;
        A shifted = protocol.addConstant(scores, 1L << (scale + exponent));
        B bits = protocol.toBits(shifted, dropped, Long.SIZE);
        int top = bits.wires() - 1;
        B negative = protocol.wires(bits, new int[] {top});
        B beyond = any(protocol, protocol.wires(bits, range(BITS, top - BITS)));
        // Below the range no bit is kept, above it all are set.
        B above = protocol.and(beyond, protocol.not(negative));
        B outside = protocol.xor(negative, above);
        B kept = protocol.and(
                protocol.wires(bits, range(0, BITS)), protocol.wires(protocol.not(outside), new int[BITS]));
        return protocol.xor(kept, protocol.wires(above, new int[BITS]));
    }

    /** Whether any of the wires is 1. */
    private static <B extends BitShare> B any(Protocol<?, B> protocol, B wires) {
        return protocol.not(RangeCheck.all(protocol, protocol.not(wires)));
    }

    private static int[] range(int from, int count) {
        return IntStream.range(from, from + count).toArray();
    }

    /** All counts on the left, those of bad rows on the right. */
    private static <A extends ArithmeticShare, B extends BitShare> A counts(Protocol<A, B> protocol, B bits, A bad) {
        A digits = protocol.fromBit(
                protocol.concatWires(List.of(digit(protocol, bits, 0), digit(protocol, bits, BITS / 2))), WIDTH);
        A low = protocol.columns(digits, 0, SIDE);
        A high = protocol.transpose(protocol.columns(digits, SIDE, SIDE));
        A lowBad = protocol.multiply(low, protocol.repeatColumn(bad, SIDE));
        return protocol.product(high, protocol.concat(List.of(low, lowBad)));
    }

    /** 64 wires, of which the one named by the six bits from {@code from} on is 1. Five rounds. */
    private static <B extends BitShare> B digit(Protocol<?, B> protocol, B bits, int from) {
        B bit = protocol.wires(bits, new int[] {from});
        B hot = protocol.concatWires(List.of(protocol.not(bit), bit));
        for (int k = 1; k < BITS / 2; k++) {
            int[] repeated = new int[hot.wires()];
            Arrays.fill(repeated, from + k);
            B upper = protocol.and(hot, protocol.wires(bits, repeated));
            hot = protocol.concatWires(List.of(protocol.xor(hot, upper), upper));
        }
        return hot;
    }

    /** The counts as one column of 4096, ascending by score. */
    static <A extends ArithmeticShare> A ascending(Protocol<A, ?> protocol, A counts) {
        A byLow = protocol.transpose(counts);
        List<A> columns = new ArrayList<>();
        for (int k = 0; k < SIDE; k++) {
            columns.add(protocol.columns(byLow, k, 1));
        }
        return protocol.concatRows(columns);
    }

    /** For each bin, how many there are in all bins before it. */
    static <A extends ArithmeticShare> A before(Protocol<A, ?> protocol, A counts) {
        A inRow = protocol.constant(new long[SIDE], SIDE, 1, WIDTH);
        List<A> withinRow = new ArrayList<>();
        for (int k = 0; k < SIDE; k++) {
            withinRow.add(inRow);
            inRow = protocol.add(inRow, protocol.columns(counts, k, 1));
        }
        A sum = protocol.constant(new long[1], 1, 1, WIDTH);
        List<A> rowsBefore = new ArrayList<>();
        for (int k = 0; k < SIDE; k++) {
            rowsBefore.add(sum);
            sum = protocol.add(sum, protocol.rows(inRow, k, 1));
        }
        return protocol.add(protocol.concat(withinRow), protocol.repeatColumn(protocol.concatRows(rowsBefore), SIDE));
    }
}
