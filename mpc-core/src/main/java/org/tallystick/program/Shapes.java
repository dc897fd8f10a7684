package org.tallystick.program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.tallystick.gadget.Bands;
import org.tallystick.gadget.Lowest;

/** Works out the shape of every value of a program, and refuses operands that do not fit. */
final class Shapes {
    private final int parties;
    private final int width;
    private final List<Operation> operations;
    private final boolean checkingNames;
    private final List<Shape> shapes = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private Shapes(int parties, int width, List<Operation> operations, boolean checkingNames) {
        this.parties = parties;
        this.width = width;
        this.operations = operations;
        this.checkingNames = checkingNames;
    }

    /** @throws IllegalArgumentException naming the first operation that does not fit */
    static void check(int parties, int width, List<Operation> operations) {
        of(new Shapes(parties, width, operations, true));
    }

    /** Of operations that were checked; names, which take longest to look at, are not looked at again. */
    static List<Shape> of(int parties, int width, List<Operation> operations) {
        return of(new Shapes(parties, width, operations, false));
    }

    private static List<Shape> of(Shapes shapes) {
        int columns = 0;
        for (Operation operation : shapes.operations) {
            Shape shape = shapes.shape(operation);
            columns += shape.columns();
            shapes.require(
                    columns <= Program.MAX_TOTAL_COLUMNS,
                    "all values up to here have " + columns + " columns; at most " + Program.MAX_TOTAL_COLUMNS
                            + " are possible");
            shapes.shapes.add(shape);
        }
        return List.copyOf(shapes.shapes);
    }

    private Shape shape(Operation operation) {
        return switch (operation) {
            case Operation.Input input -> input(input);
            case Operation.Stored stored -> stored(stored);
            case Operation.Constant constant ->
                Shape.elements(columns(constant.values().size()), false);
            case Operation.Concat concat -> concat(concat);
            case Operation.Dot dot -> {
                Shape y = elements(dot.y());
                yield Shape.elements(1, pair(elements(dot.x()), y).perSubject());
            }
            case Operation.Add add -> pair(elements(add.x()), elements(add.y()));
            case Operation.Band band -> band(band);
            case Operation.FloorBits floor -> floorBits(floor);
            case Operation.Contributions contributions -> contributions(contributions);
            case Operation.Reasons reasons -> reasons(reasons);
            case Operation.Reveal reveal -> reveal(reveal);
        };
    }

    private Shape input(Operation.Input input) {
        checkParty(input.owner());
        if (checkingNames) {
            checkColumns(input);
        }
        return Shape.elements(columns(input.columns().size()), true);
    }

    private void checkColumns(Operation.Input input) {
        input.columns().forEach(column -> {
            text("the name of a column", column.name(), Program.MAX_NAME);
            text("the meaning of column " + column.name(), column.meaning(), Program.MAX_MEANING);
            require(
                    names.add("column " + input.owner() + " " + column.name()),
                    "two columns of one owner are called " + column.name());
            require(
                    column.scale() >= 0 && column.scale() < 64,
                    "column " + column.name() + " has a scale of " + column.scale() + " bits; 0 to 63 are possible");
        });
    }

    private Shape stored(Operation.Stored stored) {
        text("the name of a stored share", stored.name(), Program.MAX_NAME);
        require(names.add("stored " + stored.name()), "two stored shares are called " + stored.name());
        return Shape.elements(columns(stored.bounds().size()), false);
    }

    private Shape concat(Operation.Concat concat) {
        require(!concat.parts().isEmpty(), "it has no parts");
        Shape first = elements(concat.parts().getFirst());
        int sum = 0;
        for (int part : concat.parts()) {
            Shape shape = elements(part);
            require(shape.perSubject() == first.perSubject(), "a single row cannot stand beside a row per subject");
            sum = columns(sum + shape.columns());
        }
        return Shape.elements(sum, first.perSubject());
    }

