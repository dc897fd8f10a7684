package org.tallystick.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * What the owner of a secret model promises about its numbers; true once {@link Activation} has checked it inside the
 * computation, where nothing but these facts is learnt.
 *
 * @param weights in every dot product with a stored row, at least so many of the numbers that multiply one party's
 *     columns are not zero, for each party but the owner; 0 says nothing. One unit is not zero: this finds a model that
 *     leaves a party's columns out, not one that means to follow a single column
 * @param band neighbouring thresholds of a stored row are at least so far apart, in units of the value that they
 *     divide; 0 says nothing
 */
public record ModelFacts(int weights, long band) {
    /** Nothing is promised. */
    public static final ModelFacts NONE = new ModelFacts(0, 0);

    public ModelFacts {
        if (weights < 0 || band < 0) {
            throw new IllegalArgumentException("a promise of " + weights + " weights and bands of " + band);
        }
    }

    /**
     * The most that {@link Activation} can be asked to check of a model: the exact number of weights, and of the
     * narrowest band the largest power of two in it, so that no threshold's place is told.
     *
     * @param owner the party that owns the model
     * @param values its numbers by the name of their {@link Operation.Stored}
     */
    public static ModelFacts of(Program program, int owner, Map<String, long[]> values) {
        int weights = WeightGroups.of(program, owner).orElse(List.of()).stream()
                .mapToInt(group -> (int) Arrays.stream(group.places())
                        .filter(place -> values.get(group.stored())[place] != 0)
                        .count())
                .min()
                .orElse(0);
        long narrowest = thresholds(program).stream()
                .map(name -> values.get(name))
                .flatMapToLong(ModelFacts::steps)
                .min()
                .orElse(0);
        return new ModelFacts(weights, Long.highestOneBit(Math.max(0, narrowest)));
    }

    /**
     * What everybody can read in a program: where each party but the owner brings in a single column, and it is a sum
     * by public weights, how many of its raw columns it depends on, for the party with the fewest: a weight that is too
     * small for the column's scale, or that another takes back, is zero. 0 says nothing, as where contributions or
     * reasons tell of columns otherwise.
     *
     * @param owner the party that owns the model
     */
    public static ModelFacts open(Program program, int owner) {
        Map<Integer, List<Operation.Column>> brought = new HashMap<>();
        for (Operation operation : program.operations()) {
            switch (operation) {
                case Operation.Input input
                when input.owner() != owner ->
                    brought.computeIfAbsent(input.owner(), party -> new ArrayList<>())
                            .addAll(input.columns());
                case Operation.Contributions _, Operation.Reasons _ -> {
                    return NONE;
                }
                default -> {}
            }
        }
        int weights =
                brought.values().stream().mapToInt(ModelFacts::summed).min().orElse(0);
        return new ModelFacts(weights, 0);
    }

    /** How many raw columns a party's only column is a sum of; 0 where it is none, or not the only one. */
    private static int summed(List<Operation.Column> columns) {
        if (columns.size() != 1) {
            return 0;
        }
        Operation.Column column = columns.getFirst();
        try {
            return ColumnRule.parse(column.meaning()) instanceof ColumnRule.Sum sum
                    ? (int) sum.counted(column.scale()).stream()
                            .flatMap(rule -> rule.columns().stream())
                            .distinct()
                            .count()
                    : 0;
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    /** The stored rows that are thresholds of a band. */
    static List<String> thresholds(Program program) {
        return program.operations().stream()
                .filter(Operation.Band.class::isInstance)
                .map(operation -> program.operations().get(((Operation.Band) operation).thresholds()))
                .filter(Operation.Stored.class::isInstance)
                .map(operation -> ((Operation.Stored) operation).name())
                .distinct()
                .toList();
    }

    private static LongStream steps(long[] thresholds) {
        return LongStream.range(1, thresholds.length).map(k -> thresholds[(int) k] - thresholds[(int) k - 1]);
    }

    /** Where each stored row begins, with all of them side by side in the order of the program. */
    static Map<String, Integer> starts(Program program) {
        Map<String, Integer> starts = new HashMap<>();
        int columns = 0;
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Stored(String name, List<Operation.Interval> declared)) {
                starts.put(name, columns);
                columns += declared.size();
            }
        }
        return starts;
    }

    /** The groups of places to count in that row; empty where nothing is promised. */
    List<int[]> places(Program program, int owner) {
        if (weights == 0) {
            return List.of();
        }
        Optional<List<WeightGroups.Group>> groups = WeightGroups.of(program, owner);
        if (groups.isEmpty() || groups.get().isEmpty()) {
            throw new IllegalArgumentException("the program's weights cannot be counted, and some are promised");
        }
        Map<String, Integer> starts = starts(program);
        return groups.get().stream()
                .map(group -> Arrays.stream(group.places())
                        .map(place -> starts.get(group.stored()) + place)
                        .toArray())
                .toList();
    }
}
