package org.tallystick.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.tallystick.convert.GarbledFunction;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.Roles;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Operation;
import org.tallystick.program.Prediction;
import org.tallystick.program.Program;
import org.tallystick.protocol.Adder;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.rep4.Rep4Cost;
import org.tallystick.ring.BitMatrix;

/**
 * Chooses garbled or bit-sliced for each comparison, band and look-up of a program. Time = rounds · one-way latency +
 * bytes of the busiest link / bandwidth + computing: rounds and bytes as they are declared (and measured to be), the
 * network as measured, computing by the rates of a machine. Bit slices are computed in words of 64 rows, so there the
 * bytes count that full words would have: a row costs what 64 do. A pure function of these; for rep4, where the garbled
 * world is.
 */
public final class Planner {
    /** Numbers times bits that are garbled for a row, at the most: a circuit that fits a cache. */
    private static final long MOST_BITS = 1 << 16;

    private final Network network;
    private final Rates rates;

    public Planner(Network network, Rates rates) {
        this.network = network;
        this.rates = rates;
    }

    /** A question of a program: the operation that asks it, and the parties that learn the answer. */
    public record Asked(int operation, Question question, List<Integer> receivers) {
        public Asked {
            receivers = List.copyOf(receivers);
        }
    }

    /**
     * The questions of a program whose answers leave.
     *
     * @throws IllegalArgumentException when the program is not for rep4
     */
    public static List<Asked> questions(Program program) {
        if (program.profile() != Profile.REP4) {
            throw new IllegalArgumentException("programs for rep4 have a choice; this one is for "
                    + program.profile().id());
        }
        List<Asked> all = new ArrayList<>();
        List<Operation> operations = program.operations();
        for (int k = 0; k < operations.size(); k++) {
            int value = k;
            List<Integer> receivers = operations.stream()
                    .filter(operation -> operation instanceof Operation.Reveal(int x, int _) && x == value)
                    .map(operation -> ((Operation.Reveal) operation).party())
                    .distinct()
                    .toList();
            if (!receivers.isEmpty()) {
                all.add(new Asked(k, question(program, operations.get(k)), receivers));
            }
        }
        return all;
    }

    private static Question question(Program program, Operation operation) {
        int width = program.width();
        return switch (operation) {
            case Operation.Band(int _, int thresholds) ->
                switch (program.operations().get(thresholds)) {
                    case Operation.Constant(List<Long> values) -> new Question.LookUp(width, values);
                    default ->
                        new Question.Band(
                                width, program.shapes().get(thresholds).columns());
                };
            case Operation.FloorBits(int _, int dropped) -> new Question.Floor(width, dropped);
            case Operation.Reasons(int _, int reference, int count, boolean _) ->
                new Question.Reasons(width, program.shapes().get(reference).columns(), count);
            default -> throw new IllegalStateException(operation + " gives no bits");
        };
    }

    /** The choice for every question of a program. */
    public Plan plan(Program program, int rows, Stock stock, Force force, Set<How> possible) {
        List<Choice> choices = questions(program).stream()
                .map(asked -> choose(asked, rows, stock, force, possible))
                .toList();
        return new Plan(program.name(), rows, stock, network, choices);
    }

    /**
     * The fastest way to ask one question.
     *
     * @param stock what the garbled ways have in place
     * @param possible ways that there are: nodes may not have all
     * @throws IllegalArgumentException when no way is left
     */
    public Choice choose(Asked asked, int rows, Stock stock, Force force, Set<How> possible) {
        List<Estimate> all = possible.stream()
                .sorted()
                .filter(how -> !how.garbled() || fits(asked.question()))
                .map(how -> estimate(asked, how, stock, rows))
                .filter(estimate -> !estimate.how().garbled() || estimate.cost().busiestLink() <= Integer.MAX_VALUE)
                .toList();
        Set<How> left = force.of(all.stream().map(Estimate::how).collect(Collectors.toSet()));
        Estimate chosen = all.stream()
                .filter(estimate -> left.contains(estimate.how()))
                .min(Comparator.comparingDouble(Estimate::seconds))
                .orElseThrow(() -> new IllegalArgumentException(asked.question().words() + " of " + rows
                        + " rows cannot be " + (force == Force.GARBLED ? "garbled" : "computed") + " here"));
        return new Choice(asked, rows, stock, all, chosen, reason(all, chosen, force));
    }

