package org.tallystick.program;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.tallystick.convert.GarbledFunction.Input;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.ScoreFunctions;
import org.tallystick.gadget.Bands;
import org.tallystick.gadget.Lowest;
import org.tallystick.garble.Circuit;
import org.tallystick.garble.CircuitBuilder;
import org.tallystick.garble.Selection;
import org.tallystick.garble.Words;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;

/**
 * One answer of a program as a circuit: which numbers go in as shares, and what is made of their bits. All that is
 * linear is left to shares.
 */
sealed interface GarbledTail {
    /** From so many public thresholds on, a search costs less than comparing with each. */
    int FEW = 3;

    /** The numbers that go in. */
    List<Input> inputs();

    int answerBits();

    /** At least the ANDs of a row, those that add up the labelled parts of each number included. */
    long mostAnds();

    int[] build(CircuitBuilder builder, List<int[]> inputs);

    /** This party's shares of the numbers that go in, one column each. Without a message. */
    <A extends ArithmeticShare> List<A> shares(Protocol<A, ?> protocol, Interpreter<A, ?> values);

    default long inputBits() {
        return inputs().stream().mapToLong(Input::width).sum();
    }

    /** Of a value of bits. */
    static GarbledTail of(Program program, RangeAnalysis ranges, int value) {
        return switch (program.operations().get(value)) {
            case Operation.Band(int x, int thresholds) -> {
                int count = ranges.ranges().get(thresholds).size();
                if (count >= FEW
                        && program.operations().get(thresholds) instanceof Operation.Constant(List<Long> points)) {
                    int width = ranges.ranges().get(x).getFirst().width();
                    for (RangeAnalysis.Range point : ranges.ranges().get(thresholds)) {
                        width = Math.max(width, point.width());
                    }
                    yield new AmongPoints(x, points, width);
                }
                yield new Differences(
                        x,
                        thresholds,
                        count,
                        ranges.differences().get(value).getFirst().width());
            }
            case Operation.FloorBits(int x, int dropped) -> new Floor(x, dropped, program.width());
            case Operation.Reasons reasons ->
                new Ranking(
                        reasons,
                        ranges.ranges().get(reasons.reference()).size(),
                        ranges.differences().get(value).getFirst().width());
            default -> throw new IllegalArgumentException("value " + value + " is not one of bits");
        };
    }

    /** How many thresholds are reached: the sign of x minus each, which shares make. */
    record Differences(int x, int thresholds, int count, int width) implements GarbledTail {
        @Override
        public List<Input> inputs() {
            return Collections.nCopies(count, Input.number(width));
        }

        @Override
        public int answerBits() {
            return Bands.wires(count);
        }

        @Override
        public long mostAnds() {
            return (long) count * width;
        }

        @Override
        public int[] build(CircuitBuilder builder, List<int[]> inputs) {
            int[] reached = inputs.stream()
                    .mapToInt(difference -> builder.not(difference[width - 1]))
                    .toArray();
            return Selection.thermometer(builder, reached);
        }

        @Override
        public <A extends ArithmeticShare> List<A> shares(Protocol<A, ?> protocol, Interpreter<A, ?> values) {
            A score = values.element(x);
            A differences = protocol.narrow(
                    protocol.subtract(
                            protocol.repeatColumn(score, count),
                            protocol.repeatRow(values.element(thresholds), score.rows())),
                    width);
            return IntStream.range(0, count)
                    .mapToObj(k -> protocol.columns(differences, k, 1))
                    .toList();
        }
    }

    /** How many public thresholds are reached: a search, so that x goes in once. */
    record AmongPoints(int x, List<Long> points, int width) implements GarbledTail {
        @Override
        public List<Input> inputs() {
            return List.of(Input.number(width));
        }

        @Override
        public int answerBits() {
            return Bands.wires(points.size());
        }

        @Override
        public long mostAnds() {
            return width + (long) answerBits() * (width + 1) + points.size();
        }

        @Override
        public int[] build(CircuitBuilder builder, List<int[]> inputs) {
            return Selection.band(
                    builder,
                    inputs.getFirst(),
                    points.stream().mapToLong(point -> point).toArray());
        }

        @Override
        public <A extends ArithmeticShare> List<A> shares(Protocol<A, ?> protocol, Interpreter<A, ?> values) {
            return List.of(protocol.narrow(values.element(x), width));
        }
    }

    /** The bits themselves. */
    record Floor(int x, int dropped, int width) implements GarbledTail {
        @Override
        public List<Input> inputs() {
            return List.of(Input.number(width));
        }

        @Override
        public int answerBits() {
            return width - dropped;
        }

        @Override
        public long mostAnds() {
            return width;
        }

        @Override
        public int[] build(CircuitBuilder builder, List<int[]> inputs) {
            return Words.bits(inputs.getFirst(), dropped, width);
        }

        @Override
        public <A extends ArithmeticShare> List<A> shares(Protocol<A, ?> protocol, Interpreter<A, ?> values) {
            return List.of(values.element(x));
        }
    }

    /** Which columns lie farthest from a reference. */
    record Ranking(Operation.Reasons reasons, int columns, int width) implements GarbledTail {
        @Override
        public List<Input> inputs() {
            return Collections.nCopies(columns, Input.number(width));
        }

        @Override
        public int answerBits() {
            return reasons.count() * Lowest.bits(columns);
        }

        /** By making the circuit, which {@link Operation.Reasons#MAX_COLUMNS} keeps small. */
        @Override
        public long mostAnds() {
            return ScoreFunctions.reasons(Way.TWO, width, columns, reasons.count(), Circuit.Order.AS_BUILT)
                    .circuit()
                    .ands();
        }

        @Override
        public int[] build(CircuitBuilder builder, List<int[]> inputs) {
            return Selection.lowest(builder, inputs, reasons.count());
        }

        @Override
        public <A extends ArithmeticShare> List<A> shares(Protocol<A, ?> protocol, Interpreter<A, ?> values) {
            A differences = protocol.narrow(values.differences(reasons), width);
            return IntStream.range(0, columns)
                    .mapToObj(c -> protocol.columns(differences, c, 1))
                    .toList();
        }
    }
}
