package org.tallystick.protocol;

import java.util.List;

/**
 * The declared cost of every interactive operation of a profile, as a function of public shapes alone. The tests
 * measure each operation and fail when it differs by a byte or a round. Linear operations cost nothing.
 */
public interface CostModel {
    int parties();

    /** The inputs themselves, without checks that may travel with the first product. */
    Cost inputs(List<OwnerInput> inputs);

    /** What the checks of these inputs add to the bytes of the first product that follows them; no rounds. */
    Cost checksWithProduct(List<OwnerInput> inputs);

    /** The checks of these inputs in a round of their own, where no product follows at once. */
    Cost checksAlone(List<OwnerInput> inputs);

    /** A multiplication, or a dot product or a matrix product with that many results. */
    Cost multiply(int elements, int width);

    Cost truncate(int elements, int width, int bits);

    Cost toBits(int rows, int columns, int width, int from, int to);

    Cost fromBit(int wires, int rows, int width);

    /** The sign of a matrix whose low {@code dropped} bits need not be looked at. */
    default Cost sign(int rows, int columns, int width, int dropped) {
        return toBits(rows, columns, width, width - 1, width);
    }

    default Cost multiplyBits(int elements, int width) {
        return fromBit(1, elements, width).plus(multiply(elements, width));
    }

    default Cost dotBits(int rows, int columns, int width) {
        return fromBit(columns, rows, width).plus(multiply(rows, width));
    }

    Cost and(int wires, int rows);

    Cost open(int elements, int width);

    Cost openBits(int wires, int rows);

    Cost reveal(int elements, int width, int party);

    Cost revealBits(int wires, int rows, int party);
}