    private Shape band(Operation.Band band) {
        Shape x = elements(band.x());
        Shape thresholds = elements(band.thresholds());
        require(x.columns() == 1, "it compares one column, not " + x);
        Operation source = operations.get(band.thresholds());
        require(
                source instanceof Operation.Stored || source instanceof Operation.Constant,
                "its thresholds must be a stored share or a constant");
        if (source instanceof Operation.Constant constant) {
            List<Long> values = constant.values();
            for (int k = 1; k < values.size(); k++) {
                require(
                        values.get(k - 1) <= values.get(k),
                        "its thresholds descend from " + values.get(k - 1) + " to " + values.get(k));
            }
        }
        return Shape.bits(Bands.wires(thresholds.columns()), x.perSubject());
    }

    private Shape floorBits(Operation.FloorBits floor) {
        Shape x = elements(floor.x());
        require(x.columns() == 1, "it takes one column, not " + x);
        require(floor.dropped() >= 0 && floor.dropped() < width, "it drops " + floor.dropped() + " bits of " + width);
        return Shape.bits(width - floor.dropped(), x.perSubject());
    }

    private Shape contributions(Operation.Contributions contributions) {
        List<Integer> groups = contributions.groups();
        Shape x = pair(elements(contributions.x()), elements(contributions.y()));
        require(!elements(contributions.y()).perSubject(), "its factors must be a single row");
        require(groups.size() == x.columns(), groups.size() + " columns are in groups, of " + x);
        Set<Integer> numbers = new HashSet<>(groups);
        require(
                IntStream.range(0, numbers.size()).allMatch(numbers::contains),
                "the numbers of its groups are not 0 to " + (numbers.size() - 1));
        return Shape.elements(numbers.size(), x.perSubject());
    }

    private Shape reasons(Operation.Reasons reasons) {
        Shape x = elements(reasons.x());
        Shape reference = elements(reasons.reference());
        int columns = reference.columns();
        require(x.perSubject() && !reference.perSubject(), "it compares a row per subject with a single row");
        require(
                columns >= 2 && columns <= Operation.Reasons.MAX_COLUMNS && columns <= x.columns(),
                "it compares " + columns + " columns of " + x + "; 2 to " + Operation.Reasons.MAX_COLUMNS
                        + " are possible");
        int most = Math.min(columns, Operation.Reasons.MAX_COUNT);
        require(
                reasons.count() >= 1 && reasons.count() <= most,
                reasons.count() + " reasons among " + columns + " columns; 1 to " + most + " are possible");
        return Shape.bits(reasons.count() * Lowest.bits(columns), true);
    }

    private Shape reveal(Operation.Reveal reveal) {
        checkParty(reveal.party());
        Shape x = operand(reveal.x());
        // Only answers in bits leave, and nothing that is the model's alone.
        require(x.kind() == Shape.Kind.BITS && x.perSubject(), "it may reveal bits per subject, not " + x);
        return new Shape(Shape.Kind.NOTHING, 0, false);
    }

    private Shape pair(Shape x, Shape y) {
        require(x.columns() == y.columns(), "its operands have " + x + " and " + y);
        require(
                x.perSubject() || !y.perSubject(),
                "its first operand has a single row and its second a row per subject");
        return x;
    }

    private Shape elements(int index) {
        Shape shape = operand(index);
        require(shape.kind() == Shape.Kind.ELEMENTS, "value " + index + " is no elements but " + shape);
        return shape;
    }

    private Shape operand(int index) {
        require(index >= 0 && index < shapes.size(), "value " + index + " is not an earlier one");
        return shapes.get(index);
    }

    private int columns(int count) {
        require(
                count >= 1 && count <= Program.MAX_COLUMNS,
                "it has " + count + " columns; 1 to " + Program.MAX_COLUMNS + " are possible");
        return count;
    }

    private void checkParty(int party) {
        require(party >= 0 && party < parties, "party " + party + " is not one of the " + parties);
    }

    private void text(String what, String text, int most) {
        String problem = Text.problem(text, most);
        require(problem.isEmpty(), what + " " + problem);
    }

    private void require(boolean condition, String problem) {
        if (!condition) {
            int index = shapes.size();
            throw new IllegalArgumentException("operation " + index + " ("
                    + operations.get(index).getClass().getSimpleName() + "): " + problem);
        }
    }
}
