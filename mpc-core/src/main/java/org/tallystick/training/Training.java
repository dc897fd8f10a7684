package org.tallystick.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tallystick.net.Mesh;
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
    private final Progress progress;

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

    /**
     * What the bank learns.
     *
     * @param columns all numbers that entered, in the order of the weights, with their owners
     * @param losses those opened, by step
     */
    public record Outcome(
            List<OwnedColumn> columns,
            double[] weights,
            double intercept,
            SortedMap<Integer, Double> losses,
            Evaluation.Result learning,
            Optional<Evaluation.Result> testing) {
        @Override
        public String toString() {
            return "Outcome[" + columns.size() + " columns]";
        }
    }

    public record OwnedColumn(int owner, Prepared prepared) {}

    public Training(Mesh mesh, Protocol<A, B> protocol, TrainingPlan plan, Own own, Progress progress) {
        this.mesh = mesh;
        this.protocol = protocol;
        this.plan = plan;
        this.own = own;
        this.progress = progress;
    }

    /**
     * Runs it; the outcome is present at the bank.
     *
     * @throws org.tallystick.program.ColumnRule.BadValue if this party's rows cannot be used
     */
    public Optional<Outcome> run() {
        int all = own.learning().size() + own.testing().size();
        B labels = bits(protocol, labels(own.learning()));
        Preparing.Ready ready = new Preparing<>(mesh, protocol, plan, own.learning(), all).run(labels);
        Learner<A, B> learner = Learner.of(protocol, plan.method());
        Data<A> learning = share(learner, ready, own.learning(), labels);
        SortedMap<Integer, Double> losses = new TreeMap<>();
        A weights = learn(learner, learning, losses);
        Optional<Evaluation.Result> onLearning = evaluate(learner, learning, weights);
        Optional<Evaluation.Result> onTesting = own.testing().isEmpty()
                ? Optional.empty()
                : evaluate(
                        learner, share(learner, ready, own.testing(), bits(protocol, labels(own.testing()))), weights);
        Optional<long[]> revealed = protocol.reveal(weights, plan.bank());
        if (mesh.self() != plan.bank()) {
            Board.send(mesh, plan.bank(), PreparedFormat.encode(ready.own()));
            return Optional.empty();
        }
        double[] numbers = Arrays.stream(revealed.orElseThrow())
                .mapToDouble(weight -> Math.scalb((double) weight, -learner.weightScale()))
                .toArray();
        int last = numbers.length - 1;
        return Optional.of(new Outcome(
                columns(ready),
                Arrays.copyOf(numbers, last),
                numbers[last],
                losses,
                onLearning.orElseThrow(),
                onTesting));
    }

    private record Data<A>(A x, A y) {}

    /** Everybody's numbers of these rows side by side, in party order, and the bank's labels. */
    private Data<A> share(
            Learner<A, B> learner, Preparing.Ready ready, List<Optional<Map<String, String>>> rows, B labels) {
        List<OwnerInput> inputs = new ArrayList<>();
        for (int owner = 0; owner < mesh.parties(); owner++) {
            int columns = ready.counts()[owner];
            if (columns > 0) {
                long[] values = owner == mesh.self() ? numbers(learner, ready.own(), rows) : null;
                inputs.add(new OwnerInput(owner, rows.size(), columns, Long.SIZE, values));
            }
        }
        A x = protocol.concat(protocol.inputs(inputs));
        return new Data<>(x, protocol.fromBit(labels, Long.SIZE));
    }

    private static long[] numbers(
            Learner<?, ?> learner, List<Prepared> columns, List<Optional<Map<String, String>>> rows) {
        long[] numbers = new long[columns.size() * rows.size()];
        for (int k = 0; k < columns.size(); k++) {
            for (int row = 0; row < rows.size(); row++) {
                double number = Math.clamp(columns.get(k).number(rows.get(row)), -learner.limit(), learner.limit());
                numbers[k * rows.size() + row] = Math.round(Math.scalb(number, learner.columnScale()));
            }
        }
        return numbers;
    }

    /** An input mod 2 as bit shares: whatever its owner says, each is 0 or 1. */
    static <A extends ArithmeticShare, B extends BitShare> B bits(Protocol<A, B> protocol, OwnerInput input) {
        return protocol.toBits(protocol.inputs(List.of(input)).getFirst(), 0, 1);
    }

    /** 1 for a bad row and 0 for another; the bank's. */
    private OwnerInput labels(List<Optional<Map<String, String>>> rows) {
        long[] values = mesh.self() == plan.bank() ? labels(plan, rows) : null;
        return new OwnerInput(plan.bank(), rows.size(), 1, 1, values);
    }

    private static long[] labels(TrainingPlan plan, List<Optional<Map<String, String>>> rows) {
        String bad = plan.label().bad();
        return rows.stream()
                .mapToLong(row -> Preparation.cell(plan.label().column(), row)
                                .orElseThrow(() -> Preparation.noLabel(plan.label()))
                                .equals(bad)
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
            plan.columnsOf(self).forEach(column -> Preparation.check(column, rows));
            if (self == plan.bank() && !rows.isEmpty()) {
                long bad = Arrays.stream(labels(plan, rows)).sum();
                if (bad == 0 || bad == rows.size()) {
                    throw Preparation.oneKind(plan.label());
                }
            }
        }
        for (TrainingPlan.Column column : plan.columnsOf(self)) {
            if (!(column.treatment() instanceof TrainingPlan.Treatment.Evidence)) {
                Preparation.prepare(column, own.learning(), Learner.limit(plan.method()));
            }
        }
    }

    private A learn(Learner<A, B> learner, Data<A> data, SortedMap<Integer, Double> losses) {
        Learner.Progress<A> state = learner.start(data.x(), data.y());
        double best = Double.POSITIVE_INFINITY;
        int worse = 0;
        for (int step = 1; step <= learner.steps(); step++) {
            state = state.next();
            OptionalDouble loss = OptionalDouble.empty();
            if (plan.lossEvery() > 0 && step % plan.lossEvery() == 0) {
                loss = OptionalDouble.of(
                        Loss.open(protocol, learner.scores(data.x(), state.weights()), learner.scoreScale(), data.y()));
                losses.put(step, loss.getAsDouble());
                worse = loss.getAsDouble() < best ? 0 : worse + 1;
                best = Math.min(best, loss.getAsDouble());
            }
            progress.done(step, learner.steps(), loss);
            if (plan.patience() > 0 && worse >= plan.patience()) {
                break;
            }
        }
        return state.weights();
    }

    private Optional<Evaluation.Result> evaluate(Learner<A, B> learner, Data<A> data, A weights) {
        A scores = learner.scores(data.x(), weights);
        return Evaluation.reveal(protocol, scores, learner.scoreScale(), data.y(), plan.threshold(), plan.bank());
    }

    /** At the bank: what all owners have made of their columns. */
    private List<OwnedColumn> columns(Preparing.Ready ready) {
        List<OwnedColumn> columns = new ArrayList<>();
        for (int owner = 0; owner < mesh.parties(); owner++) {
            List<Prepared> theirs = owner == mesh.self()
                    ? ready.own()
                    : PreparedFormat.decode(Board.receive(mesh, owner), ready.counts()[owner]);
            for (Prepared each : theirs) {
                columns.add(new OwnedColumn(owner, each));
            }
        }
        return columns;
    }
}
