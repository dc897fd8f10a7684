package org.tallystick.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Which numbers of a secret model multiply which party's columns. An answer that reaches a party's columns on any other
 * way than through dot products with stored rows could follow one of them whatever the weights are: then there is
 * nothing to count.
 */
final class WeightGroups {
    /** Columns of no party, and columns made of several parties'. */
    private static final int NOBODY = -1;

    private static final int SEVERAL = -2;

    private final Program program;
    private final int model;
    private final List<int[]> owners = new ArrayList<>();

    /** The places in a stored row that multiply one party's columns in one dot product. */
    record Group(String stored, int[] places) {}

    private WeightGroups(Program program, int model) {
        this.program = program;
        this.model = model;
        program.operations().forEach(operation -> owners.add(owners(operation)));
    }

    /**
     * The groups, one a dot product and party.
     *
     * @param model the party that owns the model; its own columns are left out
     * @return empty when a party's columns are used otherwise
     */
    static Optional<List<Group>> of(Program program, int model) {
        return new WeightGroups(program, model).groups();
    }

    private Optional<List<Group>> groups() {
        List<Group> groups = new ArrayList<>();
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Dot(int x, int y)
                    && program.operations().get(y) instanceof Operation.Stored(String name, var _)
                    && Arrays.stream(owners.get(x)).noneMatch(owner -> owner == SEVERAL)) {
                groups.addAll(groups(name, owners.get(x)));
            } else if (uses(operation)
                    .anyMatch(value -> Arrays.stream(owners.get(value)).anyMatch(this::isOthers))) {
                return Optional.empty();
            }
        }
        return Optional.of(groups);
    }

    private boolean isOthers(int owner) {
        return owner != NOBODY && owner != model;
    }

    private List<Group> groups(String stored, int[] columns) {
        Map<Integer, int[]> places = new TreeMap<>();
        for (int place = 0; place < columns.length; place++) {
            if (isOthers(columns[place])) {
                places.merge(columns[place], new int[] {place}, WeightGroups::joined);
            }
        }
        return places.values().stream().map(each -> new Group(stored, each)).toList();
    }

    private static int[] joined(int[] some, int[] more) {
        return IntStream.concat(Arrays.stream(some), Arrays.stream(more)).toArray();
    }

    /** The values that an operation takes; none where it only puts columns side by side or adds to them. */
    private static IntStream uses(Operation operation) {
        return switch (operation) {
            case Operation.Dot(int x, int y) -> IntStream.of(x, y);
            case Operation.Band(int x, int thresholds) -> IntStream.of(x, thresholds);
            case Operation.FloorBits(int x, int _) -> IntStream.of(x);
            case Operation.Reveal(int x, int _) -> IntStream.of(x);
            // A contribution may follow a single column, and reasons tell of each.
            case Operation.Contributions(int x, int y, var _) -> IntStream.of(x, y);
            case Operation.Reasons(int x, int reference, int _, boolean _) -> IntStream.of(x, reference);
            case Operation.Input _, Operation.Stored _, Operation.Constant _, Operation.Concat _, Operation.Add _ ->
                IntStream.empty();
        };
    }

    /** Who brings each column of a value in. */
    private int[] owners(Operation operation) {
        return switch (operation) {
            case Operation.Input(int owner, var columns) -> filled(columns.size(), owner);
            case Operation.Stored(var _, var bounds) -> filled(bounds.size(), NOBODY);
            case Operation.Constant(var values) -> filled(values.size(), NOBODY);
            case Operation.Concat(List<Integer> parts) ->
                parts.stream()
                        .flatMapToInt(part -> Arrays.stream(owners.get(part)))
                        .toArray();
            case Operation.Add(int x, int y) -> sum(owners.get(x), owners.get(y));
            case Operation.Contributions(int _, int _, List<Integer> sums) -> filled(Collections.max(sums) + 1, NOBODY);
            case Operation.Dot _, Operation.Band _, Operation.FloorBits _, Operation.Reasons _, Operation.Reveal _ ->
                new int[] {NOBODY};
        };
    }

    private static int[] filled(int count, int owner) {
        int[] owners = new int[count];
        Arrays.fill(owners, owner);
        return owners;
    }

    private static int[] sum(int[] x, int[] y) {
        return IntStream.range(0, x.length)
                .map(k -> x[k] == NOBODY || x[k] == y[k] ? y[k] : y[k] == NOBODY ? x[k] : SEVERAL)
                .toArray();
    }
}
