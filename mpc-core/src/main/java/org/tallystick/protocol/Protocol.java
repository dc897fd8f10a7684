package org.tallystick.protocol;

import java.util.List;
import java.util.Optional;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * What a security profile offers: arithmetic shares {@code A} of matrices mod 2^width, bit shares {@code B} of
 * bit-sliced wires, linear operations on both without a message, and a few interactive operations, each one set of
 * rounds for a whole matrix. Gadgets and programs are written once against this interface.
 *
 * <p>All parties call the same operations in the same order with the same public shapes. An interactive operation
 * blocks, and ends in {@link org.tallystick.net.ProtocolAbort} when a peer is late, lost, or caught cheating. The cost
 * of every operation is what {@link CostModel} declares for the profile, to the byte.
 */
public interface Protocol<A extends ArithmeticShare, B extends BitShare> {
    Profile profile();

    /** This party's index, 0 to {@code parties() − 1}. */
    int self();

    int parties();

    // ---- getting values in and out

    /** All inputs of one round, each by its owner; results in the same order. */
    List<A> inputs(List<OwnerInput> inputs);

    /** A public matrix as a share, without a message. {@code values} column after column. */
    A constant(long[] values, int rows, int columns, int width);

    /** Opens to every party: the values mod 2^width as unsigned numbers, column after column. */
    long[] open(A x);

    BitMatrix open(B x);

    /**
     * Opens to {@code party} alone, every other party having a veto; empty at the others. Values as in {@link #open}.
     */
    Optional<long[]> reveal(A x, int party);

    Optional<BitMatrix> reveal(B x, int party);

    // ---- linear operations on arithmetic shares: no message

    A add(A x, A y);

    A subtract(A x, A y);

    /** x + constant, the same constant for all elements. */
    A addConstant(A x, long constant);

    /** x · factor, the same public factor for all elements. */
    A scale(A x, long factor);

    /** Element by element, x · values with a public matrix of the shape of x, column after column. */
    A multiplyConstant(A x, long[] values);

    /** The same value mod a smaller power of two. */
    A narrow(A x, int width);

    /** Columns {@code from} to {@code from + count − 1}. */
    A columns(A x, int from, int count);

    /** The columns of all parts side by side; parts have equal rows and width. */
    A concat(List<A> parts);

    /** Rows {@code from} to {@code from + count − 1}, at least one. */
    A rows(A x, int from, int count);

    /** The rows of the given public indices, at least one, in that order; an index may repeat. */
    A rows(A x, int[] indices);

    /** The rows of all parts, one below the other; parts have equal columns and width. */
    A concatRows(List<A> parts);

    /** Rows become columns. */
    A transpose(A x);

    /** One row: the sum of each column. */
    A sumRows(A x);

    /** A matrix of one row, repeated to {@code rows} equal rows. */
    A repeatRow(A x, int rows);

    /** A matrix of one column, repeated to {@code columns} equal columns. */
    A repeatColumn(A x, int columns);

    // ---- interactive operations on arithmetic shares

    /** Element by element; shapes equal. */
    A multiply(A x, A y);

    /**
     * Row by row, the sum over columns of x · y: one column. {@code y} has the rows of {@code x}, or a single row that
     * serves for all. The cost is that of one multiplication a row, whatever the number of columns.
     */
    A dot(A x, A y);

    /**
     * As {@link #dot} of matrices of {@code rows} rows side by side, which are asked for in blocks and may be wider
     * than the single row {@code y}.
     */
    default A dot(int rows, List<RowBlocks<A>> beside, A y) {
        List<A> whole =
                beside.stream().map(x -> narrow(x.block(0, rows), y.width())).toList();
        return dot(concat(whole), y);
    }

    /**
     * The matrix product: n × k with k × m gives n × m. The cost is that of one multiplication an element of the
     * result, whatever k.
     */
    A product(A x, A y);

    /**
     * x / 2^bits, off by less than one unit in the last place, for every −2^(width−2) ≤ x &lt; 2^(width−2). {@code 1 ≤
     * bits ≤ width − 2}.
     */
    A truncate(A x, int bits);

    // ---- between arithmetic and bits

    /**
     * Bits {@code from} to {@code to − 1} of every element. Wire {@code (b − from) · columns + c} holds bit b of column
     * c.
     */
    B toBits(A x, int from, int to);

    /** The top bit: 1 where the element, read as a signed number of its width, is negative. Wire c is column c. */
    default B sign(A x) {
        return toBits(x, x.width() - 1, x.width());
    }

    /**
     * As {@link #sign}, but the low {@code dropped} bits need not be looked at: for 0 ≤ x &lt; 2^dropped the answer may
     * be either. Right for every other x of at least −2^(width−1) + 2^dropped. {@code 0 ≤ dropped ≤ width − 2}. Where a
     * comparison need not be exact it costs what the sign of so much shorter numbers costs.
     */
    default B sign(A x, int dropped) {
        Operands.requireDroppable(x, dropped);
        return sign(x);
    }

    /** Each bit as an element 0 or 1 mod 2^width: rows stay rows, wire w becomes column w. */
    A fromBit(B x, int width);

    /** The elements whose bit is 1, and 0 in place of the others: wire c goes with column c. */
    default A multiplyBits(B bits, A x) {
        Operands.requireBitOfEach(bits, x);
        return multiply(fromBit(bits, x.width()), x);
    }

    /** One column: for each row, the sum of the elements whose bit is 1. Wire c goes with column c. */
    default A dotBits(B bits, A x) {
        Operands.requireBitOfEach(bits, x);
        return dot(fromBit(bits, x.width()), x);
    }

    // ---- bits

    /** Public bits as a share, without a message. */
    B constant(BitMatrix bits);

    B xor(B x, B y);

    B not(B x);

    /** The wires of the given indices, in that order; an index may repeat. No message. */
    B wires(B x, int[] indices);

    /** The wires of all parts, one after the other; parts have equal rows. No message. */
    B concatWires(List<B> parts);

    /** Wire by wire; shapes equal. One round. */
    B and(B x, B y);
}
