package org.tallystick.bench;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.tallystick.net.InProcessMesh;
import org.tallystick.plan.Calibration;
import org.tallystick.plan.Force;
import org.tallystick.plan.How;
import org.tallystick.plan.Network;
import org.tallystick.plan.NetworkProbe;
import org.tallystick.plan.Planner;
import org.tallystick.plan.Rates;
import org.tallystick.plan.Stock;
import org.tallystick.plan.Trial;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.GarbledProgram.Found;

/** What the planner says about the {@link ScoreWork}. */
final class PlannedScore {
    private static final double CALIBRATION_SECONDS = 0.1;

    private PlannedScore() {}

    /** For each batch, the plan of its comparison and of the whole score. */
    static String text(List<Integer> batches, Optional<Double> milliseconds, Optional<Double> megabits) {
        Rates rates = Calibration.measure(CALIBRATION_SECONDS);
        Network seen = InProcessMesh.run(Trial.direct(), NetworkProbe::measure).getFirst();
        Network network = new Network(
                milliseconds.map(value -> value * 1e-3).orElse(seen.roundTripSeconds()),
                megabits.map(value -> value * 1e6).orElse(seen.bitsPerSecond()));
        Planner planner = new Planner(network, rates);
        List<String> text = new ArrayList<>();
        for (int rows : batches) {
            text.add(planner.plan(ScoreWork.program(), rows, Stock.ROWS, Force.NONE, EnumSet.allOf(How.class))
                    .text());
            if (GarbledProgram.of(ScoreWork.program()) instanceof Found.Possible(GarbledProgram program)) {
                text.add("Whole score: " + planner.whole(program, rows).text());
                text.add("");
            }
        }
        return String.join(System.lineSeparator(), text);
    }
}
