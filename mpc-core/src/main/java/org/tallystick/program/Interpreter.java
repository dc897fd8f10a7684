package org.tallystick.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tallystick.gadget.Bands;
import org.tallystick.gadget.Lowest;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.RowBlocks;
import org.tallystick.protocol.WholeRows;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Runs a program over any protocol. In order: all inputs in one round, {@link Checkpoints#inputsReceived}, all that is
 * computed, {@link Checkpoints#releasing}, and then the answers: party by party, those of one party in one opening. A
 * dot product with a public constant, and every sum, costs no message. {@link Prediction} runs this same code.
 */
public final class Interpreter<A extends ArithmeticShare, B extends BitShare> {
    private final Protocol<A, B> protocol;
    private final Program program;
    private final int rows;
    private final Map<String, A> stored;
    private final KeptRows<A> kept;
    private final Map<Integer, A> elements = new HashMap<>();
    private final Map<Integer, B> bits = new HashMap<>();

    private Interpreter(Protocol<A, B> protocol, Program program, int rows, Map<String, A> stored, KeptRows<A> kept) {
        this.protocol = protocol;
        this.program = program;
        this.rows = rows;
        this.stored = stored;
        this.kept = kept;
    }

    /**
     * Runs a program for {@code rows} subjects. Every party calls it with the same program and number of rows.
     *
     * @param own for each of this party's {@link Operation.Input}s, in the order of the program, its values: rows ×
     *     columns, column after column, each in the declared bounds
     * @param stored this party's shares of each {@link Operation.Stored}, by name: one row, of the program's width or
     *     wider
     * @return for each {@link Operation.Reveal}, in the order of the program, the bits at the party that learns them
     * @throws IllegalArgumentException before any message, when what is given does not fit the program; it names the
     *     row and the column of a value out of its bounds, not the value
     * @throws org.tallystick.net.ProtocolAbort when the run ends early
     */
    public static <A extends ArithmeticShare, B extends BitShare> List<Optional<BitMatrix>> run(
            Protocol<A, B> protocol,
            Program program,
            int rows,
            List<long[]> own,
            Map<String, A> stored,
            Checkpoints checkpoints) {
        RunArguments.check(protocol, program, rows, own, stored);
        KeptRows<A> nothing = operations -> {
            throw new IllegalStateException("inputs " + operations + " were brought in");
        };
        var interpreter = new Interpreter<>(protocol, program, rows, stored, nothing);
        interpreter.inputs(own, owner -> true);
        return interpreter.finish(checkpoints);
    }

    /**
     * Runs a program for {@code rows} subjects whose inputs were brought in beforehand, but for those of one owner; a
     * round less than {@link #run} when it has none.
     *
     * @param kept this party's shares of each other input, of the program's width or wider, rows of the same subjects
     * @param fresh the owner that brings its inputs in now; no party's index when all are kept
     * @param own this party's inputs, when it is that owner, as {@link #run} takes them; empty otherwise
     */
    public static <A extends ArithmeticShare, B extends BitShare> List<Optional<BitMatrix>> runKept(
            Protocol<A, B> protocol,
            Program program,
            int rows,
            KeptRows<A> kept,
            int fresh,
            List<long[]> own,
            Map<String, A> stored,
            Checkpoints checkpoints) {
        RunArguments.check(protocol, program, rows, stored);
        if (protocol.self() == fresh) {
            RunArguments.checkInputs(program, fresh, rows, own);
        }
        var interpreter = new Interpreter<>(protocol, program, rows, stored, kept);
        interpreter.inputs(own, owner -> owner == fresh);
        return interpreter.finish(checkpoints);
    }

    /**
     * The same as far as ring elements go: all inputs in one round, and every sum and product. What compares or takes
     * numbers apart is left to a back end that reads {@link #element}.
     */
    static <A extends ArithmeticShare, B extends BitShare> Interpreter<A, B> linear(
            Protocol<A, B> protocol,
            Program program,
            int rows,
            List<long[]> own,
            Map<String, A> stored,
            Checkpoints checkpoints) {
        RunArguments.check(protocol, program, rows, own, stored);
        KeptRows<A> nothing = operations -> {
            throw new IllegalStateException("inputs " + operations + " were brought in");
        };
        var interpreter = new Interpreter<>(protocol, program, rows, stored, nothing);
        interpreter.inputs(own, owner -> true);
        checkpoints.inputsReceived();
        for (int k = 0; k < program.operations().size(); k++) {
            interpreter.computeElements(k);
        }
        return interpreter;
    }

    /**
     * Brings the inputs in and computes one value on the way to a program's answers, and no answer: for those who make
     * something else of it.
     *
     * @param k an operation of numbers
     * @return this party's shares of the value of operation {@code k}
     */
    public static <A extends ArithmeticShare, B extends BitShare> A value(
            Protocol<A, B> protocol, Program program, int k, int rows, List<long[]> own, Map<String, A> stored) {
        return linear(protocol, program, rows, own, stored, Checkpoints.NONE).element(k);
    }

    private List<Optional<BitMatrix>> finish(Checkpoints checkpoints) {
        checkpoints.inputsReceived();
        compute();
        checkpoints.releasing();
        return answers();
    }

    private void inputs(List<long[]> own, IntPredicate brings) {
        Iterator<long[]> mine = own.iterator();
        List<Integer> indices = new ArrayList<>();
        List<OwnerInput> inputs = new ArrayList<>();
        for (int k = 0; k < program.operations().size(); k++) {
            if (program.operations().get(k) instanceof Operation.Input(int owner, List<Operation.Column> columns)
                    && brings.test(owner)) {
                long[] values = owner == protocol.self() ? mine.next() : null;
                inputs.add(new OwnerInput(owner, rows, columns.size(), program.width(), values));
                indices.add(k);
            }
        }
        if (inputs.isEmpty()) {
            return;
        }
        List<A> shares = protocol.inputs(inputs);
        for (int k = 0; k < shares.size(); k++) {
            elements.put(indices.get(k), shares.get(k));
        }
    }

    private void compute() {
        for (int k = 0; k < program.operations().size(); k++) {
            computeElements(k);
            computeBits(k);
        }
    }

    private void computeElements(int k) {
        switch (program.operations().get(k)) {
            case Operation.Dot(int x, int y) -> elements.put(k, dot(x, y));
            case Operation.Add(int x, int y) -> elements.put(k, sum(element(x), element(y)));
            case Operation.Contributions(int x, int y, List<Integer> groups) ->
                elements.put(k, contributions(x, y, groups));
            default -> {} // without a message: when it is wanted
        }
    }

    private void computeBits(int k) {
        switch (program.operations().get(k)) {
            case Operation.Band(int x, int thresholds) ->
                bits.put(k, Bands.count(protocol, element(x), element(thresholds)));
            case Operation.FloorBits(int x, int dropped) ->
                bits.put(k, protocol.toBits(element(x), dropped, program.width()));
            case Operation.Reasons reasons ->
                bits.put(k, Lowest.negative(protocol, differences(reasons), reasons.count()));
            default -> {} // elements
        }
    }

    /** This party's share of a value of elements. */
    A element(int k) {
        A known = elements.get(k);
        if (known == null) {
            known = switch (program.operations().get(k)) {
                case Operation.Stored(String name, var _) -> protocol.narrow(stored.get(name), program.width());
                case Operation.Constant constant -> constant(constant);
                case Operation.Concat(List<Integer> parts) ->
                    protocol.concat(parts.stream().map(this::element).toList());
                default -> whole(k);
            };
            elements.put(k, known);
        }
        return known;
    }

    /** Inputs, or several of them side by side: in blocks they need never be there as a whole. */
    private boolean isInput(int k) {
        return switch (program.operations().get(k)) {
            case Operation.Input _ -> true;
            case Operation.Concat(List<Integer> parts) -> parts.stream().allMatch(this::isInput);
            default -> false;
        };
    }

    private A whole(int k) {
        return protocol.concat(blocks(k).stream()
                .map(part -> protocol.narrow(part.block(0, rows), program.width()))
                .toList());
    }

    /** Side by side; of the program's width or wider. */
    private List<RowBlocks<A>> blocks(int k) {
        List<RowBlocks<A>> parts = new ArrayList<>();
        List<Integer> neighbours = new ArrayList<>();
        for (int input : inputsOf(k).toList()) {
            if (elements.containsKey(input)) {
                addKept(parts, neighbours);
                parts.add(new WholeRows<>(protocol, elements.get(input)));
            } else {
                neighbours.add(input);
            }
        }
        addKept(parts, neighbours);
        return parts;
    }

    /** Kept inputs that stand side by side are read together. */
    private void addKept(List<RowBlocks<A>> parts, List<Integer> neighbours) {
        if (!neighbours.isEmpty()) {
            parts.add(kept.of(List.copyOf(neighbours)));
            neighbours.clear();
        }
    }

    private Stream<Integer> inputsOf(int k) {
        return program.operations().get(k) instanceof Operation.Concat(List<Integer> parts)
                ? parts.stream().flatMap(this::inputsOf)
                : Stream.of(k);
    }

    private A constant(Operation.Constant constant) {
        long[] values = constant.values().stream().mapToLong(value -> value).toArray();
        return protocol.constant(values, 1, values.length, program.width());
    }

    private A sum(A x, A y) {
        return protocol.add(x, y.rows() == x.rows() ? y : protocol.repeatRow(y, x.rows()));
    }

    private A dot(int x, int y) {
        if (!(program.operations().get(y) instanceof Operation.Constant(List<Long> factors))) {
            A factor = element(y);
            return factor.rows() == 1 && isInput(x)
                    ? protocol.dot(rows, blocks(x), factor)
                    : protocol.dot(element(x), factor);
        }
        return weighted(element(x), factors, IntStream.range(0, factors.size()));
    }

    private A weighted(A x, List<Long> factors, IntStream columns) {
        return columns.mapToObj(c -> protocol.scale(protocol.columns(x, c, 1), factors.get(c)))
                .reduce(protocol::add)
                .orElseThrow();
    }

    private A contributions(int x, int y, List<Integer> groups) {
        int columns = groups.size();
        int count = Collections.max(groups) + 1;
        if (program.operations().get(y) instanceof Operation.Constant(List<Long> factors)) {
            return protocol.concat(IntStream.range(0, count)
                    .mapToObj(group -> weighted(
                            element(x), factors, IntStream.range(0, columns).filter(c -> groups.get(c) == group)))
                    .toList());
        }
        // A row for each column of x, with its factor in the column of its group and 0 in the others.
        long[] own = new long[columns * count];
        for (int c = 0; c < columns; c++) {
            own[groups.get(c) * columns + c] = 1;
        }
        A factors = protocol.repeatColumn(protocol.transpose(element(y)), count);
        return protocol.product(element(x), protocol.multiplyConstant(factors, own));
    }

    /** How far each column lies from the reference: negative where it lies on the side that is asked for. */
    A differences(Operation.Reasons reasons) {
        A row = element(reasons.reference());
        A x = protocol.columns(element(reasons.x()), 0, row.columns());
        A reference = protocol.repeatRow(row, x.rows());
        return reasons.above() ? protocol.subtract(reference, x) : protocol.subtract(x, reference);
    }

    private List<Optional<BitMatrix>> answers() {
        List<Operation.Reveal> reveals = program.reveals();
        Map<Operation.Reveal, Optional<BitMatrix>> answers = new HashMap<>();
        for (int party :
                new TreeSet<>(reveals.stream().map(Operation.Reveal::party).toList())) {
            List<Operation.Reveal> theirs = reveals.stream()
                    .filter(reveal -> reveal.party() == party)
                    .distinct()
                    .toList();
            B all = protocol.concatWires(
                    theirs.stream().map(reveal -> bits.get(reveal.x())).toList());
            Optional<BitMatrix> opened = protocol.reveal(all, party);
            int from = 0;
            for (Operation.Reveal reveal : theirs) {
                int first = from;
                int wires = bits.get(reveal.x()).wires();
                answers.put(reveal, opened.map(matrix -> wires(matrix, first, wires)));
                from += wires;
            }
        }
        return reveals.stream().map(answers::get).toList();
    }

    private static BitMatrix wires(BitMatrix matrix, int from, int count) {
        int perWire = BitMatrix.wordsPerWire(matrix.rows());
        long[] words = Arrays.copyOfRange(matrix.words(), from * perWire, (from + count) * perWire);
        return new BitMatrix(count, matrix.rows(), words);
    }
}
