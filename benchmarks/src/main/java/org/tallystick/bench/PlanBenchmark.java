package org.tallystick.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.tallystick.plan.Calibration;
import org.tallystick.plan.Network;
import org.tallystick.plan.Question;
import org.tallystick.plan.Rates;
import picocli.CommandLine.Option;

/** The planner against measurement: garbled and bit-sliced on a grid of networks and batches. */
final class PlanBenchmark implements Benchmark {
    @Option(
            names = "--work",
            defaultValue = "COMPARISON",
            description = "COMPARISON: 44 bits, one private threshold. BAND: seven. LOOKUP: 15 public steps.")
    private Work work;

    @Option(
            names = "--round-trips",
            split = ",",
            defaultValue = "0.1,1,10,40,100",
            description = "Round trips in milliseconds.")
    private List<Double> roundTrips;

    @Option(
            names = "--mbits",
            split = ",",
            defaultValue = "50,250,1000,10000",
            description = "Bandwidths of a link and direction in Mbit/s.")
    private List<Double> megabits;

    @Option(names = "--rows", split = ",", defaultValue = "1,100,10000", description = "Batch sizes.")
    private List<Integer> rows;

    @Option(names = "--budget", defaultValue = "0.3", description = "Seconds for the runs of one way in one cell.")
    private double budget;

    @Option(
            names = "--calibration",
            defaultValue = "0.2",
            description = "Seconds of one measurement of this machine's rates, beforehand.")
    private double calibration;

    @Option(
            names = "--far-behind",
            defaultValue = "8",
            description = "A way predicted to take so many times as long as the chosen one is not measured.")
    private double farBehind;

    @Option(names = "--picture", description = "Write the grid as a picture (SVG) to this file.")
    private Optional<Path> picture = Optional.empty();

    private List<PlanCell> cells = List.of();

    /** What is asked. */
    enum Work {
        COMPARISON,
        BAND,
        LOOKUP;

        Question question() {
            return switch (this) {
                case COMPARISON -> new Question.Band(44, 1);
                case BAND -> new Question.Band(44, 7);
                case LOOKUP ->
                    new Question.LookUp(
                            44,
                            LongStream.range(-7, 8)
                                    .mapToObj(step -> step * 0x1234_5678L)
                                    .toList());
            };
        }
    }

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public String summary() {
        return "The planner's choice, garbled or bit-sliced, against both as measured on a grid of networks and"
                + " batches.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException {
        progress.accept("measuring this machine's rates …");
        Rates rates = Calibration.measure(calibration);
        progress.accept(rates.text());
        List<Network> networks = new ArrayList<>();
        for (double milliseconds : roundTrips) {
            for (double mbits : megabits) {
                networks.add(new Network(milliseconds * 1e-3, mbits * 1e6));
            }
        }
        cells = new PlanGrid(work.question(), rates, budget, farBehind).measure(networks, rows, progress);
        if (picture.isPresent()) {
            Files.writeString(picture.get(), PlanPicture.of(work.question().words(), cells));
        }
        return cells.stream().map(this::result).toList();
    }

    private Result result(PlanCell cell) {
        PlanCell.Timed chosen = cell.chosenWay();
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("round_trip_ms", cell.asked().roundTripSeconds() * 1e3);
        more.put("mbits", cell.asked().bitsPerSecond() * 1e-6);
        more.put("seen_round_trip_ms", cell.seen().roundTripSeconds() * 1e3);
        more.put("seen_mbits", cell.seen().bitsPerSecond() * 1e-6);
        more.put("rows", cell.rows());
        more.put("stock", cell.stock().name());
        more.put("chosen", chosen.estimate().how().name());
        more.put("better", cell.better().estimate().how().name());
        more.put("ratio", cell.ratio());
        more.put("within_10_percent", cell.within());
        more.put("other_ratio", cell.otherRatio());
        more.put("ways", cell.ways().stream().map(PlanBenchmark::way).toList());
        String title = String.format(
                Locale.ROOT,
                "%s, %d rows, %s, %s",
                work.question().words(),
                cell.rows(),
                cell.asked(),
                cell.stock().words());
        return Result.of(title, cell.rows(), "rows", chosen.seconds().orElseThrow())
                .with(new Traffic(
                        chosen.estimate().cost().rounds(),
                        chosen.estimate().cost().bytesSent()))
                .with(more);
    }

    private static Map<String, Object> way(PlanCell.Timed way) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("way", way.estimate().how().name());
        json.put("rounds", way.estimate().cost().rounds());
        json.put("bytes", way.estimate().cost().totalBytes());
        json.put("predicted_s", way.estimate().seconds());
        way.seconds().ifPresent(seconds -> {
            json.put("median_s", seconds.median());
            json.put("min_s", seconds.low());
            json.put("max_s", seconds.high());
            json.put("runs", seconds.runs());
        });
        return json;
    }

    @Override
    public void print(PrintWriter out, Machine machine, List<Result> results) {
        out.printf(
                Locale.ROOT,
                "plan on %d cores of %s, %s%n%s%n%n",
                machine.cores(),
                machine.processor(),
                machine.jdk(),
                work.question().words());
        PlanTable.print(out, cells);
        picture.ifPresent(file -> out.println("picture: " + file));
        out.flush();
    }

    @Override
    public boolean held(List<Result> results) {
        return cells.stream().allMatch(PlanCell::within);
    }
}
