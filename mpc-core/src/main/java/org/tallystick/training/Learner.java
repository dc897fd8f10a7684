package org.tallystick.training;

import java.util.List;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;
import org.tallystick.training.TrainingPlan.Method;

/** A method of learning, as a training drives it: scales, steps, and the state between two steps. */
record Learner<A extends ArithmeticShare, B extends BitShare>(
        Protocol<A, B> protocol, Method method, int columnScale, int weightScale, double limit, int steps) {
    private static final int KEPT_REACH = 16;

    /** A state that knows how to go on. */
    interface Progress<A> {
        A weights();

        /** What else there is to it: velocity, or the inverse. */
        A rest();

        Progress<A> next();
    }

    static <A extends ArithmeticShare, B extends BitShare> Learner<A, B> of(Protocol<A, B> protocol, Method method) {
        return switch (method) {
            case Method.MaximumLikelihood(Newton.Settings settings) ->
                new Learner<>(protocol, method, Newton.SCALE, Newton.SCALE, Newton.LIMIT, settings.iterations());
            case Method.GradientDescent(Descent.Settings settings) ->
                new Learner<>(
                        protocol, method, Descent.COLUMN_SCALE, Descent.WEIGHT_SCALE, Descent.LIMIT, settings.epochs());
        };
    }

    /** The largest number in a column. */
    static double limit(Method method) {
        return method instanceof Method.MaximumLikelihood ? Newton.LIMIT : Descent.LIMIT;
    }

    /** The largest number in a column of evidence that its owner keeps, which says nothing about the column. */
    static int reach(Method method) {
        return (int) Math.min(KEPT_REACH, limit(method));
    }

    static int mostColumns(Method method) {
        return method instanceof Method.MaximumLikelihood ? Newton.MAX_COLUMNS - 1 : Descent.MAX_COLUMNS;
    }

    int scoreScale() {
        return columnScale + weightScale;
    }

    /** Xw with the intercept, at {@link #scoreScale}. */
    A scores(A x, A weights) {
        A withOne = protocol.concat(List.of(x, Newton.ones(protocol, x.rows(), columnScale)));
        return protocol.product(withOne, weights);
    }

    Progress<A> start(A x, A y) {
        return switch (method) {
            case Method.MaximumLikelihood(Newton.Settings settings) -> {
                Newton.Fit<A, B> fit = new Newton.Fit<>(protocol, x, y, settings);
                yield new NewtonProgress<>(fit, fit.start());
            }
            case Method.GradientDescent(Descent.Settings settings) ->
                new DescentProgress<>(protocol, x, y, settings, Descent.start(protocol, x.columns()));
        };
    }

    /** The state after {@code step} steps, from what was kept of it. */
    Progress<A> resume(A x, A y, int step, A weights, A rest) {
        return switch (method) {
            case Method.MaximumLikelihood(Newton.Settings settings) ->
                new NewtonProgress<>(
                        new Newton.Fit<>(protocol, x, y, settings), new Newton.State<>(step, weights, rest));
            case Method.GradientDescent(Descent.Settings settings) ->
                new DescentProgress<>(protocol, x, y, settings, new Descent.State<>(step, weights, rest));
        };
    }

    private record NewtonProgress<A extends ArithmeticShare, B extends BitShare>(
            Newton.Fit<A, B> fit, Newton.State<A> state) implements Progress<A> {
        @Override
        public A weights() {
            return state.weights();
        }

        @Override
        public A rest() {
            return state.inverse();
        }

        @Override
        public Progress<A> next() {
            return new NewtonProgress<>(fit, fit.next(state));
        }
    }

    private record DescentProgress<A extends ArithmeticShare, B extends BitShare>(
            Protocol<A, B> protocol, A x, A y, Descent.Settings settings, Descent.State<A> state)
            implements Progress<A> {
        @Override
        public A weights() {
            return state.weights();
        }

        @Override
        public A rest() {
            return state.velocity();
        }

        @Override
        public Progress<A> next() {
            return new DescentProgress<>(protocol, x, y, settings, Descent.epoch(protocol, x, y, settings, state));
        }
    }
}
