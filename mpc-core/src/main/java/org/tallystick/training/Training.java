package org.tallystick.training;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tallystick.net.Mesh;
import org.tallystick.program.Activation;
import org.tallystick.program.Program;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * One party's part in one training, from its raw rows to what it may learn.
 *
 * <p>Who learns what: everyone, how many numbers each owner makes of its columns (bins, categories) and, where the plan
 * says so, the mean loss at intervals; an owner, the counts of bad rows in its own bins of evidence; the bank, the
 * weights, the evaluation, and how each owner prepares its columns, without which the weights are of no use. That
 * includes limits, means, deviations, the texts of frequent categories and the evidence of bins. What such aggregates
 * say of single rows is not limited: docs/training.md.
 */
public final class Training<A extends ArithmeticShare, B extends BitShare> {
    private final Mesh mesh;
    private final Protocol<A, B> protocol;
    private final TrainingPlan plan;
    private final Own own;
    private final Surroundings<A> surroundings;

    /**
     * What this party brings: its raw rows about the subjects to learn from, and about those to judge the result by,
     * which may be none. A row is empty where the party knows nothing of the subject.
     */
    public record Own(List<Optional<Map<String, String>>> learning, List<Optional<Map<String, String>>> testing) {
        /** Of a party that knows nothing. */
        public static Own none(int learning, int testing) {
            return new Own(
                    Collections.nCopies(learning, Optional.empty()), Collections.nCopies(testing, Optional.empty()));
        }

        @Override
        public String toString() {
            return "Own[" + learning.size() + " and " + testing.size() + " rows]";
        }
    }

    /** Told of a training's advance: so many of all steps are done; the mean loss, where it was just opened. */
    public interface Progress {
        void done(int steps, int all, OptionalDouble loss);
    }

    /** Where an owner keeps, durably, what it has made of a column and tells nobody. */
    @FunctionalInterface
    public interface Encoders {
        /** Returns the name that others know it by: 64 hexadecimal digits that say nothing about it. */
        String keep(TrainingPlan.Column column, Prepared prepared);
    }

    /**
     * This party's shares of the columns of a stored table, in the order of {@link TrainingPlan#stored}: rows of the
     * same subjects in the same order as what parties bring.
     */
    public record StoredRows<A>(A learning, Optional<A> testing) {}

    /**
     * What a training needs of the party that runs it.
     *
     * @param parties roles in party order, as programs name them
     * @param stored what a training that begins from a table has of it
     */
    public record Surroundings<A>(
            Progress progress,
            Keeping<A> keeping,
            Encoders encoders,
            List<String> parties,
            Optional<StoredRows<A>> stored) {
        public Surroundings {
            parties = List.copyOf(parties);
        }

        /** Of a training from no table. */
        public Surroundings(Progress progress, Keeping<A> keeping, Encoders encoders, List<String> parties) {
            this(progress, keeping, encoders, parties, Optional.empty());
        }
    }

    /**
     * What the bank learns.
     *
     * @param columns all numbers that entered, in the order of the weights, with their owners
     * @param fit absent where nobody learns the weights
     * @param losses those opened, by step
     */
    public record Outcome(
            List<OwnedColumn> columns,
            Optional<Fit> fit,
            SortedMap<Integer, Double> losses,
            Evaluation.Result learning,
            Optional<Evaluation.Result> testing) {
        /** The weights, where the bank learns them. */
        public double[] weights() {
            return fit.orElseThrow().weights();
        }

        /** The intercept, where the bank learns it. */
        public double intercept() {
            return fit.orElseThrow().intercept();
        }

        @Override
        public String toString() {
            return "Outcome[" + columns.size() + " columns]";
        }
    }

    public record Fit(double[] weights, double intercept) {
        @Override
        public String toString() {
            return "Fit[" + weights.length + " weights]";
        }
    }

    public record OwnedColumn(int owner, Prepared prepared) {}

    /** Weights that nobody learns, as the program that scores with them stores them: by name, one row each. */
    public record Blind<A>(Program program, Map<String, A> shares) {}

    /**
     * How it ended.
     *
     * @param outcome at the bank
     * @param blind at all, where nobody learns the weights
     */
    public record Ended<A>(Optional<Outcome> outcome, Optional<Blind<A>> blind) {}

    public Training(Mesh mesh, Protocol<A, B> protocol, TrainingPlan plan, Own own, Surroundings<A> surroundings) {
        this.mesh = mesh;
        this.protocol = protocol;
        this.plan = plan;
        this.own = own;
        this.surroundings = surroundings;
    }

