package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tallystick.program.Operation.Add;
import org.tallystick.program.Operation.Band;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Concat;
import org.tallystick.program.Operation.Constant;
import org.tallystick.program.Operation.Dot;
import org.tallystick.program.Operation.FloorBits;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Operation.Reveal;
import org.tallystick.program.Operation.Stored;
import org.tallystick.protocol.Profile;

class ProgramTest {
    /** Value 0: one column per subject; value 1: bits of it. */
    private static final List<Operation> START = List.of(input(1), new FloorBits(0, 0));

    private static final Reveal REVEAL = new Reveal(1, 3);

    @Test
    void shapesFollowFromTheOperations() {
        Program program = Programs.score(Profile.REP4, 5);
        List<Shape> shapes = program.shapes();
        assertEquals(new Shape(Shape.Kind.ELEMENTS, 2, true), shapes.get(0));
        assertEquals(new Shape(Shape.Kind.ELEMENTS, 3, false), shapes.get(3));
        assertEquals(new Shape(Shape.Kind.ELEMENTS, 3, true), shapes.get(5));
        assertEquals(new Shape(Shape.Kind.ELEMENTS, 1, true), shapes.get(6));
        assertEquals(new Shape(Shape.Kind.BITS, 3, true), shapes.get(8));
        assertEquals(new Shape(Shape.Kind.NOTHING, 0, false), shapes.get(9));
        assertEquals(new Shape(Shape.Kind.BITS, program.width() - 4, true), shapes.get(10));
    }

    @Test
    void operandsMustComeEarlierAndFit() {
        refused("operation 2 (Add): value 2 is not an earlier one", new Add(2, 0));
        refused("operation 2 (Add): value -1 is not an earlier one", new Add(0, -1));
        refused("operation 2 (Add): value 1 is no elements but", new Add(0, 1));
        refused("operation 3 (Dot): its operands have", input(2), new Dot(0, 2));
        refused("its first operand has a single row", new Constant(List.of(1L)), new Add(2, 0));
        refused("a single row cannot stand beside", new Constant(List.of(1L)), new Concat(List.of(0, 2)));
        refused("it has no parts", new Concat(List.of()));
        refused("0 columns", new Constant(List.of()));
        refused("0 columns", new Stored("w", List.of()));
        refused("it takes one column", input(2), new FloorBits(2, 0));
        refused("it drops 20 bits of 20", new FloorBits(0, 20));
        refused("it drops -1 bits", new FloorBits(0, -1));
    }

    @Test
    void thresholdsAscendAndComeFromTheModel() {
        refused("it compares one column", input(2), new Constant(List.of(1L)), new Band(2, 3));
        refused("must be a stored share or a constant", new Concat(List.of(0)), new Band(0, 2));
        refused("its thresholds descend from 4 to 3", new Constant(List.of(4L, 4L, 3L)), new Band(0, 2));
    }

    @Test
    void onlyBitsPerSubjectAreRevealedAndOnlyToParties() {
        refused("it may reveal bits per subject, not 1 elements", new Reveal(0, 3));
        refused("not 1 bits in a single row", new Constant(List.of(4L)), new Band(2, 2), new Reveal(3, 3));
        refused("not nothing", REVEAL, new Reveal(2, 3));
        refused("party 4 is not one of the 4", new Reveal(1, 4));
        refused("party -1 is not one of the 4", new Input(-1, Programs.columns("x", 1, 1)));
        assertRefused("nothing is revealed", START);
        assertRefused("nothing is brought in", List.of());
    }

    @Test
    void namesAreUniqueAndReadable() {
        refused("two columns of one owner are called x 0", input(1), new Input(1, Programs.columns("x", 1, 1)));
        refused("two stored shares are called w", stored("w"), stored("w"));
        refused("the name of a stored share is empty", stored(" "));
        refused("has control characters", stored("a\nb"));
        refused("has control characters", stored("a\u202eb"));
        refused("has control characters", stored("a\ud800b"));
        refused("takes 258 bytes in UTF-8; at most 256", stored("税".repeat(86)));
        Column scaled = new Column("y", "meaning", 64, new Interval(0, 1));
        refused("a scale of 64 bits", new Input(2, List.of(scaled)));
    }

    @Test
    void partiesFitTheProfile() {
        List<Operation> operations = with(REVEAL);
        assertThrows(
                IllegalArgumentException.class,
                () -> new Program("p", Profile.REP4, List.of("a", "b"), 20, operations));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Program("p", Profile.REP4, List.of("a", "b", "c", "a"), 20, operations));
        assertThrows(
                IllegalArgumentException.class, () -> new Program("p", Profile.REP4, Programs.ROLES, 65, operations));
        assertEquals(
                Profile.CLEAR,
                new Program("p", Profile.REP4, Programs.ROLES, 20, operations)
                        .under(Profile.CLEAR)
                        .profile());
    }

    @Test
    void sizesAreBounded() {
        List<Operation> many = new ArrayList<>(START);
        many.addAll(Collections.nCopies(Program.MAX_OPERATIONS, REVEAL));
        assertRefused("4098 operations", many);
        Operation[] doubling = new Operation[18];
        for (int k = 0; k < doubling.length; k++) {
            int last = k == 0 ? 0 : k + 1;
            doubling[k] = new Concat(List.of(last, last));
        }
        refused("131072 columns", doubling);
        List<Operation> wide = new ArrayList<>(START);
        wide.add(new Concat(Collections.nCopies(60_000, 0)));
        wide.addAll(Collections.nCopies(10, new Concat(List.of(2))));
        assertRefused("all values up to here have", wide);
    }

    private static void refused(String problem, Operation... more) {
        assertRefused(problem, with(more));
    }

    private static void assertRefused(String problem, List<Operation> operations) {
        var e = assertThrows(
                IllegalArgumentException.class, () -> new Program("p", Profile.REP4, Programs.ROLES, 20, operations));
        assertTrue(e.getMessage().contains(problem), e.getMessage());
    }

    private static List<Operation> with(Operation... more) {
        List<Operation> operations = new ArrayList<>(START);
        operations.addAll(List.of(more));
        operations.add(REVEAL);
        return operations;
    }

    private static Input input(int columns) {
        return new Input(columns == 1 ? 1 : 2, Programs.columns("x", columns, 5));
    }

    private static Stored stored(String name) {
        return new Stored(name, List.of(new Interval(0, 1)));
    }
}
