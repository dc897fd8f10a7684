package org.tallystick.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.tallystick.convert.GarbledFunction;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.garble.Circuit;
import org.tallystick.garble.Evaluator;
import org.tallystick.garble.Garbler;
import org.tallystick.garble.Hashing;
import org.tallystick.garble.Labels;
import org.tallystick.garble.Tables;
import org.tallystick.net.InProcessMesh;
import org.tallystick.plan.Planner.Asked;
import org.tallystick.protocol.Cost;
import org.tallystick.random.SharedSeed;

/**
 * Measures the rates of this machine: comparisons of 44 bits among four parties of this process over a mesh that costs
 * nothing, both forms of carries and both garbled ways at a few sizes, and half gates alone. Times are lower quartiles,
 * since what disturbs only makes a run longer; a rate is what is left of a time when what is known of it has been taken
 * off. That is right only where both times are of the same hour, so all is measured several times over, in turn, and
 * again while nothing is left of some time. Takes about a hundred times the budget of one measurement, up to twice that
 * on a machine that others disturb, and not less than some seconds: the first half is for the compiler.
 */
public final class Calibration {
    private static final Question COMPARISON = new Question.Band(44, 1);
    private static final Asked ASKED = new Asked(0, COMPARISON, List.of(Trial.RECEIVER));
    private static final Sizes LARGE = new Sizes(
            new int[] {256, 4096, 65_536}, new int[] {128, 1024, 8192}, new int[] {1, 8, 63, 64, 256, 1024, 16_384});
    private static final Sizes SMALL =
            new Sizes(new int[] {256, 4096, 16_384}, new int[] {128, 512}, new int[] {1, 8, 64, 256});
    private static final int SINGLE = 256;

    /** A run row by row is long, so that a budget has few of them, and the compiler is still at it. */
    private static final int SINGLE_BUDGETS = 5;

    /** Nothing on the network, and nothing known: only declared costs are asked of it. */
    private static final Planner COSTS = new Planner(
            new Network(0, Double.MAX_VALUE),
            new Rates(
                    0,
                    0,
                    Curve.flat(0),
                    Curve.flat(0),
                    0,
                    0,
                    Curve.flat(0),
                    Curve.flat(0),
                    Curve.flat(0),
                    0,
                    Curve.flat(0),
                    Curve.flat(0),
                    Curve.flat(0)));

    /** Rows of what is measured. */
    private record Sizes(int[] sliced, int[] garbled, int[] gates) {}

    /** How often all is measured, and how often at most. */
    private static final int PASSES = 4;

    private static final int MOST_PASSES = 12;

    private final double budget;
    private final Sizes sizes;

    /** Seconds of each measurement of all passes: of making, where something is made, and of running. */
    private final Map<String, List<double[]>> seen = new HashMap<>();

    /** Whether a time was shorter than what is known of it. */
    private boolean impossible;

    private Calibration(double budget, Sizes sizes) {
        this.budget = budget;
        this.sizes = sizes;
    }

    /** @param budget seconds of one measurement */
    public static Rates measure(double budget) {
        return measure(budget, LARGE);
    }

    private static Rates measure(double budget, Sizes sizes) {
        new Calibration(budget, sizes).rates();
        Calibration all = new Calibration(budget / PASSES, sizes);
        Rates rates = all.rates();
        for (int pass = 1; pass < PASSES || all.impossible && pass < MOST_PASSES; pass++) {
            rates = all.rates();
        }
        return rates;
    }

    /**
     * Rates of what nodes do, which garble and evaluate row by row and slice some thousands of rows: in a third of the
     * time and in a tenth of the memory.
     */
    public static Rates measureNode(double budget) {
        return measure(budget, SMALL);
    }

    /** By all passes so far and one more. */
    private Rates rates() {
        impossible = false;
        Curve evaluate = gates(false);
        Curve garble = gates(true);
        Sliced sliced = sliced();
        Trial one = new Trial(COMPARISON, 1);
        Fixed first = one(one, evaluate, garble);
        Labelling label = labels(first, evaluate, garble);
        Fixed fixed = withoutLabels(first, label);
        Labelling committed = committed(one, fixed, label, evaluate, garble);
        return new Rates(
                sliced.run(),
                sliced.round(),
                sliced.treeByte(),
                sliced.rippleByte(),
                fixed.run(),
                row(fixed, evaluate, label.run()),
                evaluate,
                label.run(),
                committed.run(),
                fixed.stock(),
                garble,
                label.make(),
                committed.make());
    }

    /** What is left of a time. */
    private double left(double seconds) {
        impossible |= seconds < 0;
        return Math.max(0, seconds);
    }

