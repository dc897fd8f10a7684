package org.tallystick.models;

/** What the bank learns about one business. */
public sealed interface Answer {
    /** @param rank 0 for the best band */
    record Band(int rank, String name) implements Answer {}

    /** Whole points, higher is safer. */
    record Points(long points) implements Answer {}

    /** The probability of default p: {@code atLeast} ≤ p &lt; {@code below}. */
    record Pd(double atLeast, double below) implements Answer {}
}
