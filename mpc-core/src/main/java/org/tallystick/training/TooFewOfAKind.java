package org.tallystick.training;

/** Rows of an evaluation hold too few good ones or too few bad ones: its aggregates would tell of single rows. */
public final class TooFewOfAKind extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooFewOfAKind(int fewest) {
        super("fewer than " + fewest + " bad rows or fewer than " + fewest + " good ones");
    }
}
