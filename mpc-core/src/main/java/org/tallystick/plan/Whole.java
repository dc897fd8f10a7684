package org.tallystick.plan;

import java.util.Locale;

/** A whole program's two ways at nodes, and which is predicted to be faster. */
public record Whole(int rows, Network network, Estimate garbled, Estimate sliced) {
    public boolean takesGarbled() {
        return garbled.seconds() < sliced.seconds();
    }

    /** Both predictions and what makes the difference, in words. */
    public String text() {
        Estimate chosen = takesGarbled() ? garbled : sliced;
        Estimate other = takesGarbled() ? sliced : garbled;
        return String.format(
                Locale.ROOT,
                "%s, %s predicted for %d %s over a network of %s. %s.",
                chosen.words(),
                Choice.time(chosen.seconds()),
                rows,
                rows == 1 ? "row" : "rows",
                network,
                Planner.against(chosen, other));
    }
}
