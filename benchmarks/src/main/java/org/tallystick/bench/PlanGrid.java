package org.tallystick.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tallystick.net.EmulatedNetwork;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.plan.Choice;
import org.tallystick.plan.Estimate;
import org.tallystick.plan.Force;
import org.tallystick.plan.How;
import org.tallystick.plan.Network;
import org.tallystick.plan.NetworkProbe;
import org.tallystick.plan.Planner;
import org.tallystick.plan.Planner.Asked;
import org.tallystick.plan.Question;
import org.tallystick.plan.Rates;
import org.tallystick.plan.Stock;
import org.tallystick.plan.Trial;

/** Asks a question every way over emulated networks, with the planner's choice for each. */
final class PlanGrid {
    private final Asked asked;
    private final Rates rates;
    private final double budget;
    private final double farBehind;

    /**
     * @param budget seconds for the runs of one way in one cell, as far as two runs or one allow it
     * @param farBehind a way that is predicted to take so many times as long as the best is not measured
     */
    PlanGrid(Question question, Rates rates, double budget, double farBehind) {
        this.asked = new Asked(0, question, List.of(Trial.RECEIVER));
        this.rates = rates;
        this.budget = budget;
        this.farBehind = farBehind;
    }

    /** One way and the times it has taken so far. */
    private record Runs(Estimate estimate, int due, List<Double> seconds) {}

    List<PlanCell> measure(List<Network> networks, List<Integer> batches, Consumer<String> progress) {
        List<Trial> trials =
                batches.stream().map(rows -> new Trial(asked.question(), rows)).toList();
        List<PlanCell> cells = new ArrayList<>();
        for (Network network : networks) {
            Network seen =
                    InProcessMesh.run(meshes(network), NetworkProbe::measure).getFirst();
            progress.accept(network + "; seen as " + seen);
            for (int k = 0; k < trials.size(); k++) {
                cells.addAll(cells(network, seen, trials.get(k), batches.get(k)));
            }
        }
        return cells;
    }

    private static List<Mesh> meshes(Network network) {
        Duration oneWay = Duration.ofNanos(Math.round(network.oneWaySeconds() * 1e9));
        return EmulatedNetwork.wrap(Trial.direct(), oneWay, network.bitsPerSecond());
    }

    private List<PlanCell> cells(Network network, Network seen, Trial trial, int rows) {
        Planner planner = new Planner(seen, rates);
        List<Choice> choices = Stream.of(Stock.values())
                .filter(stock -> stock != Stock.ROWS || rows > 1)
                .map(stock -> planner.choose(asked, rows, stock, Force.NONE, EnumSet.allOf(How.class)))
                .toList();
        double best = choices.stream()
                .mapToDouble(choice -> choice.chosen().seconds())
                .min()
                .orElseThrow();
        List<Runs> runs = choices.stream()
                .flatMap(choice -> choice.estimates().stream())
                .distinct()
                .map(estimate -> new Runs(estimate, due(estimate, choices), new ArrayList<>()))
                .sorted(Comparator.comparingDouble(way -> way.estimate().seconds()))
                .toList();
        // One round of all ways unmeasured, then turn by turn: what disturbs the machine disturbs all alike.
        if (best < budget) {
            runs.stream().filter(way -> way.due() > 2).forEach(way -> once(network, trial, way.estimate()));
        }
        int most = runs.stream().mapToInt(Runs::due).max().orElse(0);
        for (int turn = 0; turn < most; turn++) {
            for (Runs way : runs) {
                if (turn < way.due()) {
                    way.seconds().add(once(network, trial, way.estimate()));
                }
            }
        }
        return choices.stream()
                .map(choice -> new PlanCell(network, seen, rows, choice.stock(), timed(choice, runs), choice.chosen()))
                .toList();
    }

    /** How often a way is measured; a way that cannot win in either cell is not. */
    private int due(Estimate estimate, List<Choice> choices) {
        boolean tooSlow = choices.stream()
                .filter(choice -> choice.estimates().contains(estimate))
                .allMatch(choice ->
                        estimate.seconds() > farBehind * choice.chosen().seconds());
        if (tooSlow) {
            return 0;
        }
        return Math.clamp(Math.round(budget / estimate.seconds()), estimate.seconds() < 1 ? 3 : 1, 25);
    }

    private static double once(Network network, Trial trial, Estimate estimate) {
        if (!estimate.how().garbled()) {
            return trial.sliced(estimate.how(), meshes(network));
        }
        return switch (estimate.stock()) {
            case BATCH -> trial.garbled(estimate.how(), Trial.direct(), meshes(network))[1];
            case ROWS -> trial.rowByRow(estimate.how(), Trial.direct(), meshes(network))[1];
            case NONE -> trial.fresh(estimate.how(), meshes(network));
        };
    }

    private static List<PlanCell.Timed> timed(Choice choice, List<Runs> runs) {
        return choice.estimates().stream()
                .map(estimate -> new PlanCell.Timed(estimate, seconds(estimate, runs)))
                .toList();
    }

    private static Optional<Spread> seconds(Estimate estimate, List<Runs> runs) {
        return runs.stream()
                .filter(way -> way.estimate().equals(estimate) && !way.seconds().isEmpty())
                .findFirst()
                .map(way -> Spread.of(
                        way.seconds().stream().mapToDouble(value -> value).toArray()));
    }
}
