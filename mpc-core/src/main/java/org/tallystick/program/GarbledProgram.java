package org.tallystick.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.convert.GarbledFunction;
import org.tallystick.convert.GarbledFunction.Target;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.convert.SharedInput;
import org.tallystick.convert.SharedOutput;
import org.tallystick.garble.Circuit;
import org.tallystick.garble.CircuitBuilder;
import org.tallystick.net.Mesh;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.CostModel;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Vector;

/**
 * A program of {@code rep4} whose end is computed in garbled circuits: inputs, sums and products on shares as
 * {@link Interpreter} does them, and from there one message to the answer, where stock has been made beforehand
 * ({@link #function}, {@link GarbledWorld#prepareEach}). For a program with one product in a row: inputs, products with
 * all their digests, labels with digests and decoding bits. The answers equal those of {@link Interpreter} bit for bit.
 *
 * <p>Immutable; making one compiles a circuit, so keep it with its program.
 */
public final class GarbledProgram {
    /** Tables of one row are 32 bytes an AND; beyond this a row's stock would be more than a mebibyte. */
    public static final int MAX_ANDS = 1 << 15;

    /** Labels and commitments of one row are 64 bytes a bit of input, in all. */
    public static final int MAX_INPUT_BITS = 1 << 14;

    private final Program program;
    private final int evaluator;
    private final List<GarbledTail> tails;
    private final List<Integer> tailOfReveal;
    private final GarbledFunction function;

    /** Whether a program can be run so. */
    public sealed interface Found {
        /** It can. */
        record Possible(GarbledProgram program) implements Found {}

        /** It cannot, for this reason; take {@link Interpreter}. */
        record Impossible(String reason) implements Found {}
    }

    private GarbledProgram(Program program, int evaluator, List<GarbledTail> tails, List<Integer> tailOfReveal) {
        this.program = program;
        this.evaluator = evaluator;
        this.tails = List.copyOf(tails);
        this.tailOfReveal = List.copyOf(tailOfReveal);
        this.function = GarbledFunction.of(
                Way.TWO,
                tails.stream().flatMap(tail -> tail.inputs().stream()).toList(),
                Collections.nCopies(tails.size(), Target.EVALUATOR),
                tails.stream().mapToInt(GarbledTail::answerBits).toArray(),
                Circuit.Order.LAYERED,
                this::build);
    }

    private List<int[]> build(CircuitBuilder builder, List<int[]> inputs) {
        List<int[]> answers = new ArrayList<>();
        int from = 0;
        for (GarbledTail tail : tails) {
            int count = tail.inputs().size();
            answers.add(tail.build(builder, inputs.subList(from, from + count)));
            from += count;
        }
        return answers;
    }

