package org.tallystick.protocol;

/**
 * One matrix that {@code owner} brings to a joint input: {@code rows × columns} elements, column after column.
 * {@code values} is present at the owner and {@code null} at everyone else.
 */
public record OwnerInput(int owner, int rows, int columns, int width, long[] values) {
    public OwnerInput {
        if (values != null && values.length != rows * columns) {
            throw new IllegalArgumentException(
                    values.length + " values for an input of " + rows + " rows and " + columns + " columns");
        }
    }

    @Override
    public String toString() {
        return "OwnerInput[owner " + owner + ", " + rows + " x " + columns + " mod 2^" + width + "]";
    }
}
