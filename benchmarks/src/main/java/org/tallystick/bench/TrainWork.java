package org.tallystick.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.share.Rep4Vector;
import org.tallystick.training.Descent;

/**
 * The training that is compared with other systems: 32 private columns, 8 of each party, batches of 128 rows, one
 * epoch, one of two sigmoids. It starts with columns and labels on shares and ends with the weights at the bank, party
 * 3.
 */
final class TrainWork {
    static final int BATCH = 128;

    private static final int OWN = ScoreWork.FEATURES / ScoreWork.PARTIES;
    private static final double RATE = .5;

    /** What rounding may move a weight by. */
    private static final double TOLERANCE = .01;

    /** A uniform column on this range has a mean square of 1. */
    private static final double RANGE = Math.sqrt(3);

    private TrainWork() {}

    /** Columns and labels on shares. */
    record Shared(Rep4Vector x, Rep4Vector y) {}

    static Descent.Settings settings(Job.Kind kind) {
        Descent.Link link = kind == Job.Kind.TRAIN_ACCURATE ? Descent.Link.ACCURATE : Descent.Link.THREE_PIECE;
        return new Descent.Settings(1, BATCH, RATE, 0, 0, 0, link, 1);
    }

    static Shared share(Rep4 protocol, int rows) {
        List<OwnerInput> inputs = new ArrayList<>();
        for (int owner = 0; owner < ScoreWork.PARTIES; owner++) {
            long[] values = owner == protocol.self() ? columns(owner, rows) : null;
            inputs.add(new OwnerInput(owner, rows, OWN, Long.SIZE, values));
        }
        long[] labels = protocol.self() == ScoreWork.BANK ? labels(rows) : null;
        inputs.add(new OwnerInput(ScoreWork.BANK, rows, 1, Long.SIZE, labels));
        List<Rep4Vector> shared = protocol.inputs(inputs);
        // An opening compares first what the owners have told.
        protocol.open(protocol.constant(new long[1], 1, 1, 1));
        return new Shared(protocol.concat(shared.subList(0, ScoreWork.PARTIES)), shared.getLast());
    }

    /** One epoch; the weights at the bank. */
    static long[] learn(Rep4 protocol, Shared data, Descent.Settings settings) {
        Descent.State<Rep4Vector> start = Descent.start(protocol, ScoreWork.FEATURES);
        Descent.State<Rep4Vector> state = Descent.epoch(protocol, data.x(), data.y(), settings, start);
        return protocol.reveal(state.weights(), ScoreWork.BANK).orElse(new long[0]);
    }

    private static long[] columns(int owner, int rows) {
        long[] values = new long[OWN * rows];
        for (int c = 0; c < OWN; c++) {
            for (int row = 0; row < rows; row++) {
                values[c * rows + row] = Math.round(Math.scalb(x(owner * OWN + c, row), Descent.COLUMN_SCALE));
            }
        }
        return values;
    }

    private static double x(int column, int row) {
        return RANGE * ScoreWork.uniform(column, row);
    }

    /** Bad where a sum with fixed weights and some noise is above 0. */
    private static long[] labels(int rows) {
        long[] labels = new long[rows];
        for (int row = 0; row < rows; row++) {
            double sum = 3 * ScoreWork.uniform(ScoreWork.FEATURES, row);
            for (int c = 0; c < ScoreWork.FEATURES; c++) {
                sum += x(c, row) * (c % 5 - 2) / 4;
            }
            labels[row] = sum > 0 ? 1 : 0;
        }
        return labels;
    }

    /** Throws when the weights are not those of the same steps in plain doubles. */
    static void check(long[] weights, int rows, Descent.Settings settings) {
        double[] plain = new double[ScoreWork.FEATURES + 1];
        long[] labels = labels(rows);
        int[] order = Descent.order(rows, settings.seed(), 0);
        for (int from = 0; from < rows; from += BATCH) {
            int[] batch = Arrays.copyOfRange(order, from, Math.min(rows, from + BATCH));
            double[] gradient = new double[plain.length];
            for (int row : batch) {
                double z = plain[ScoreWork.FEATURES];
                for (int c = 0; c < ScoreWork.FEATURES; c++) {
                    z += plain[c] * x(c, row);
                }
                double error = link(settings.link(), z) - labels[row];
                for (int c = 0; c < ScoreWork.FEATURES; c++) {
                    gradient[c] += error * x(c, row);
                }
                gradient[ScoreWork.FEATURES] += error;
            }
            for (int c = 0; c < plain.length; c++) {
                plain[c] -= settings.rate() / batch.length * gradient[c];
            }
        }
        for (int c = 0; c < plain.length; c++) {
            double weight = Math.scalb((double) weights[c], -Descent.WEIGHT_SCALE);
            if (!(Math.abs(weight - plain[c]) <= TOLERANCE)) {
                throw new IllegalStateException("weight " + c + " is " + weight + ", not " + plain[c]);
            }
        }
    }

    private static double link(Descent.Link link, double z) {
        return switch (link) {
            case THREE_PIECE -> Math.clamp(z + .5, 0, 1);
            case ACCURATE -> 1 / (1 + Math.exp(-z));
        };
    }
}
