package org.tallystick.program;

import java.util.List;
import org.tallystick.gadget.Lowest;
import org.tallystick.protocol.Profile;

/**
 * A computation as data: what is brought in by whom, what is computed, what leaves and to whom. The hash of its
 * canonical encoding ({@link ProgramHash}) is what agencies approve. All ring elements are numbers mod 2^{@code width};
 * range analysis ({@link RangeAnalysis}) proves when a program is built that no value leaves the signed range of that
 * width. A program that exists is valid: operands come earlier and fit, parties exist, something is revealed.
 *
 * @param name what it computes, for people
 * @param profile the security profile it is approved for
 * @param parties the role of each party, in party order; their number is the group size
 * @param width bits of a ring element, 1 to 64; {@link RangeAnalysis#of} finds the smallest
 */
public record Program(String name, Profile profile, List<String> parties, int width, List<Operation> operations) {
    /** The most parties. */
    public static final int MAX_PARTIES = 64;

    /** The most operations. */
    public static final int MAX_OPERATIONS = 4096;

    /** The most columns of one value. */
    public static final int MAX_COLUMNS = 65_536;

    /** The most columns of all values together. */
    public static final int MAX_TOTAL_COLUMNS = 1 << 19;

    /** The most bytes of a name, in UTF-8. */
    public static final int MAX_NAME = 256;

    /** The most bytes of the meaning of a column, in UTF-8. */
    public static final int MAX_MEANING = 65_535;

    /** @throws IllegalArgumentException saying which operation does not fit, or which value may leave the ring */
    public Program {
        parties = List.copyOf(parties);
        operations = List.copyOf(operations);
        require(Text.problem(name, MAX_NAME).isEmpty(), "its name " + Text.problem(name, MAX_NAME));
        require(
                !parties.isEmpty() && parties.size() <= MAX_PARTIES,
                parties.size() + " parties; 1 to " + MAX_PARTIES + " are possible");
        for (String party : parties) {
            String problem = Text.problem(party, MAX_NAME);
            require(problem.isEmpty(), "the name of a party " + problem);
        }
        require(parties.stream().distinct().count() == parties.size(), "two parties have the same role: " + parties);
        require(
                profile != Profile.REP4 || parties.size() == 4,
                "the profile rep4 has four parties, not " + parties.size());
        require(width >= 1 && width <= 64, "a ring of " + width + " bits; 1 to 64 are possible");
        require(
                operations.size() <= MAX_OPERATIONS,
                operations.size() + " operations; " + MAX_OPERATIONS + " are possible");
        Shapes.check(parties.size(), width, operations);
        require(operations.stream().anyMatch(Operation.Input.class::isInstance), "nothing is brought in");
        require(operations.stream().anyMatch(Operation.Reveal.class::isInstance), "nothing is revealed");
        RangeAnalysis.of(operations).requireWidth(width);
    }

    /** The shape of every value, in the order of the operations. */
    public List<Shape> shapes() {
        return Shapes.of(parties.size(), width, operations);
    }

    /** The answers, in order. */
    public List<Operation.Reveal> reveals() {
        return operations.stream()
                .<Operation.Reveal>mapMulti((operation, reveals) -> {
                    if (operation instanceof Operation.Reveal reveal) {
                        reveals.accept(reveal);
                    }
                })
                .toList();
    }

    /** Whether none of its numbers is private: then a model of it shares nothing out, and its hash names both. */
    public boolean isOpen() {
        return operations.stream().noneMatch(Operation.Stored.class::isInstance);
    }

    /** What the answers tell about each subject, in bits; an answer that is no bits counts as the whole ring. */
    public int answerBits() {
        return reveals().stream().mapToInt(this::answerBits).sum();
    }

    /** What one answer tells about each subject: of reasons the logarithm of how many lists of indices there are. */
    public int answerBits(Operation.Reveal reveal) {
        List<Shape> shapes = shapes();
        if (operations.get(reveal.x()) instanceof Operation.Reasons(int _, int reference, int count, boolean _)) {
            return Lowest.tells(shapes.get(reference).columns(), count);
        }
        Shape shape = shapes.get(reveal.x());
        return shape.columns() * (shape.kind() == Shape.Kind.ELEMENTS ? Long.SIZE : 1);
    }

    /** The same computation under another profile: another program, with another hash. */
    public Program under(Profile other) {
        return new Program(name, other, parties, width, operations);
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException("not a program: " + problem);
        }
    }
}
