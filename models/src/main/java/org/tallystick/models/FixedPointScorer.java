package org.tallystick.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.gadget.Lowest;
import org.tallystick.program.Encoder;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;

/**
 * The oracle: a program's operations on plain 64-bit integers, the same integers as in the secure computation. Nothing
 * wraps, because the compiler has shown that no value leaves the program's width; so it equals the secure result bit
 * for bit.
 *
 * <p>Cost: one multiplication for each row and column.
 */
public final class FixedPointScorer {
    private final Compiled compiled;
    private final Map<String, Encoder> encoders = new HashMap<>();

    private FixedPointScorer(Compiled compiled) {
        this.compiled = compiled;
        for (String role : compiled.program().parties()) {
            encoders.put(role, compiled.encoder(role));
        }
    }

    public static FixedPointScorer of(Compiled compiled) {
        return new FixedPointScorer(compiled);
    }

    /** The answer for one business; {@code rows} by role, a role without a row being absent. */
    public Answer answer(Map<String, Map<String, String>> rows) {
        return compiled.decode(run(columns(List.of(rows)), 1).revealed()[0]);
    }

    /** The answers for many businesses, each as for {@link #answer}. */
    public List<Answer> answers(List<Map<String, Map<String, String>>> subjects) {
        if (subjects.isEmpty()) {
            return List.of();
        }
        List<Answer> answers = new ArrayList<>();
        for (long number : run(columns(subjects), subjects.size()).revealed()) {
            answers.add(compiled.decode(number));
        }
        return answers;
    }

    /** The encoded columns of each role, column after column. */
    public Map<String, long[]> columns(List<Map<String, Map<String, String>>> subjects) {
        Map<String, long[]> columns = new HashMap<>();
        encoders.forEach((role, encoder) -> columns.put(
                role,
                encoder.encode(subjects.stream()
                        .map(rows -> Optional.ofNullable(rows.get(role)))
                        .toList())));
        return columns;
    }

    /**
     * Scores as integers before they become an answer, and the numbers that are revealed.
     *
     * @param columns by role, what its encoder gives for {@code rows} subjects
     */
    public Result run(Map<String, long[]> columns, int rows) {
        Program program = compiled.program();
        List<Value> values = new ArrayList<>();
        for (Operation operation : program.operations()) {
            values.add(value(operation, values, columns, rows));
        }
        int answer = program.reveals().getFirst().x();
        int score = switch (program.operations().get(answer)) {
            case Operation.Band band -> band.x();
            case Operation.FloorBits floor -> floor.x();
            default -> answer;
        };
        long[] revealed = new long[rows];
        int from = 0;
        for (Operation.Reveal reveal : program.reveals()) {
            for (int row = 0; row < rows; row++) {
                revealed[row] |= values.get(reveal.x()).at(row, 0) << from;
            }
            from += program.shapes().get(reveal.x()).columns();
        }
        return new Result(values.get(score).numbers(), revealed);
    }

    /**
     * @param scores at {@link Compiled#scoreFraction} fractional bits; where points leave, a half is already added
     * @param revealed as {@link Compiled#decode} takes them
     */
    public record Result(long[] scores, long[] revealed) {
        @Override
        public String toString() {
            return "Result[" + scores.length + " rows]";
        }
    }

    /** A matrix, column after column; a single row serves for all subjects. */
    private record Value(long[] numbers, int rows) {
        long at(int row, int column) {
            return numbers[column * rows + (rows == 1 ? 0 : row)];
        }

        int columns() {
            return numbers.length / rows;
        }
    }

    private Value value(Operation operation, List<Value> values, Map<String, long[]> columns, int rows) {
        return switch (operation) {
            case Operation.Input input ->
                new Value(columns.get(compiled.program().parties().get(input.owner())), rows);
            case Operation.Stored stored -> new Value(compiled.storedValues().get(stored.name()), 1);
            case Operation.Constant constant ->
                new Value(constant.values().stream().mapToLong(Long::longValue).toArray(), 1);
            case Operation.Concat concat ->
                new Value(
                        concat.parts().stream()
                                .flatMapToLong(
                                        part -> Arrays.stream(values.get(part).numbers()))
                                .toArray(),
                        values.get(concat.parts().getFirst()).rows());
            case Operation.Dot dot -> dot(values.get(dot.x()), values.get(dot.y()), rows);
            case Operation.Add add -> add(values.get(add.x()), values.get(add.y()), rows);
            case Operation.Band band -> band(values.get(band.x()), values.get(band.thresholds()), rows);
            case Operation.FloorBits floor ->
                floor(values.get(floor.x()), floor.dropped(), compiled.program().width());
            case Operation.Contributions sums ->
                contributions(values.get(sums.x()), values.get(sums.y()), sums.groups(), rows);
            case Operation.Reasons reasons ->
                reasons(reasons, values.get(reasons.x()), values.get(reasons.reference()), rows);
            case Operation.Reveal reveal -> values.get(reveal.x());
        };
    }

    private static Value contributions(Value x, Value y, List<Integer> groups, int rows) {
        long[] sums = new long[rows * (Collections.max(groups) + 1)];
        for (int column = 0; column < x.columns(); column++) {
            for (int row = 0; row < rows; row++) {
                sums[groups.get(column) * rows + row] += x.at(row, column) * y.at(0, column);
            }
        }
        return new Value(sums, rows);
    }

    private static Value reasons(Operation.Reasons reasons, Value x, Value reference, int rows) {
        long[] indices = new long[rows];
        long[] far = new long[reference.columns()];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < far.length; column++) {
                long difference = x.at(row, column) - reference.at(0, column);
                far[column] = reasons.above() ? -difference : difference;
            }
            indices[row] = Lowest.negative(far, reasons.count());
        }
        return new Value(indices, rows);
    }

    private static Value dot(Value x, Value y, int rows) {
        long[] sums = new long[rows];
        for (int column = 0; column < x.columns(); column++) {
            for (int row = 0; row < rows; row++) {
                sums[row] += x.at(row, column) * y.at(row, column);
            }
        }
        return new Value(sums, rows);
    }

    private static Value add(Value x, Value y, int rows) {
        long[] sums = new long[x.columns() * rows];
        for (int k = 0; k < sums.length; k++) {
            sums[k] = x.at(k % rows, k / rows) + y.at(k % rows, k / rows);
        }
        return new Value(sums, rows);
    }

    private static Value band(Value x, Value thresholds, int rows) {
        long[] reached = new long[rows];
        for (int k = 0; k < thresholds.columns(); k++) {
            for (int row = 0; row < rows; row++) {
                reached[row] += x.at(row, 0) >= thresholds.at(0, k) ? 1 : 0;
            }
        }
        return new Value(reached, rows);
    }

    private static Value floor(Value x, int dropped, int width) {
        long kept = -1L >>> (64 - width + dropped);
        long[] bits = new long[x.numbers().length];
        for (int k = 0; k < bits.length; k++) {
            bits[k] = x.numbers()[k] >> dropped & kept;
        }
        return new Value(bits, x.rows());
    }
}
