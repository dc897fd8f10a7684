package org.tallystick.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tallystick.plan.Estimate;
import org.tallystick.plan.Network;
import org.tallystick.plan.Stock;

/**
 * One cell of the planner's grid: a network, a batch, what is in place of stock; what was predicted and what was
 * measured.
 *
 * @param asked of the emulation
 * @param seen as the parties measured it, which is what the planner was given
 * @param ways all that were possible
 */
record PlanCell(Network asked, Network seen, int rows, Stock stock, List<Timed> ways, Estimate chosen) {
    /** At most so many times the better one's time counts as as good. */
    static final double TOLERANCE = 1.1;

    /** A way, and its measured times; none where it was predicted to be far behind. */
    record Timed(Estimate estimate, Optional<Spread> seconds) {}

    PlanCell {
        ways = List.copyOf(ways);
    }

    Timed chosenWay() {
        return ways.stream()
                .filter(way -> way.estimate().equals(chosen))
                .findFirst()
                .orElseThrow();
    }

    /** The fastest as measured. */
    Timed better() {
        return ways.stream()
                .filter(way -> way.seconds().isPresent())
                .min(Comparator.comparingDouble(
                        way -> way.seconds().orElseThrow().median()))
                .orElseThrow();
    }

    /** The chosen way's time as a multiple of the best one's. */
    double ratio() {
        return chosenWay().seconds().orElseThrow().median()
                / better().seconds().orElseThrow().median();
    }

    /**
     * The chosen way's time as a multiple of the best one's of the other kind, garbled or bit-sliced; 0 where none of
     * that kind was near enough to be measured.
     */
    double otherRatio() {
        return best(!chosen.how().garbled())
                .flatMap(Timed::seconds)
                .map(other -> chosenWay().seconds().orElseThrow().median() / other.median())
                .orElse(0.0);
    }

    boolean within() {
        return ratio() <= TOLERANCE;
    }

    /** The fastest measured of one family. */
    Optional<Timed> best(boolean garbled) {
        return ways.stream()
                .filter(way -> way.estimate().how().garbled() == garbled)
                .filter(way -> way.seconds().isPresent())
                .min(Comparator.comparingDouble(
                        way -> way.seconds().orElseThrow().median()));
    }
}
