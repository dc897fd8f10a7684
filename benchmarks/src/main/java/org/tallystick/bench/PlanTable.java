package org.tallystick.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tallystick.plan.Stock;

/** The planner's grid as a table; what is worse than it should be is marked. */
final class PlanTable {
    private PlanTable() {}

    static void print(PrintWriter out, List<PlanCell> cells) {
        for (Stock stock : cells.stream().map(PlanCell::stock).distinct().toList()) {
            out.println("Garbled: " + stock.words());
            out.printf(
                    "%9s %8s %7s  %-14s %9s %9s %9s %9s %7s%n",
                    "trip", "Mbit/s", "rows", "chosen", "predicted", "measured", "bits", "garbled", "ratio");
            cells.stream().filter(cell -> cell.stock() == stock).forEach(cell -> out.println(line(cell)));
            out.println();
        }
        summary(out, cells);
    }

    private static String line(PlanCell cell) {
        PlanCell.Timed chosen = cell.chosenWay();
        return String.format(
                Locale.ROOT,
                "%6.4g ms %8.5g %7d  %-14s %9s %9s %9s %9s %7.2f%s",
                cell.asked().roundTripSeconds() * 1e3,
                cell.asked().bitsPerSecond() * 1e-6,
                cell.rows(),
                chosen.estimate().how(),
                Report.time(chosen.estimate().seconds()),
                Report.time(chosen.seconds().orElseThrow().median()),
                best(cell, false),
                best(cell, true),
                cell.ratio(),
                cell.within() ? "" : "  WORSE: " + cell.better().estimate().how() + " was better");
    }

    /** The best of a family; a dash where none was near enough to be measured. */
    private static String best(PlanCell cell, boolean garbled) {
        Optional<PlanCell.Timed> best = cell.best(garbled);
        return best.flatMap(PlanCell.Timed::seconds)
                .map(seconds -> Report.time(seconds.median()))
                .orElse("–");
    }

    private static void summary(PrintWriter out, List<PlanCell> cells) {
        long within = cells.stream().filter(PlanCell::within).count();
        double worst = cells.stream().mapToDouble(PlanCell::ratio).max().orElse(1);
        out.printf(
                Locale.ROOT,
                "%d of %d choices within 10 %% of the best way measured; the worst takes %.2f times as long.%n",
                within,
                cells.size(),
                worst);
        out.printf(
                Locale.ROOT,
                "Garbled or bit-sliced: %d within 10 %% of the other of the two; the worst takes %.2f times as long.%n",
                cells.stream()
                        .filter(cell -> cell.otherRatio() <= PlanCell.TOLERANCE)
                        .count(),
                cells.stream().mapToDouble(PlanCell::otherRatio).max().orElse(0));
        out.println("bits, garbled: the best way of each kind; – where it was predicted to be far behind.");
    }
}