    private static boolean fits(Question question) {
        return (long) question.compared() * question.width() <= MOST_BITS;
    }

    /** What one way costs. */
    public Estimate estimate(Asked asked, How how, Stock stock, int rows) {
        return how.garbled() ? garbled(asked, how, stock, rows) : sliced(asked, how, rows);
    }

    private Estimate sliced(Asked asked, How how, int rows) {
        Question question = asked.question();
        Cost cost = slicedCost(asked, how, rows);
        int computed = inWords(rows);
        Cost full = computed == rows ? cost : slicedCost(asked, how, computed);
        Curve bytes = how == How.TREE ? rates.treeByte() : rates.rippleByte();
        double computing = rates.slicedRun()
                + cost.rounds() * rates.round()
                + full.totalBytes() * bytes.at((double) computed * question.compared());
        return new Estimate(
                how,
                Stock.NONE,
                cost,
                cost.rounds() * network.oneWaySeconds(),
                network.secondsFor(cost.busiestLink()),
                computing);
    }

    private static Cost slicedCost(Asked asked, How how, int rows) {
        return Prediction.of(Profile.REP4, new Rep4Cost(Runs.carries(how)), protocol -> {
            Shapes.ask(protocol, asked.question(), rows, asked.receivers());
        });
    }

    /** The rows that slices of so many are computed as: a wire has whole words, while on a link go the rows alone. */
    static int inWords(int rows) {
        return Math.multiplyExact(BitMatrix.wordsPerWire(rows), Long.SIZE);
    }

    /** An evaluation for each that learns the answer, one after the other. */
    private Estimate garbled(Asked asked, How how, Stock stock, int rows) {
        // Out of single rows' stock, a row is computed as if it were alone.
        GarbledFunction function = asked.question().garbled(Runs.way(how), stock == Stock.ROWS ? 1 : rows);
        double run = running(function, stock, rows);
        double make = stock == Stock.NONE ? making(function, rows) : 0;
        Cost cost = Cost.zero(4);
        double sending = 0;
        for (int receiver : asked.receivers()) {
            Roles roles = Roles.of(receiver, 0);
            Cost labels = stock == Stock.ROWS ? rowByRow(function, roles, rows) : function.runCost(roles, rows);
            Cost all = stock == Stock.NONE ? function.freshCost(roles, rows) : labels;
            cost = cost.plus(all);
            sending += network.secondsFor(labels.busiestLink());
            sending += stock == Stock.NONE ? tables(function.prepareCost(roles, rows), roles, make) : 0;
        }
        double computing = asked.receivers().size() * (make + run);
        return new Estimate(how, stock, cost, cost.rounds() * network.oneWaySeconds(), sending, computing);
    }

    /** Tables leave while others are garbled, commitments when they have all been made. */
    private double tables(Cost prepare, Roles roles, double make) {
        double tables = network.secondsFor(prepare.bytesSent()[roles.i()]);
        double commitments = network.secondsFor(prepare.bytesSent()[roles.j()]);
        return Math.max(Math.max(0, tables - make), commitments);
    }

    /** The labels of all rows leave together. */
    static Cost rowByRow(GarbledFunction function, Roles roles, int rows) {
        Cost one = function.runCost(roles, 1);
        long[] bytes = Arrays.stream(one.bytesSent()).map(sent -> sent * rows).toArray();
        return new Cost(one.rounds(), bytes, one.busiestLink() * rows);
    }

    /** Labels that are checked one by one. */
    private static int checked(GarbledFunction function) {
        return function.way() == Way.THREE
                ? 0
                : function.inputs().stream()
                        .mapToInt(GarbledFunction.Input::width)
                        .sum();
    }

