package org.tallystick.training;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Where a party keeps a training that is under way, so that it can go on after an interruption: all that the owners
 * brought in, once, on shares, and after each step the state. A training that goes on asks nothing of the owners'
 * tables and reveals no count again.
 */
public interface Keeping<A> {
    /** What there is to go on from, the same step at all parties; empty for a training that begins. */
    Optional<Kept<A>> kept();

    /** Keeps what was brought in and the state before the first step, durably. */
    void begun(Start<A> start, Point<A> point);

    /** Keeps the state after a step, durably. */
    void advanced(Point<A> point);

    /** Columns side by side and labels, a row a subject. */
    record Data<A>(A x, A y) {}

    /**
     * What was brought in.
     *
     * @param columns all numbers in the order of the weights, as far as their owners told this party; none where it was
     *     told nothing
     * @param rescaling of the columns of a stored table, where some are
     */
    record Start<A>(
            Data<A> learning,
            Optional<Data<A>> testing,
            List<Training.OwnedColumn> columns,
            Optional<Rescaling<A>> rescaling) {
        public Start {
            columns = List.copyOf(columns);
        }

        @Override
        public String toString() {
            return "Start[" + columns.size() + " columns]";
        }
    }

    /**
     * The state after {@code step} steps.
     *
     * @param rest velocity or inverse
     * @param losses those opened so far, by step
     */
    record Point<A>(int step, A weights, A rest, SortedMap<Integer, Double> losses) {}

    record Kept<A>(Start<A> start, Point<A> point) {}

    /** Keeps nothing. */
    static <A> Keeping<A> nothing() {
        return new Keeping<>() {
            @Override
            public Optional<Kept<A>> kept() {
                return Optional.empty();
            }

            @Override
            public void begun(Start<A> start, Point<A> point) {}

            @Override
            public void advanced(Point<A> point) {}
        };
    }
}