    /** The lower quartiles of as many runs in each pass as the budget allows, but at least three. */
    private double[] quartiles(String what, double budget, Supplier<double[]> run) {
        List<double[]> seconds = seen.computeIfAbsent(what, key -> new ArrayList<>());
        long start = System.nanoTime();
        int enough = seconds.size() + 3;
        do {
            seconds.add(run.get());
        } while ((System.nanoTime() - start) * 1e-9 < budget || seconds.size() < enough);
        return IntStream.range(0, seconds.getFirst().length)
                .mapToDouble(k -> {
                    double[] sorted =
                            seconds.stream().mapToDouble(all -> all[k]).sorted().toArray();
                    return sorted[sorted.length / 4];
                })
                .toArray();
    }

    private double quartile(String what, DoubleSupplier run) {
        return quartiles(what, budget, () -> new double[] {run.getAsDouble()})[0];
    }

    // ---- bit slices

    /** A run, a round, and a byte of each form of carries. */
    private record Sliced(double run, double round, Curve treeByte, Curve rippleByte) {}

    /** Seconds by rows of what differs in bytes alone. */
    private record Timed(How how, Map<Integer, Double> seconds) {
        static Cost cost(How how, int rows) {
            return COSTS.estimate(ASKED, how, Stock.NONE, rows).cost();
        }

        /** Bytes of rows that fill words, as one row is computed. */
        long bytes(int rows) {
            return cost(how, Planner.inWords(rows)).totalBytes();
        }

        int rounds() {
            return cost(how, 1).rounds();
        }
    }

    /**
     * From one row to the fewest that fill several words only bytes are added, which gives a byte; without its bytes a
     * run of one row is rounds and what is fixed, and the forms of carries differ in rounds.
     */
    private Sliced sliced() {
        Timed tree = new Timed(How.TREE, new HashMap<>());
        Timed ripple = new Timed(How.RIPPLE, new HashMap<>());
        for (int rows :
                IntStream.concat(IntStream.of(1), IntStream.of(sizes.sliced)).toArray()) {
            Trial trial = new Trial(COMPARISON, rows);
            for (Timed timed : List.of(tree, ripple)) {
                double seconds = quartile(timed.how() + " " + rows, () -> trial.sliced(timed.how(), Trial.direct()));
                timed.seconds().put(rows, seconds);
            }
        }
        double treeOne = withoutBytes(tree);
        double round = left((withoutBytes(ripple) - treeOne) / (ripple.rounds() - tree.rounds()));
        double run = left(treeOne - tree.rounds() * round);
        return new Sliced(run, round, bytes(tree, run, round), bytes(ripple, run, round));
    }

    private double withoutBytes(Timed timed) {
        int few = sizes.sliced[0];
        double one = timed.seconds().get(1);
        double each = left((timed.seconds().get(few) - one) / (timed.bytes(few) - timed.bytes(1)));
        return one - timed.bytes(1) * each;
    }

    private Curve bytes(Timed timed, double run, double round) {
        List<Curve.Point> points = new ArrayList<>();
        for (int rows : sizes.sliced) {
            double rest = left(timed.seconds().get(rows) - run - timed.rounds() * round);
            points.add(new Curve.Point(rows, rest / timed.bytes(rows)));
        }
        return new Curve(points);
    }

    // ---- half gates

    /** Seconds an AND: evaluated by one thread, or garbled by three at a time. */
    private Curve gates(boolean garble) {
        List<Curve.Point> points = new ArrayList<>();
        for (int rows : sizes.gates) {
            Circuit circuit = COMPARISON.garbled(Way.THREE, rows).circuit();
            // As many as a few thousand ANDs, so that the clock is fine enough.
            int times = Math.max(1, 4096 / rows / circuit.ands());
            double seconds = quartile("gates " + garble + " " + rows, () -> gates(circuit, rows, times, garble));
            points.add(new Curve.Point(rows, seconds / times / circuit.ands() / rows));
        }
        return new Curve(points);
    }

    private static double gates(Circuit circuit, int rows, int times, boolean garble) {
        List<Double> seconds = InProcessMesh.run(Trial.direct(), mesh -> {
            if (mesh.self() != 0 && (!garble || mesh.self() == Trial.RECEIVER)) {
                return 0.0;
            }
            Garbler garbler = new Garbler(
                    SharedSeed.of(new byte[SharedSeed.BYTES]).generator(new byte[32]),
                    rows,
                    Garbler.Offset.OF_INSTANCE,
                    Hashing.of(rows));
            Labels inputs = garbler.inputs(circuit.inputBits());
            byte[] noise = new byte[Tables.PIECE];
            Evaluator evaluator = new Evaluator(garbler.key(), rows, Hashing.of(rows));
            long start = System.nanoTime();
            for (int k = 0; k < times; k++) {
                if (garble) {
                    garbler.garble(circuit, inputs, (piece, _) -> piece);
                } else {
                    evaluator.evaluate(circuit, inputs, _ -> noise);
                }
            }
            return (System.nanoTime() - start) * 1e-9;
        });
        return seconds.stream().mapToDouble(value -> value).max().orElseThrow();
    }