    /**
     * Runs it, or goes on with what was kept of it; then this party's rows are not looked at.
     *
     * @throws org.tallystick.program.ColumnRule.BadValue if this party's rows cannot be used
     * @throws WrongDescription if another party describes its columns other than the plan has them
     * @throws org.tallystick.program.ModelRejected where nobody learns the weights and one of them is beyond 64
     */
    public Ended<A> run() {
        Learner<A, B> learner = Learner.of(protocol, plan.method());
        Begun<A> begun =
                surroundings.keeping().kept().map(kept -> goOn(learner, kept)).orElseGet(() -> begin(learner));
        Keeping.Kept<A> from = begun.from();
        Keeping.Start<A> start = from.start();
        SortedMap<Integer, Double> losses = new TreeMap<>(from.point().losses());
        A weights = learn(learner, begun, losses);
        Optional<Blind<A>> blind = plan.reveal() == TrainingPlan.Reveal.NOBODY
                ? Optional.of(blind(learner, start, weights))
                : Optional.empty();
        Optional<Evaluation.Result> onLearning = evaluate(learner, start.learning(), weights);
        Optional<Evaluation.Result> onTesting = start.testing().flatMap(testing -> evaluate(learner, testing, weights));
        Optional<Fit> fit = blind.isPresent() ? Optional.empty() : reveal(learner, start, weights);
        return new Ended<>(
                onLearning.map(learning -> new Outcome(start.columns(), fit, losses, learning, onTesting)), blind);
    }

    private Optional<Fit> reveal(Learner<A, B> learner, Keeping.Start<A> start, A weights) {
        if (start.rescaling().isEmpty()) {
            return protocol.reveal(weights, plan.bank()).map(revealed -> fit(revealed, learner.weightScale()));
        }
        int scale = learner.weightScale() + Rescaling.FACTOR;
        return protocol.reveal(undone(start, weights), plan.bank())
                .map(revealed -> Sharing.asStored(fit(revealed, scale), start.columns()));
    }

    private A undone(Keeping.Start<A> start, A weights) {
        int[] places = Sharing.places(plan, start.learning().x().columns());
        return Rescaling.undone(protocol, start.rescaling().orElseThrow(), weights, places);
    }

    private static Fit fit(long[] weights, int scale) {
        double[] numbers = Arrays.stream(weights)
                .mapToDouble(weight -> Math.scalb((double) weight, -scale))
                .toArray();
        int last = numbers.length - 1;
        return new Fit(Arrays.copyOf(numbers, last), numbers[last]);
    }

    private record Begun<A>(Keeping.Kept<A> from, Learner.Progress<A> state) {}

    /** Brings all in, prepares, and keeps what there is before the first step. */
    private Begun<A> begin(Learner<A, B> learner) {
        int all = own.learning().size() + own.testing().size();
        B labels = bits(protocol, labels(own.learning()));
        Preparing.Ready ready =
                new Preparing<>(mesh, protocol, plan, own.learning(), all, surroundings.encoders()).run(labels);
        if (plan.reveal() == TrainingPlan.Reveal.NOBODY) {
            // Before hours of learning: columns that no program can score with are refused now.
            ScoringProgram.of(plan, ready.told(), surroundings.parties(), learner);
        }
        Keeping.Start<A> start = share(new Sharing<>(protocol, plan, learner, ready), labels);
        Learner.Progress<A> state =
                learner.start(start.learning().x(), start.learning().y());
        var point = new Keeping.Point<>(0, state.weights(), state.rest(), new TreeMap<>());
        surroundings.keeping().begun(start, point);
        return new Begun<>(new Keeping.Kept<>(start, point), state);
    }

    private static <A extends ArithmeticShare> Begun<A> goOn(Learner<A, ?> learner, Keeping.Kept<A> from) {
        Keeping.Data<A> data = from.start().learning();
        Keeping.Point<A> point = from.point();
        return new Begun<>(from, learner.resume(data.x(), data.y(), point.step(), point.weights(), point.rest()));
    }

    private Blind<A> blind(Learner<A, B> learner, Keeping.Start<A> start, A weights) {
        List<OwnedColumn> columns = start.columns();
        Program program = ScoringProgram.of(plan, columns, surroundings.parties(), learner);
        Map<String, A> shares = start.rescaling().isEmpty()
                ? ScoringProgram.stored(protocol, weights, learner.columnScale())
                : StoredScoring.stored(protocol, undone(start, weights), columns, learner);
        Activation.check(protocol, program, shares);
        return new Blind<>(program, shares);
    }

