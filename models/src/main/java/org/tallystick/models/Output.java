package org.tallystick.models;

/** What the bank learns about a business. */
public sealed interface Output {
    /** The name of its band: log2 of the number of bands, rounded up, in bits. */
    record Band() implements Output {}

    /** Whole points, halves up. */
    record Points() implements Output {}

    /** The probability of default, to one of {@code steps} equal steps between 0 and 1. */
    record Pd(int steps) implements Output {
        public Pd {
            if (steps < 2 || steps > 1000) {
                throw new InvalidModel("output: a step of 1/" + steps + "; steps from 0.001 to 0.5 are possible");
            }
        }
    }
}
