package org.tallystick.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tallystick.program.Operation.Interval;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;
import org.tallystick.training.TrainingPlan.Treatment.Stored;

/** The matrix to learn from, and the one to judge by: what owners bring in, and what is in a stored table. */
record Sharing<A extends ArithmeticShare, B extends BitShare>(
        Protocol<A, B> protocol, TrainingPlan plan, Learner<A, B> learner, Preparing.Ready ready) {
    /** Everybody's numbers side by side, in party order, and the bank's labels. */
    Keeping.Data<A> brought(List<Optional<Map<String, String>>> rows, B labels) {
        return data(inputs(rows), labels);
    }

    /** The same with the columns of a table, rescaled. */
    Keeping.Data<A> withTable(List<Optional<Map<String, String>>> rows, A unit, Rescaling<A> rescaling, B labels) {
        A rescaled = Rescaling.apply(protocol, rescaling, unit, learner.columnScale());
        int first = storedBefore(plan, plan.bank());
        int count = rescaled.columns();
        List<A> parts = new ArrayList<>(inputs(rows));
        if (first > 0) {
            parts.addFirst(protocol.columns(rescaled, 0, first));
        }
        if (first < count) {
            parts.add(protocol.columns(rescaled, first, count - first));
        }
        return data(parts, labels);
    }

    private Keeping.Data<A> data(List<A> parts, B labels) {
        return new Keeping.Data<>(protocol.concat(parts), protocol.fromBit(labels, Long.SIZE));
    }

    private List<A> inputs(List<Optional<Map<String, String>>> rows) {
        List<OwnerInput> inputs = new ArrayList<>();
        for (int owner = 0; owner < protocol.parties(); owner++) {
            int columns = ready.counts()[owner];
            if (columns > 0) {
                long[] values = owner == protocol.self() ? numbers(ready.own(), rows) : null;
                inputs.add(new OwnerInput(owner, rows.size(), columns, Long.SIZE, values));
            }
        }
        return inputs.isEmpty() ? List.of() : protocol.inputs(inputs);
    }

    private long[] numbers(List<Prepared> columns, List<Optional<Map<String, String>>> rows) {
        long[] numbers = new long[columns.size() * rows.size()];
        for (int k = 0; k < columns.size(); k++) {
            for (int row = 0; row < rows.size(); row++) {
                double number = Math.clamp(columns.get(k).number(rows.get(row)), -learner.limit(), learner.limit());
                numbers[k * rows.size() + row] = Math.round(Math.scalb(number, learner.columnScale()));
            }
        }
        return numbers;
    }

    // ---- where the columns of a table are

    static List<Interval> bounds(TrainingPlan plan) {
        return plan.stored().stream()
                .map(column -> ((Stored) column.treatment()).bounds())
                .toList();
    }

    private static int storedBefore(TrainingPlan plan, int owner) {
        return (int)
                plan.stored().stream().filter(column -> column.owner() < owner).count();
    }

    /** Their places among {@code all} columns: the bank's, at its place among the parties, are the others. */
    static int[] places(TrainingPlan plan, int all) {
        int count = plan.stored().size();
        int first = storedBefore(plan, plan.bank());
        return IntStream.range(0, count)
                .map(k -> k < first ? k : all - count + k)
                .toArray();
    }

    /** Weights and intercept of the columns as the table has them, from those of u ({@link Rescaling}). */
    static Training.Fit asStored(Training.Fit fit, List<Training.OwnedColumn> columns) {
        double[] weights = Arrays.copyOf(fit.weights(), fit.weights().length);
        double intercept = fit.intercept();
        for (int k = 0; k < weights.length; k++) {
            if (columns.get(k).prepared().source() instanceof Prepared.Source.Stored source) {
                weights[k] = Math.scalb(weights[k], source.scale() - Rescaling.bits(source.bounds()));
                intercept -= weights[k] * Math.scalb((double) Rescaling.middle(source.bounds()), -source.scale());
            }
        }
        return new Training.Fit(weights, intercept);
    }
}