    private Keeping.Start<A> share(Sharing<A, B> sharing, B labels) {
        List<OwnedColumn> told = sharing.ready().told();
        if (plan.table().isEmpty()) {
            Keeping.Data<A> learning = sharing.brought(own.learning(), labels);
            Optional<Keeping.Data<A>> testing = testLabels().map(bits -> sharing.brought(own.testing(), bits));
            return new Keeping.Start<>(learning, testing, told, Optional.empty());
        }
        StoredRows<A> stored = surroundings.stored().orElseThrow();
        A unit = Rescaling.unit(protocol, stored.learning(), Sharing.bounds(plan));
        Rescaling<A> rescaling = Rescaling.of(protocol, unit, sharing.learner().limit());
        Keeping.Data<A> learning = sharing.withTable(own.learning(), unit, rescaling, labels);
        Optional<Keeping.Data<A>> testing = testLabels().map(bits -> {
            A other = Rescaling.unit(protocol, stored.testing().orElseThrow(), Sharing.bounds(plan));
            return sharing.withTable(own.testing(), other, rescaling, bits);
        });
        return new Keeping.Start<>(learning, testing, told, Optional.of(rescaling));
    }

    private Optional<B> testLabels() {
        return own.testing().isEmpty() ? Optional.empty() : Optional.of(bits(protocol, labels(own.testing())));
    }

    /** An input mod 2 as bit shares: whatever its owner says, each is 0 or 1. */
    static <A extends ArithmeticShare, B extends BitShare> B bits(Protocol<A, B> protocol, OwnerInput input) {
        return protocol.toBits(protocol.inputs(List.of(input)).getFirst(), 0, 1);
    }

    /** 1 for a bad row and 0 for another; the bank's. */
    private OwnerInput labels(List<Optional<Map<String, String>>> rows) {
        long[] values = mesh.self() == plan.bank() ? labels(plan.label(), rows) : null;
        return new OwnerInput(plan.bank(), rows.size(), 1, 1, values);
    }

    /** @throws org.tallystick.program.ColumnRule.BadValue if one is missing */
    static long[] labels(TrainingPlan.Label label, List<Optional<Map<String, String>>> rows) {
        return rows.stream()
                .mapToLong(row -> Preparation.cell(label.column(), row)
                                .orElseThrow(() -> Preparation.noLabel(label))
                                .equals(label.bad())
                        ? 1
                        : 0)
                .toArray();
    }

    /**
     * Looks at a party's rows before it accepts a training.
     *
     * @throws org.tallystick.program.ColumnRule.BadValue if a cell is no number where one is wanted, a label is
     *     missing, or all labels of a part are the same; without showing a cell
     */
    public static void check(TrainingPlan plan, int self, Own own) {
        for (List<Optional<Map<String, String>>> rows : List.of(own.learning(), own.testing())) {
            plan.broughtBy(self).forEach(column -> Preparation.check(column, rows));
            if (self == plan.bank() && !rows.isEmpty()) {
                long bad = Arrays.stream(labels(plan.label(), rows)).sum();
                if (bad == 0 || bad == rows.size()) {
                    throw Preparation.oneKind(plan.label());
                }
            }
        }
        for (TrainingPlan.Column column : plan.broughtBy(self)) {
            if (!(column.treatment() instanceof TrainingPlan.Treatment.Evidence)) {
                Preparation.prepare(column, own.learning(), Learner.limit(plan.method()));
            }
        }
    }

    private A learn(Learner<A, B> learner, Begun<A> begun, SortedMap<Integer, Double> losses) {
        Keeping.Data<A> data = begun.from().start().learning();
        Keeping.Point<A> from = begun.from().point();
        Learner.Progress<A> state = begun.state();
        Progress progress = surroundings.progress();
        losses.forEach((step, loss) -> progress.done(step, learner.steps(), OptionalDouble.of(loss)));
        progress.done(from.step(), learner.steps(), OptionalDouble.empty());
        for (int step = from.step() + 1; step <= learner.steps() && !isEnough(losses); step++) {
            state = state.next();
            OptionalDouble loss = OptionalDouble.empty();
            if (plan.lossEvery() > 0 && step % plan.lossEvery() == 0) {
                loss = OptionalDouble.of(
                        Loss.open(protocol, learner.scores(data.x(), state.weights()), learner.scoreScale(), data.y()));
                losses.put(step, loss.getAsDouble());
            }
            surroundings
                    .keeping()
                    .advanced(new Keeping.Point<>(step, state.weights(), state.rest(), new TreeMap<>(losses)));
            progress.done(step, learner.steps(), loss);
        }
        return state.weights();
    }

    /** Whether as many opened losses in a row as the plan has patience for were no better than the best before. */
    private boolean isEnough(SortedMap<Integer, Double> losses) {
        double best = Double.POSITIVE_INFINITY;
        int worse = 0;
        for (double loss : losses.values()) {
            worse = loss < best ? 0 : worse + 1;
            best = Math.min(best, loss);
        }
        return plan.patience() > 0 && worse >= plan.patience();
    }

    private Optional<Evaluation.Result> evaluate(Learner<A, B> learner, Keeping.Data<A> data, A weights) {
        A scores = learner.scores(data.x(), weights);
        return Evaluation.reveal(protocol, scores, learner.scoreScale(), data.y(), plan.threshold(), plan.bank());
    }
}
