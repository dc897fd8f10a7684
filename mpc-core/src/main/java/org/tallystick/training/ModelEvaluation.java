package org.tallystick.training;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.program.Activation;
import org.tallystick.program.Interpreter;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * One party's part in one evaluation of a model: labels and the model's private numbers come in from the bank, columns
 * from their owners; scores stay on shares; the bank alone learns {@link Evaluation.Result}.
 *
 * <p>Opened to all: whether both kinds have at least {@value #FEWEST_OF_A_KIND} rows, and whether the model's numbers
 * lie within the limits that its program declares; each is one bit, and a run goes on only if both are met.
 */
public final class ModelEvaluation<A extends ArithmeticShare, B extends BitShare> {
    /** Of fewer rows of a kind an aggregate says too much of each. */
    public static final int FEWEST_OF_A_KIND = 10;

    private static final int STEPS = 4;

    private final Protocol<A, B> protocol;
    private final EvaluationPlan plan;
    private final int rows;
    private final Own own;
    private final Progress progress;

    /**
     * What a party brings.
     *
     * @param columns for each input that the program asks of it, rows × columns, column after column
     * @param bank at the bank, and at no other
     */
    public record Own(List<long[]> columns, Optional<Secrets> bank) {
        public Own {
            columns = List.copyOf(columns);
        }

        @Override
        public String toString() {
            return "Own[" + columns.size() + " inputs]";
        }
    }

    /**
     * What the bank alone has.
     *
     * @param labels 1 for a bad row and 0 for another
     * @param numbers the model's, by the names that the program gives them
     */
    public record Secrets(long[] labels, Map<String, long[]> numbers) {
        @Override
        public String toString() {
            return "Secrets[" + labels.length + " labels]";
        }
    }

    /** Told of the advance: so many of all steps are done. */
    @FunctionalInterface
    public interface Progress {
        void done(int steps, int all);
    }

    /** @param rows to judge the model by, the same number at all parties */
    public ModelEvaluation(Protocol<A, B> protocol, EvaluationPlan plan, int rows, Own own, Progress progress) {
        this.protocol = protocol;
        this.plan = plan;
        this.rows = rows;
        this.own = own;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @param releasing every check has passed; the first message of the result leaves when this returns
     * @return at the bank, what it learns
     * @throws TooFewOfAKind at every party alike
     * @throws org.tallystick.program.ModelRejected at every party alike, when a number of the model is beyond its
     *     limits
     */
    public Optional<Evaluation.Result> run(Runnable releasing) {
        A bad = protocol.fromBit(Training.bits(protocol, labels()), Long.SIZE);
        if (!Evaluation.hasBoth(protocol, bad, FEWEST_OF_A_KIND)) {
            throw new TooFewOfAKind(FEWEST_OF_A_KIND);
        }
        progress.done(1, STEPS);
        Program wide = wide(plan.program());
        Map<String, A> model = plan.hasPrivateNumbers()
                ? Activation.run(protocol, wide, plan.bank(), own.bank().map(Secrets::numbers))
                : Map.of();
        progress.done(2, STEPS);
        A scores = Interpreter.value(protocol, wide, plan.band().x(), rows, own.columns(), model);
        progress.done(3, STEPS);
        A aggregates = Evaluation.aggregates(protocol, scores, beyond(scores, model), plan.scale(), bad);
        releasing.run();
        Optional<Evaluation.Result> result = Evaluation.open(protocol, aggregates, rows, plan.bank());
        progress.done(STEPS, STEPS);
        return result;
    }

    /** In the widest ring, in which the evaluation counts. */
    private static Program wide(Program program) {
        return new Program(program.name(), program.profile(), program.parties(), Long.SIZE, program.operations());
    }

    /** The bank's; no mask of a label is ever opened, and whatever the bank says each is 0 or 1. */
    private OwnerInput labels() {
        return new OwnerInput(
                plan.bank(), rows, 1, 1, own.bank().map(Secrets::labels).orElse(null));
    }

    private A beyond(A scores, Map<String, A> model) {
        return switch (plan.program().operations().get(plan.band().thresholds())) {
            case Operation.Stored(String name, var _) ->
                protocol.subtract(scores, protocol.repeatRow(model.get(name), rows));
            case Operation.Constant(List<Long> values) -> protocol.addConstant(scores, -values.getFirst());
            default -> throw new IllegalStateException("a threshold that no plan has");
        };
    }

    /**
     * The labels in the bank's own rows.
     *
     * @throws org.tallystick.program.ColumnRule.BadValue if one is missing, or too few rows are of one kind; without
     *     showing a cell
     */
    public static long[] labels(EvaluationPlan plan, List<Optional<Map<String, String>>> rows) {
        long[] labels = Training.labels(plan.label(), rows);
        long bad = Arrays.stream(labels).sum();
        if (Math.min(bad, labels.length - bad) < FEWEST_OF_A_KIND) {
            throw Preparation.tooFew(plan.label(), FEWEST_OF_A_KIND);
        }
        return labels;
    }
}
