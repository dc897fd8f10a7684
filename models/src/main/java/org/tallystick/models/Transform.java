package org.tallystick.models;

import org.tallystick.program.ColumnRule;

/** How a data set makes a party's column from a cell of its file. A missing cell stays missing. */
public sealed interface Transform {
    /** The text as it is. */
    record Text() implements Transform {}

    /** A decimal number as it is. */
    record Numeric() implements Transform {}

    /** The natural logarithm of a number above 0. */
    record Log() implements Transform {}

    /** 1 where the text is exactly {@code value}, else 0. */
    record EqualTo(String value) implements Transform {}

    /** 1 where the number is greater than {@code value}, else 0. */
    record GreaterThan(double value) implements Transform {}

    /** The first {@code count} characters. */
    record First(int count) implements Transform {}

    /**
     * The sector of a NAICS industry code: its first two digits, those of one sector joined, as in 31-33; 0 is missing.
     */
    record NaicsSector() implements Transform {}

    /**
     * The party's cell; empty if missing.
     *
     * @param cell without surrounding blanks, not empty
     * @throws IllegalArgumentException if the cell cannot be transformed: what is expected instead
     */
    default String apply(String cell) {
        return switch (this) {
            case Text _ -> cell;
            case Numeric _ -> {
                number(cell);
                yield cell;
            }
            case Log _ -> {
                double value = number(cell);
                if (value <= 0) {
                    throw new IllegalArgumentException(
                            "not above 0, so it has no logarithm; mark such cells as missing,"
                                    + " or import the number and let the model clip it before the logarithm");
                }
                yield Double.toString(StrictMath.log(value));
            }
            case EqualTo equal -> cell.equals(equal.value()) ? "1" : "0";
            case GreaterThan greater -> number(cell) > greater.value() ? "1" : "0";
            case First first -> cell.substring(0, Math.min(first.count(), cell.length()));
            case NaicsSector _ -> naicsSector(cell);
        };
    }

    private static double number(String cell) {
        return ColumnRule.decimal(cell)
                .orElseThrow(() -> new IllegalArgumentException(
                        "not a number; write a decimal number such as 1250.5, or list the text under 'missing'"));
    }

    private static String naicsSector(String cell) {
        if (cell.chars().allMatch(c -> c == '0')) {
            return "";
        }
        if (cell.length() < 2 || !cell.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("not a NAICS code; it has 2 to 6 digits");
        }
        String sector = cell.substring(0, 2);
        return switch (sector) {
            case "31", "32", "33" -> "31-33";
            case "44", "45" -> "44-45";
            case "48", "49" -> "48-49";
            default -> sector;
        };
    }
}
