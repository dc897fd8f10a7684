package org.tallystick.program;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.tallystick.program.Operation.Interval;

/**
 * The exact rule by which an owner turns its raw row about one subject into one input column. Its {@link #text} is a
 * {@link Operation.Column}'s meaning, so it is part of the hash that agencies approve, and an owner needs nothing but
 * the program to follow it: {@link #parse} gives back the rule.
 *
 * <p>A row maps raw column names to text. No row at all, a {@code null} and blank text are missing values. Every rule
 * has a value for them, so that the columns have the same shape whether or not the owner knows the subject.
 */
public sealed interface ColumnRule {
    /** What happens to a raw number outside the declared range. */
    enum Outside {
        CLIP,
        REJECT
    }

    /** A raw value that the rule cannot take. The message names the column and the remedy, never the value. */
    final class BadValue extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        public BadValue(String message) {
            super(message);
        }
    }

    /** The declared raw range of a column, in its unit. */
    record Range(double min, double max, Outside outside) {
        public Range {
            if (!(min < max) || !(Math.abs(min) <= 1e18) || !(Math.abs(max) <= 1e18)) {
                throw new IllegalArgumentException(
                        "a range needs min < max, both within 1e18, not " + min + " to " + max);
            }
        }

        double within(double raw, String column, String unit) {
            if (raw >= min && raw <= max) {
                return raw;
            }
            if (outside == Outside.REJECT) {
                throw new BadValue("column " + column + ": value outside the model's declared range "
                        + RuleText.number(min) + " to " + RuleText.number(max) + " " + unit
                        + ", which this model rejects; correct the record, or ask the bank to widen the range"
                        + " or to clip");
            }
            return raw < min ? min : max;
        }
    }

    /**
     * A number: brought into its range, then its natural logarithm if {@code log}, then (x − mean) / scale.
     *
     * @param missing the raw value, in the range, that stands for a missing one
     */
    record Numeric(String column, String unit, boolean log, double mean, double scale, Range range, double missing)
            implements ColumnRule {
        public Numeric {
            if (log && range.min() <= 0) {
                throw new IllegalArgumentException("column " + column + ": a logarithm needs a range above 0, not from "
                        + range.min() + "; raise the range's lower end");
            }
            if (!(scale > 0) || !Double.isFinite(scale) || !Double.isFinite(mean)) {
                throw new IllegalArgumentException("column " + column
                        + ": the scale must be above 0 and the mean finite, not " + scale + ", " + mean);
            }
            if (!(missing >= range.min() && missing <= range.max())) {
                throw new IllegalArgumentException("column " + column + ": the value that stands for a missing one, "
                        + missing + ", must lie in the range " + range.min() + " to " + range.max());
            }
        }

        /** A raw value in the range, as the feature's number. */
        public double transformed(double raw) {
            return ((log ? StrictMath.log(raw) : raw) - mean) / scale;
        }

        @Override
        public double value(Optional<Map<String, String>> row) {
            Optional<String> text = raw(row, column);
            return transformed(text.isEmpty() ? missing : range.within(parsed(text.get(), column), column, unit));
        }

        @Override
        public Interval bounds(int fraction) {
            return new Interval(fixed(transformed(range.min()), fraction), fixed(transformed(range.max()), fraction));
        }
    }

    /**
     * 1 where the number, brought into its range, has {@code from} ≤ x &lt; {@code below}; 0 elsewhere and if missing.
     */
    record Within(String column, String unit, Range range, double from, double below) implements ColumnRule {
        public Within {
            if (!(from < below)) {
                throw new IllegalArgumentException("column " + column + ": a bin from " + from + " to " + below);
            }
        }

        @Override
        public double value(Optional<Map<String, String>> row) {
            Optional<String> text = raw(row, column);
            if (text.isEmpty()) {
                return 0;
            }
            double x = range.within(parsed(text.get(), column), column, unit);
            return x >= from && x < below ? 1 : 0;
        }
    }

    /** 1 where the value is missing. */
    record Missing(String column) implements ColumnRule {
        @Override
        public double value(Optional<Map<String, String>> row) {
            return raw(row, column).isEmpty() ? 1 : 0;
        }
    }

    /** 1 where the text is exactly {@code value}. */
    record Equals(String column, String value) implements ColumnRule {
        @Override
        public double value(Optional<Map<String, String>> row) {
            return raw(row, column).filter(value::equals).isPresent() ? 1 : 0;
        }
    }

    /** 1 where the text is none of {@code listed}; a missing value counts as such if {@code missing}. */
    record Other(String column, List<String> listed, boolean missing) implements ColumnRule {
        public Other {
            listed = List.copyOf(listed);
        }

        @Override
        public double value(Optional<Map<String, String>> row) {
            Optional<String> text = raw(row, column);
            return (text.isEmpty() ? missing : !listed.contains(text.get())) ? 1 : 0;
        }
    }

    /** 1 where the owner has no row about the subject. */
    record Absent() implements ColumnRule {
        @Override
        public double value(Optional<Map<String, String>> row) {
            return row.isPresent() ? 0 : 1;
        }
    }

    /**
     * What the column's owner has made of it and keeps to itself: a number from −reach to reach. Only the owner can
     * compute it, by what it keeps under the name ({@link KeptEncoders}).
     *
     * @param name 64 hexadecimal digits: the owner's commitment to what it keeps
     */
    record Kept(String column, String name, int reach) implements ColumnRule {
        public Kept {
            if (!name.matches("[0-9a-f]{64}") || reach < 1 || reach > 1024) {
                throw new IllegalArgumentException("column " + column
                        + ": an encoder that its owner keeps has a name of 64 hexadecimal digits and reaches 1 to"
                        + " 1024");
            }
        }

        @Override
        public double value(Optional<Map<String, String>> row) {
            throw new BadValue("column " + column + ": its encoder " + name.substring(0, 8)
                    + " is not kept at this node; restore the node's state, or learn the model anew");
        }

        @Override
        public Interval bounds(int fraction) {
            return new Interval(-((long) reach << fraction), (long) reach << fraction);
        }
    }

    /** A rule times a public weight. */
    record Term(double weight, ColumnRule rule) {}

    /**
     * {@code constant} plus the weighted values. As an integer at scale s, an indicator's weight has s fractional bits
     * and a number and its weight have s / 2 each, so that every product has s.
     */
    record Sum(double constant, List<Term> terms) implements ColumnRule {
        public Sum {
            terms = List.copyOf(terms);
            for (Term term : terms) {
                requireSimple(term.rule());
            }
        }

        @Override
        public double value(Optional<Map<String, String>> row) {
            double sum = constant;
            for (Term term : terms) {
                sum += term.weight() * term.rule().value(row);
            }
            return sum;
        }

        @Override
        public long encode(Optional<Map<String, String>> row, int fraction) {
            long sum = fixed(constant, fraction);
            for (Term term : terms) {
                int own = term.rule().fraction(fraction / 2);
                sum += fixed(term.weight(), fraction - own) * term.rule().encode(row, own);
            }
            return sum;
        }

        @Override
        public Interval bounds(int fraction) {
            long low = fixed(constant, fraction);
            long high = low;
            try {
                for (Term term : terms) {
                    int own = term.rule().fraction(fraction / 2);
                    long weight = fixed(term.weight(), fraction - own);
                    Interval x = term.rule().bounds(own);
                    long a = Math.multiplyExact(weight, x.low());
                    long b = Math.multiplyExact(weight, x.high());
                    low = Math.addExact(low, Math.min(a, b));
                    high = Math.addExact(high, Math.max(a, b));
                }
            } catch (ArithmeticException overflow) {
                throw new IllegalArgumentException("a weighted sum with " + fraction
                        + " fractional bits leaves 64 bits; narrow its ranges or weights");
            }
            return new Interval(low, high);
        }

        @Override
        public int fraction(int numbers) {
            return 2 * numbers;
        }

        /**
         * The rules that {@link #encode} depends on, each once: those that take more than one value and whose weights,
         * as integers at this scale, do not add up to 0.
         */
        public List<ColumnRule> counted(int fraction) {
            Map<ColumnRule, Long> weights = new LinkedHashMap<>();
            for (Term term : terms) {
                int own = term.rule().fraction(fraction / 2);
                weights.merge(term.rule(), fixed(term.weight(), fraction - own), Long::sum);
            }
            return weights.keySet().stream()
                    .filter(rule -> weights.get(rule) != 0)
                    .filter(rule -> {
                        Interval taken = rule.bounds(rule.fraction(fraction / 2));
                        return taken.low() < taken.high();
                    })
                    .toList();
        }
    }

    /**
     * What the bank adds of its own: a sum over these rules with weights and a constant that only it knows. Parties
     * other than the bank cannot compute it; the bank computes it by a {@link Sum}.
     */
    record PrivateSum(List<ColumnRule> terms) implements ColumnRule {
        public PrivateSum {
            terms = List.copyOf(terms);
            terms.forEach(ColumnRule::requireSimple);
        }

        @Override
        public double value(Optional<Map<String, String>> row) {
            throw new IllegalStateException("a private sum needs the bank's weights; encode by the compiled model");
        }

        @Override
        public Interval bounds(int fraction) {
            return new Interval(Long.MIN_VALUE, Long.MAX_VALUE);
        }

        @Override
        public int fraction(int numbers) {
            return 2 * numbers;
        }
    }

    /**
     * The value for one subject, before it becomes an integer.
     *
     * @throws BadValue if the raw value is unusable
     */
    double value(Optional<Map<String, String>> row);

    /** The value times 2^fraction, rounded to the nearest integer, halves up. */
    default long encode(Optional<Map<String, String>> row, int fraction) {
        return fixed(value(row), fraction);
    }

    /** Where {@link #encode} can lie; an indicator lies in 0 to 2^fraction. */
    default Interval bounds(int fraction) {
        return new Interval(0, 1L << fraction);
    }

    /** The fractional bits of this rule's column where numbers have {@code numbers}: indicators are plain 0 or 1. */
    default int fraction(int numbers) {
        return this instanceof Numeric || this instanceof Kept ? numbers : 0;
    }

    /** The raw columns this rule reads. */
    default Set<String> columns() {
        Set<String> names = new TreeSet<>();
        switch (this) {
            case Numeric rule -> names.add(rule.column());
            case Within rule -> names.add(rule.column());
            case Missing rule -> names.add(rule.column());
            case Equals rule -> names.add(rule.column());
            case Other rule -> names.add(rule.column());
            case Absent _ -> {}
            case Kept rule -> names.add(rule.column());
            case Sum rule ->
                rule.terms().forEach(term -> names.addAll(term.rule().columns()));
            case PrivateSum rule -> rule.terms().forEach(term -> names.addAll(term.columns()));
        }
        return names;
    }

    /** The canonical text, which {@link #parse} reads back. */
    default String text() {
        return RuleText.print(this);
    }

    /**
     * Reads a canonical text.
     *
     * @throws IllegalArgumentException if it is not one; the message says where and what was expected
     */
    static ColumnRule parse(String text) {
        return RuleText.parse(text);
    }

    /** {@code value} · 2^fraction as an integer, halves up. */
    static long fixed(double value, int fraction) {
        return Math.round(Math.scalb(value, fraction));
    }

    private static void requireSimple(ColumnRule rule) {
        if (rule instanceof Sum || rule instanceof PrivateSum || rule instanceof Kept) {
            throw new IllegalArgumentException("a sum, or what an owner keeps, inside a sum");
        }
    }

    private static Optional<String> raw(Optional<Map<String, String>> row, String column) {
        if (row.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> cells = row.get();
        String text = cells.get(column);
        if (text == null && !cells.containsKey(column)) {
            throw new BadValue("column " + column + " is not among this owner's columns "
                    + new TreeSet<>(cells.keySet()) + "; add it to the owner's data source");
        }
        return Optional.ofNullable(text).map(String::strip).filter(stripped -> !stripped.isEmpty());
    }

    /**
     * A decimal number as people and spreadsheets write it; empty for all else that Java would read, as in 0x1p3, 1f.
     */
    static OptionalDouble decimal(String text) {
        for (int k = 0; k < text.length(); k++) {
            if ("0123456789.+-eE".indexOf(text.charAt(k)) < 0) {
                return OptionalDouble.empty();
            }
        }
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
        } catch (NumberFormatException notANumber) {
            return OptionalDouble.empty();
        }
    }

    private static double parsed(String text, String column) {
        return decimal(text)
                .orElseThrow(() -> new BadValue("column " + column
                        + ": not a number; write a decimal number such as 1250.5, or leave it empty if it is missing"));
    }
}
