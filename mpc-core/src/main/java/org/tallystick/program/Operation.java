package org.tallystick.program;

import java.util.List;

/**
 * One step of a {@link Program}. Step k defines value k; operands are indices of earlier steps. A value is a matrix
 * with one row per subject (or a single row, for what is the same for all subjects) of ring elements or of bits.
 */
public sealed interface Operation {
    /** The columns that party {@code owner} brings for every subject. Ring elements. */
    record Input(int owner, List<Column> columns) implements Operation {
        public Input {
            columns = List.copyOf(columns);
        }
    }

    /**
     * A single row of shares that every node keeps from a model's activation, with the declared bounds of each element
     * (checked inside the computation at activation).
     */
    record Stored(String name, List<Interval> bounds) implements Operation {
        public Stored {
            bounds = List.copyOf(bounds);
        }
    }

    /** A single row of public numbers. */
    record Constant(List<Long> values) implements Operation {
        public Constant {
            values = List.copyOf(values);
        }
    }

    /** The columns of all parts side by side. */
    record Concat(List<Integer> parts) implements Operation {
        public Concat {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Row by row, the sum over columns of x · y: one column; y may have a single row. Costs a multiplication a row, and
     * nothing where y is a {@link Constant} itself: public weights should be one.
     */
    record Dot(int x, int y) implements Operation {}

    /** Element by element; y may have a single row. */
    record Add(int x, int y) implements Operation {}

    /**
     * How many of the columns of {@code thresholds} (a single row, ascending) the one column {@code x} reaches: for
     * each row the number of k with x ≥ threshold k, in ⌈log2(K+1)⌉ bits, never K comparison bits. {@code thresholds}
     * is a {@link Stored} (that they ascend is then checked at activation) or a {@link Constant}.
     */
    record Band(int x, int thresholds) implements Operation {}

    /** ⌊x / 2^dropped⌋ of one column, exactly, as {@code width − dropped} bits in two's complement, lowest first. */
    record FloorBits(int x, int dropped) implements Operation {}

    /**
     * Row by row, the sums of x · y over groups of columns: column c adds to column {@code groups[c]} of the result. y
     * has a single row. Costs a multiplication a row and group, and nothing where y is a {@link Constant} itself.
     */
    record Contributions(int x, int y, List<Integer> groups) implements Operation {
        public Contributions {
            groups = List.copyOf(groups);
        }
    }

    /**
     * Which columns of x lie farthest below a single row of reference, or above it: for each row the indices of up to
     * {@code count} of them, the farthest first, of equally far ones the lower index first, and all bits set where
     * fewer lie below; never how far ({@link org.tallystick.gadget.Lowest}). As many columns of x take part as
     * {@code reference} has; any others do not.
     */
    record Reasons(int x, int reference, int count, boolean above) implements Operation {
        /** The most columns that take part: every two of them are compared. */
        public static final int MAX_COLUMNS = 64;

        /** The most indices. */
        public static final int MAX_COUNT = 8;
    }

    /**
     * Opens a value of bits, with a row per subject, to {@code party} alone. Wherever it stands in a program, it runs
     * after all that is computed. It defines no value.
     */
    record Reveal(int x, int party) implements Operation {}

    /**
     * A declared input column. {@code meaning} is the exact rule by which the owner computes it (feature, unit, clip,
     * missing value, bin): part of the hash that agencies approve. Elements are fixed-point numbers scaled by
     * 2^{@code scale}, in {@code bounds} after scaling.
     */
    record Column(String name, String meaning, int scale, Interval bounds) {}

    /** The integers from {@code low} to {@code high}, both included. */
    record Interval(long low, long high) {
        public Interval {
            if (low > high) {
                throw new IllegalArgumentException("an interval from " + low + " down to " + high);
            }
        }

        public boolean contains(long value) {
            return low <= value && value <= high;
        }
    }
}
