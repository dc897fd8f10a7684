package org.tallystick.node.rest;

import java.util.List;

/** What the bank learns about one business, as its REST interface says it. */
public sealed interface ScoreAnswer {
    /** @param rank 0 for the best band */
    record Band(int rank, String name) implements ScoreAnswer {}

    /** Whole points, higher is safer. */
    record Points(long points) implements ScoreAnswer {}

    /** The probability of default p: {@code atLeast} ≤ p &lt; {@code below}. */
    record Pd(double atLeast, double below) implements ScoreAnswer {}

    /** @param reasons names of features, the strongest first; there may be none */
    record Explained(ScoreAnswer answer, List<String> reasons) implements ScoreAnswer {
        public Explained {
            reasons = List.copyOf(reasons);
        }
    }
}