    // ---- the garbled world

    /** What a run and what making stock takes whatever its size. */
    private record Fixed(double run, double stock) {}

    /** Of one row out of three inputs, its labels still in it. */
    private Fixed one(Trial one, Curve evaluate, Curve garble) {
        double[] seconds = garbled("one", one, How.GARBLED_THREE);
        Circuit circuit = COMPARISON.garbled(Way.THREE, 1).circuit();
        return new Fixed(
                left(seconds[1] - circuit.ands() * evaluate.at(1)), left(seconds[0] - circuit.ands() * garble.at(1)));
    }

    /** Seconds of a label: running and making. */
    private record Labelling(Curve run, Curve make) {}

    private Fixed withoutLabels(Fixed one, Labelling label) {
        int bits = COMPARISON.garbled(Way.THREE, 1).circuit().inputBits();
        return new Fixed(
                left(one.run() - bits * label.run().at(1)),
                left(one.stock() - bits * label.make().at(1)));
    }

    /** A further row out of stock of single rows, without its ANDs and labels. */
    private double row(Fixed fixed, Curve evaluate, Curve label) {
        Trial some = new Trial(COMPARISON, SINGLE);
        Circuit circuit = COMPARISON.garbled(Way.THREE, 1).circuit();
        double seconds = quartiles(
                "row by row",
                SINGLE_BUDGETS * budget,
                () -> some.rowByRow(How.GARBLED_THREE, Trial.direct(), Trial.direct()))[1];
        double row = circuit.ands() * evaluate.at(1) + circuit.inputBits() * label.at(1);
        return left((seconds - fixed.run() - SINGLE * row) / (SINGLE - 1));
    }

    /** Under a digest for many. */
    private Labelling labels(Fixed one, Curve evaluate, Curve garble) {
        List<Curve.Point> run = new ArrayList<>();
        List<Curve.Point> make = new ArrayList<>();
        for (int rows : sizes.garbled) {
            GarbledFunction three = COMPARISON.garbled(Way.THREE, rows);
            double[] seconds = garbled("" + rows, new Trial(COMPARISON, rows), How.GARBLED_THREE);
            int bits = three.circuit().inputBits();
            run.add(new Curve.Point(rows, left(rest(seconds[1] - one.run(), rows, three, evaluate) / bits)));
            make.add(new Curve.Point(rows, left(rest(seconds[0] - one.stock(), rows, three, garble) / bits)));
        }
        return new Labelling(new Curve(run), new Curve(make));
    }

    /** Under commitments, at one row as well: there what is fixed is not quite that of the other way. */
    private Labelling committed(Trial one, Fixed fixed, Labelling label, Curve evaluate, Curve garble) {
        List<Curve.Point> run = new ArrayList<>();
        List<Curve.Point> make = new ArrayList<>();
        int low = COMPARISON.width();
        for (int rows :
                IntStream.concat(IntStream.of(1), IntStream.of(sizes.garbled)).toArray()) {
            GarbledFunction two = COMPARISON.garbled(Way.TWO, rows);
            Trial trial = rows == 1 ? one : new Trial(COMPARISON, rows);
            double[] seconds = garbled("" + rows, trial, How.GARBLED_TWO);
            double checked = rest(seconds[1] - fixed.run(), rows, two, evaluate)
                    - low * label.run().at(rows);
            double made = rest(seconds[0] - fixed.stock(), rows, two, garble)
                    - 2 * low * label.make().at(rows);
            run.add(new Curve.Point(rows, (rows == 1 ? Math.max(0, checked) : left(checked)) / low));
            make.add(new Curve.Point(rows, (rows == 1 ? Math.max(0, made) : left(made)) / low));
        }
        return new Labelling(new Curve(run), new Curve(make));
    }

    /** A row's seconds without its ANDs. */
    private static double rest(double seconds, int rows, GarbledFunction function, Curve and) {
        return seconds / rows - function.circuit().ands() * and.at(rows);
    }

    /** Of making and of running. */
    private double[] garbled(String what, Trial trial, How how) {
        return quartiles(how + " " + what, budget, () -> trial.garbled(how, Trial.direct(), Trial.direct()));
    }

    @Override
    public String toString() {
        return "Calibration[" + budget + " s, " + Arrays.toString(sizes.garbled) + "]";
    }
}
