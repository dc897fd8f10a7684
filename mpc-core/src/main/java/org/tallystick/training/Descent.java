package org.tallystick.training;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.tallystick.gadget.Sigmoid;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Logistic regression on shares by mini-batch gradient descent with momentum and a penalty; for more columns than
 * {@link Newton} takes, and as what the literature compares.
 *
 * <p>One batch: z = Xw at scale 30, the sigmoid, Xᵀe at scale 42 with no truncation between, then one truncation for
 * momentum, penalty and learning rate together. With the three-piece sigmoid 13 rounds under {@code rep4}.
 *
 * <p>Columns at {@link #COLUMN_SCALE}, |value| ≤ 2^3: standardised and clipped by their owners. Labels 0 or 1,
 * integers. An intercept is added, and not penalised. Batches of up to 128 rows, in a public order. Nothing is opened.
 */
public final class Descent {
    public static final int COLUMN_SCALE = 12;
    public static final int WEIGHT_SCALE = 18;

    /** The largest number in a column. */
    static final double LIMIT = 8;

    private static final int SCORE_SCALE = COLUMN_SCALE + WEIGHT_SCALE;
    private static final int GRADIENT_SCALE = COLUMN_SCALE + SCORE_SCALE;
    private static final int MAX_BATCH = 128;

    static final int MAX_COLUMNS = 1000;

    /** Scores stay below 2^20: 1000 numbers of up to 2^3 with weights of up to 2^7. */
    private static final int MAGNITUDE = 20;

    private Descent() {}

    /** Which sigmoid a batch uses. */
    public enum Link {
        /** 0, x + 1/2, 1: an error of up to .119, and the fewest rounds. */
        THREE_PIECE,
        /** {@link Sigmoid#accurate}: an error of at most 2^-10. */
        ACCURATE
    }

    /**
     * @param rate of the first epoch
     * @param decay the rate of epoch k is rate / (1 + decay · k)
     * @param momentum 0 to .999
     * @param penalty λ of ½λ‖w‖² beside the mean loss; times the rate at most 1
     * @param seed of the public order of rows
     */
    public record Settings(
            int epochs, int batch, double rate, double decay, double momentum, double penalty, Link link, long seed) {
        /** Least rate a row: as an integer it has four significant bits or more. */
        private static final double LEAST = 0x1p-13;

        public Settings {
            if (epochs < 1 || epochs > 10_000 || batch < 1 || batch > MAX_BATCH) {
                throw new IllegalArgumentException("epochs 1 to 10000 and batches of 1 to " + MAX_BATCH + " rows, not "
                        + epochs + " and " + batch);
            }
            if (!(rate > 0 && rate <= 8) || !(decay >= 0 && decay <= 100)) {
                throw new IllegalArgumentException(
                        "rate above 0 up to 8 and decay 0 to 100, not " + rate + " and " + decay);
            }
            if (rate / (1 + decay * (epochs - 1)) / batch < LEAST) {
                throw new IllegalArgumentException(
                        "the last epoch's rate divided by the batch is below 2^-13, too little"
                                + " to count: fewer epochs, less decay, smaller batches or a higher rate");
            }
            if (!(momentum >= 0 && momentum <= .999) || !(penalty >= 0 && rate * penalty <= 1)) {
                throw new IllegalArgumentException(
                        "momentum up to .999 and rate times penalty up to 1, not " + momentum + " and " + penalty);
            }
        }
    }

    /** Weights and velocity, one column each at {@link #WEIGHT_SCALE}, the intercept last; after so many epochs. */
    public record State<A>(int epoch, A weights, A velocity) {}

    public static <A extends ArithmeticShare> State<A> start(Protocol<A, ?> protocol, int columns) {
        A zero = protocol.constant(new long[columns + 1], columns + 1, 1, Long.SIZE);
        return new State<>(0, zero, zero);
    }

    /**
     * One epoch further: every row once.
     *
     * @param x n × p
     * @param y n × 1, 1 for a bad one
     */
    public static <A extends ArithmeticShare, B extends BitShare> State<A> epoch(
            Protocol<A, B> protocol, A x, A y, Settings settings, State<A> state) {
        Step step = Step.of(settings, state.epoch());
        int[] order = order(x.rows(), settings.seed(), state.epoch());
        A weights = state.weights();
        A velocity = state.velocity();
        for (int from = 0; from < order.length; from += settings.batch()) {
            int[] indices = Arrays.copyOfRange(order, from, Math.min(order.length, from + settings.batch()));
            A rows = protocol.concat(
                    List.of(protocol.rows(x, indices), Newton.ones(protocol, indices.length, COLUMN_SCALE)));
            A gradient = gradient(protocol, rows, protocol.rows(y, indices), weights, settings.link());
            velocity = step.velocity(protocol, gradient, weights, velocity, indices.length);
            weights = protocol.subtract(weights, velocity);
        }
        return new State<>(state.epoch() + 1, weights, velocity);
    }

    /** Xᵀ(chance − y) at scale 42, the sum over the batch. */
    private static <A extends ArithmeticShare, B extends BitShare> A gradient(
            Protocol<A, B> protocol, A rows, A labels, A weights, Link link) {
        A score = protocol.product(rows, weights);
        A chance = switch (link) {
            case THREE_PIECE -> Sigmoid.threePiece(protocol, score, SCORE_SCALE, MAGNITUDE);
            case ACCURATE ->
                Sigmoid.accurate(protocol, Sigmoid.choose(score.rows()), score, SCORE_SCALE, MAGNITUDE, SCORE_SCALE);
        };
        A error = protocol.subtract(chance, protocol.scale(labels, 1L << SCORE_SCALE));
        return protocol.product(protocol.transpose(rows), error);
    }

    /**
     * How a gradient becomes a step: with rate and batch as the integer {@code multiplier} at scale {@code bits}, of
     * which it has four to six significant ones.
     */
    private record Step(double rate, double momentum, double penalty) {
        static Step of(Settings settings, int epoch) {
            return new Step(settings.rate() / (1 + settings.decay() * epoch), settings.momentum(), settings.penalty());
        }

        <A extends ArithmeticShare, B extends BitShare> A velocity(
                Protocol<A, B> protocol, A gradient, A weights, A velocity, int batch) {
            double perRow = rate / batch;
            int bits = Math.clamp(5 - Math.getExponent(perRow), 0, 17);
            int dropped = GRADIENT_SCALE - WEIGHT_SCALE + bits;
            A sum = protocol.scale(gradient, Math.round(Math.scalb(perRow, bits)));
            if (momentum > 0) {
                sum = protocol.add(sum, protocol.scale(velocity, Math.round(Math.scalb(momentum, dropped))));
            }
            if (penalty > 0) {
                long[] factors = new long[weights.rows()];
                Arrays.fill(factors, 0, factors.length - 1, Math.round(Math.scalb(rate * penalty, dropped)));
                sum = protocol.add(sum, protocol.multiplyConstant(weights, factors));
            }
            return protocol.truncate(sum, dropped);
        }
    }

    /** A public order of the rows, another one each epoch; not secret, so the generator need not be. */
    public static int[] order(int rows, long seed, int epoch) {
        SplittableRandom random = new SplittableRandom(seed + epoch);
        int[] order = new int[rows];
        for (int k = 0; k < rows; k++) {
            int other = random.nextInt(k + 1);
            order[k] = order[other];
            order[other] = k;
        }
        return order;
    }
}
