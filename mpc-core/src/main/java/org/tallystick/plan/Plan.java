package org.tallystick.plan;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a program is to be computed for a batch, with reasons.
 *
 * @param stock what the garbled ways have in place
 */
public record Plan(String program, int rows, Stock stock, Network network, List<Choice> choices) {
    public Plan {
        choices = List.copyOf(choices);
    }

    /** The choice for an operation, by its index in the program. */
    public Optional<Choice> of(int operation) {
        return choices.stream()
                .filter(choice -> choice.asked().operation() == operation)
                .findFirst();
    }

    /** Whether every answer is garbled: a group that has one way for all takes it then. */
    public boolean garbled() {
        return !choices.isEmpty() && choices.stream().allMatch(Choice::garbled);
    }

    /** A table for people: operation, ways, rounds, bytes, computing, predicted time, what was chosen and why. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "Plan of %s for %d %s over a network of %s.%n",
                program,
                rows,
                rows == 1 ? "row" : "rows",
                network));
        for (Choice choice : choices) {
            text.append(String.format(
                    Locale.ROOT,
                    "%nOperation %d: %s, to party %s%n",
                    choice.asked().operation(),
                    choice.asked().question().words(),
                    String.join(
                            " and ",
                            choice.asked().receivers().stream()
                                    .map(String::valueOf)
                                    .toList())));
            text.append(String.format(
                    Locale.ROOT,
                    "  %-64s %6s %12s %10s %10s %10s%n",
                    "way",
                    "rounds",
                    "bytes of all",
                    "sending",
                    "computing",
                    "predicted"));
            choice.estimates().forEach(estimate -> text.append(line(estimate, estimate.equals(choice.chosen()))));
            text.append("  Chosen: ").append(choice.chosen().words());
            text.append(" (").append(Choice.time(choice.chosen().seconds())).append("). Why: ");
            text.append(choice.reason()).append(".").append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String line(Estimate estimate, boolean chosen) {
        return String.format(
                Locale.ROOT,
                "%s %-64s %6d %12d %10s %10s %10s%n",
                chosen ? "*" : " ",
                estimate.words(),
                estimate.cost().rounds(),
                estimate.cost().totalBytes(),
                Choice.time(estimate.sendingSeconds()),
                Choice.time(estimate.computingSeconds()),
                Choice.time(estimate.seconds()));
    }
}
