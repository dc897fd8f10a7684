package org.tallystick.models;

import java.util.List;

/** What the bank learns about one business. */
public sealed interface Answer {
    /** @param rank 0 for the best band */
    record Band(int rank, String name) implements Answer {}

    /** Whole points, higher is safer. */
    record Points(long points) implements Answer {}

    /** The probability of default p: {@code atLeast} ≤ p &lt; {@code below}. */
    record Pd(double atLeast, double below) implements Answer {}

    /**
     * An answer with its reasons.
     *
     * @param reasons the features that pull the score farthest to the applicant's disadvantage, the strongest first
     */
    record Explained(Answer answer, List<String> reasons) implements Answer {
        public Explained {
            reasons = List.copyOf(reasons);
        }
    }
}