    /** The garbled form of a program. */
    public static Found of(Program program) {
        if (program.profile() != Profile.REP4) {
            return new Found.Impossible("garbling is a part of rep4, and the program is approved for "
                    + program.profile().id());
        }
        RangeAnalysis ranges = RangeAnalysis.of(program.operations());
        Map<Integer, Integer> known = new HashMap<>();
        List<GarbledTail> tails = new ArrayList<>();
        List<Integer> tailOfReveal = new ArrayList<>();
        int evaluator = -1;
        long ands = 0;
        long bits = 0;
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Reveal(int x, int party)) {
                if (evaluator >= 0 && evaluator != party) {
                    return new Found.Impossible("answers go to more than one party, and one alone evaluates");
                }
                evaluator = party;
                if (!known.containsKey(x)) {
                    GarbledTail tail = GarbledTail.of(program, ranges, x);
                    known.put(x, tails.size());
                    tails.add(tail);
                    ands += tail.mostAnds();
                    bits += tail.inputBits();
                }
                tailOfReveal.add(known.get(x));
            }
        }
        if (ands > MAX_ANDS || bits > MAX_INPUT_BITS) {
            return new Found.Impossible("a row would take up to " + ands + " ANDs and " + bits
                    + " bits of input; at most " + MAX_ANDS + " and " + MAX_INPUT_BITS + " are garbled");
        }
        return new Found.Possible(new GarbledProgram(program, evaluator, tails, tailOfReveal));
    }

    public Program program() {
        return program;
    }

    /** The party that learns the answers. */
    public int evaluator() {
        return evaluator;
    }

    /** What stock is made of: the end of the program, from shares to answers. */
    public GarbledFunction function() {
        return function;
    }

    /** What a party keeps in memory of one row's stock, at most; an estimate from above. */
    public long bytesOfStock() {
        Circuit circuit = function.circuit();
        return 1024 + 32L * circuit.ands() + 32L * circuit.inputBits() + 16L * circuit.outputBits();
    }

    /**
     * What a party keeps in memory of each row while many are garbled in one go, beside the stock that is left of it;
     * an estimate from above. At a garbler labels of all wires alive and commitments, at the evaluator tables and
     * commitments as they came.
     */
    public long bytesOfMaking() {
        Circuit circuit = function.circuit();
        long labels = 16L * (circuit.inputBits() + circuit.slots() + circuit.outputBits());
        long garbler = 128 + labels + 96L * circuit.inputBits();
        long evaluator = 128 + 128L * circuit.ands() + 32L * circuit.inputBits();
        return Math.max(garbler, evaluator);
    }

    /**
     * Runs the program. Every party calls it with the same program and number of rows, and with its own part of the
     * same stock, which is used from here on whatever comes of the run.
     *
     * @param rep4 of this run, over {@code mesh} with {@code seeds}
     * @param own as {@link Interpreter#run} takes it
     * @param stored as {@link Interpreter#run} takes it
     * @param stocks of {@link #function}, for as many rows together as there are, in order
     * @param checkpoints {@code releasing} is called when every check has passed and no label has left
     * @return for each {@link Operation.Reveal}, in the order of the program, the bits at the party that learns them
     * @throws IllegalArgumentException before any message, when what is given does not fit
     * @throws org.tallystick.net.ProtocolAbort when the run ends early
     */
    public List<Optional<BitMatrix>> run(
            Rep4 rep4,
            Mesh mesh,
            SharedSeed[] seeds,
            int rows,
            List<long[]> own,
            Map<String, Rep4Vector> stored,
            List<GarbledStock> stocks,
            Checkpoints checkpoints) {
        check(rows, stocks);
        var linear = Interpreter.linear(rep4, program, rows, own, stored, checkpoints);
        List<Rep4Vector> inputs = new ArrayList<>();
        for (GarbledTail tail : tails) {
            inputs.addAll(tail.shares(rep4, linear));
        }
        // Where no product has carried the checks of the inputs, they take a round; nothing of an answer goes before.
        rep4.settle();
        checkpoints.releasing();
        GarbledAnswers answers = new GarbledAnswers(tails, rows);
        int from = 0;
        for (GarbledStock stock : stocks) {
            int first = from;
            List<SharedInput> slice = inputs.stream()
                    .<SharedInput>map(input -> new SharedInput.Numbers(rep4.rows(input, first, stock.instances())))
                    .toList();
            List<SharedOutput> outputs = new GarbledWorld(mesh, seeds, new byte[0], stock.roles()).run(stock, slice);
            answers.put(first, outputs);
            from += stock.instances();
        }
        boolean mine = mesh.self() == evaluator;
        return tailOfReveal.stream()
                .map(tail -> mine ? Optional.of(answers.of(tail)) : Optional.<BitMatrix>empty())
                .toList();
    }

    private void check(int rows, List<GarbledStock> stocks) {
        int made = stocks.stream().mapToInt(GarbledStock::instances).sum();
        if (made != rows) {
            throw new IllegalArgumentException("stock for " + made + " rows, and there are " + rows);
        }
        for (GarbledStock stock : stocks) {
            if (stock.function() != function || stock.roles().evaluator() != evaluator) {
                throw new IllegalArgumentException("the stock is of another program");
            }
        }
    }

    /**
     * What {@link #run} costs, with the stock made beforehand ({@link GarbledFunction#prepareCost}).
     *
     * @param rows the roles in each row's own stock
     */
    public Cost cost(CostModel model, List<Roles> rows) {
        Cost labels = Cost.zero(model.parties());
        for (Roles roles : rows) {
            // The labels of all rows leave together.
            Cost row = function.runCost(roles, 1);
            labels = new Cost(row.rounds(), labels.plus(row).bytesSent());
        }
        return linearCost(model, rows.size()).plus(labels);
    }

    /** What {@link #run} costs before a label leaves: inputs, products and their checks. */
    public Cost linearCost(CostModel model, int rows) {
        var shapes = new ShapeProtocol(program.profile(), model);
        var linear = Interpreter.linear(
                shapes, program, rows, List.of(), Prediction.storedShapes(program), Checkpoints.NONE);
        for (GarbledTail tail : tails) {
            tail.shares(shapes, linear);
        }
        shapes.settle();
        return shapes.cost();
    }

    @Override
    public String toString() {
        return "GarbledProgram[" + program.name() + ", " + function + "]";
    }
}
