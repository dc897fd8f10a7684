package org.tallystick.plan;

import java.util.List;
import java.util.Locale;

/**
 * What was chosen for one question.
 *
 * @param stock what the garbled ways had in place
 * @param estimates of all ways that were possible
 * @param reason in words
 */
public record Choice(
        Planner.Asked asked, int rows, Stock stock, List<Estimate> estimates, Estimate chosen, String reason) {
    public Choice {
        estimates = List.copyOf(estimates);
    }

    /** Whether the answer is to be garbled. */
    public boolean garbled() {
        return chosen.how().garbled();
    }

    /** A time with three digits. */
    static String time(double seconds) {
        double size = Math.abs(seconds);
        if (size >= 1) {
            return String.format(Locale.ROOT, "%.2f s", seconds);
        }
        return size >= 1e-3
                ? String.format(Locale.ROOT, "%.1f ms", seconds * 1e3)
                : String.format(Locale.ROOT, "%.0f µs", seconds * 1e6);
    }
}