    private double running(GarbledFunction function, Stock stock, int rows) {
        int side = stock == Stock.ROWS ? 1 : rows;
        int low = checked(function);
        double row = function.circuit().ands() * rates.evaluate().at(side)
                + (function.circuit().inputBits() - low) * rates.label().at(side)
                + low * rates.checkedLabel().at(side);
        return rates.garbledRun() + rows * row + (stock == Stock.ROWS ? (rows - 1) * rates.garbledRow() : 0);
    }

    private double making(GarbledFunction function, int rows) {
        double row = function.circuit().ands() * rates.garble().at(rows)
                + function.circuit().inputBits() * rates.freshLabel().at(rows)
                + checked(function) * rates.committedLabel().at(rows);
        return rates.stock() + rows * row;
    }

    /**
     * A whole program at nodes that keep stock of single rows: garbled in one message behind its products, or on bit
     * slices with carries as {@link Adder#choose} has them. What both have in common is in both.
     *
     * @param rows of the run
     */
    public Whole whole(GarbledProgram program, int rows) {
        Cost bits = Prediction.of(program.program(), new Rep4Cost(), rows);
        Cost linear = program.linearCost(new Rep4Cost(), rows);
        Cost labels = linear.plus(rowByRow(program.function(), Roles.of(program.evaluator(), 0), rows));
        int compared = questions(program.program()).stream()
                .mapToInt(asked -> asked.question().compared())
                .sum();
        Curve bytes = rates.treeByte();
        int computed = inWords(rows);
        long slices = Prediction.of(program.program(), new Rep4Cost(), computed).totalBytes()
                - program.linearCost(new Rep4Cost(), computed).totalBytes();
        double sliced = rates.slicedRun()
                + bits.rounds() * rates.round()
                + (linear.totalBytes() + slices) * bytes.at((double) computed * compared);
        double garbled = rates.slicedRun()
                + linear.rounds() * rates.round()
                + linear.totalBytes() * bytes.at(rows)
                + running(program.function(), Stock.ROWS, rows);
        return new Whole(
                rows,
                network,
                new Estimate(
                        How.GARBLED_TWO,
                        Stock.ROWS,
                        labels,
                        labels.rounds() * network.oneWaySeconds(),
                        network.secondsFor(labels.busiestLink()),
                        garbled),
                new Estimate(
                        How.TREE,
                        Stock.NONE,
                        bits,
                        bits.rounds() * network.oneWaySeconds(),
                        network.secondsFor(bits.busiestLink()),
                        sliced));
    }

    private static String reason(List<Estimate> all, Estimate chosen, Force force) {
        if (force != Force.NONE) {
            Estimate best = all.stream()
                    .min(Comparator.comparingDouble(Estimate::seconds))
                    .orElseThrow();
            return best.equals(chosen)
                    ? "forced, and what the model would take"
                    : "forced; the model would take " + best.words() + " at " + Choice.time(best.seconds());
        }
        return all.stream()
                .filter(estimate -> estimate.how().garbled() != chosen.how().garbled())
                .min(Comparator.comparingDouble(Estimate::seconds))
                .map(other -> against(chosen, other))
                .orElse("the only way possible here");
    }

    static String against(Estimate chosen, Estimate other) {
        return String.format(
                Locale.ROOT,
                "%s would take %s, of which most is %s: %d rounds against %d save %s of waiting;"
                        + " sending takes %s against %s, computing %s against %s",
                other.words(),
                Choice.time(other.seconds()),
                other.bound(),
                chosen.cost().rounds(),
                other.cost().rounds(),
                Choice.time(other.waitingSeconds() - chosen.waitingSeconds()),
                Choice.time(chosen.sendingSeconds()),
                Choice.time(other.sendingSeconds()),
                Choice.time(chosen.computingSeconds()),
                Choice.time(other.computingSeconds()));
    }
}
