package org.tallystick.convert;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tallystick.convert.GarbledFunction.Input;
import org.tallystick.convert.GarbledFunction.Target;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.garble.Circuit;
import org.tallystick.garble.CircuitBuilder;
import org.tallystick.garble.Selection;
import org.tallystick.garble.Sigmoid;
import org.tallystick.garble.Words;

/**
 * What a score is turned into before the evaluator learns it. Inputs are in two's complement, of widths that range
 * analysis proves; all that is linear is left to shares, where it costs nothing. ANDs are stated for {@link Way#TWO}.
 */
public final class ScoreFunctions {
    private ScoreFunctions() {}

    private static int bits(int largest) {
        return Math.max(1, 32 - Integer.numberOfLeadingZeros(largest));
    }

    private static List<Input> numbers(int count, int width) {
        return Collections.nCopies(count, Input.number(width));
    }

    /**
     * How many of the ascending private thresholds a score reaches. Inputs: the score minus each of {@code thresholds}.
     * (n − 1) ANDs each: the sign of what has been added up, and a count that is linear.
     */
    public static GarbledFunction band(Way way, int width, int thresholds, Circuit.Order order) {
        return GarbledFunction.of(
                way,
                numbers(thresholds, width),
                List.of(Target.EVALUATOR),
                new int[] {bits(thresholds)},
                order,
                (b, differences) -> {
                    int[] reached = differences.stream()
                            .mapToInt(word -> b.not(word[width - 1]))
                            .toArray();
                    return List.of(Selection.thermometer(b, reached));
                });
    }

    /** How many of the ascending public {@code steps} a number reaches, by a search. Input: the number. */
    public static GarbledFunction steps(Way way, int width, List<Long> steps, Circuit.Order order) {
        long[] points = steps.stream().mapToLong(step -> step).toArray();
        return GarbledFunction.of(
                way,
                numbers(1, width),
                List.of(Target.EVALUATOR),
                new int[] {bits(points.length)},
                order,
                (b, in) -> List.of(Selection.band(b, in.getFirst(), points)));
    }

    /** The bits of a number from {@code dropped} on, in two's complement, lowest first. Input: the number. */
    public static GarbledFunction floor(Way way, int width, int dropped, Circuit.Order order) {
        return GarbledFunction.of(
                way,
                numbers(1, width),
                List.of(Target.EVALUATOR),
                new int[] {width - dropped},
                order,
                (b, in) -> List.of(Words.bits(in.getFirst(), dropped, width)));
    }

    /** The probability of default in thousandths, rounded exactly. Input: the logit, with {@code fraction} bits. */
    public static GarbledFunction perMille(Way way, int width, int fraction, Circuit.Order order) {
        return GarbledFunction.of(
                way,
                numbers(1, width),
                List.of(Target.EVALUATOR),
                new int[] {10},
                order,
                (b, in) -> List.of(Sigmoid.quantised(b, in.getFirst(), fraction, 1000)));
    }

    /**
     * Points, rounded to the nearest (halves up) and brought between 0 and {@code most}. Input: points with
     * {@code fraction} bits after the point; its width is more than {@code fraction} and leaves room for half a point.
     */
    public static GarbledFunction points(Way way, int width, int fraction, int most, Circuit.Order order) {
        int result = bits(most);
        if (fraction < 1 || width <= fraction + result) {
            throw new IllegalArgumentException(
                    "points up to " + most + " with " + fraction + " bits after the point in " + width + " bits");
        }
        return GarbledFunction.of(
                way, numbers(1, width), List.of(Target.EVALUATOR), new int[] {result}, order, (b, in) -> {
                    int[] half = Words.constant(1L << (fraction - 1), width);
                    int[] rounded = Words.bits(Words.add(b, in.getFirst(), half), fraction, width);
                    int negative = rounded[rounded.length - 1];
                    int[] limit = Words.constant(most, rounded.length);
                    int over = Words.atLeastSigned(b, rounded, limit);
                    int[] capped = Words.choose(b, over, rounded, limit);
                    return List.of(Words.and(b, b.not(negative), Words.bits(capped, 0, result)));
                });
    }

    /**
     * The indices of up to {@code reasons} features that pull the score down most against a reference, the strongest
     * first, of equal ones the lower index, all bits set where fewer do; nothing else of them. Inputs: each feature's
     * contribution minus the reference's.
     */
    public static GarbledFunction reasons(Way way, int width, int features, int reasons, Circuit.Order order) {
        return GarbledFunction.of(
                way,
                numbers(features, width),
                List.of(Target.EVALUATOR),
                new int[] {reasons * bits(features)},
                order,
                (b, contributions) -> List.of(Selection.lowest(b, contributions, reasons)));
    }

    /**
     * A whole score, products included: how many thresholds x·w + intercept reaches. Inputs: the features, the weights,
     * the intercept, the thresholds. The baseline that others measure; in shares the products cost nearly nothing.
     *
     * @param sumWidth bits of the sum, the intercept and the thresholds
     */
    public static GarbledFunction wholeScore(
            Way way,
            int features,
            int featureWidth,
            int weightWidth,
            int sumWidth,
            int thresholds,
            Circuit.Order order) {
        List<Input> inputs = new ArrayList<>(numbers(features, featureWidth));
        inputs.addAll(numbers(features, weightWidth));
        inputs.addAll(numbers(1 + thresholds, sumWidth));
        return GarbledFunction.of(
                way, inputs, List.of(Target.EVALUATOR), new int[] {bits(thresholds)}, order, (b, in) -> {
                    int[] sum = in.get(2 * features);
                    for (int i = 0; i < features; i++) {
                        sum = Words.add(b, sum, product(b, in.get(i), in.get(features + i), sumWidth));
                    }
                    return List.of(Selection.band(b, sum, in.subList(2 * features + 1, in.size())));
                });
    }

    private static int[] product(CircuitBuilder b, int[] x, int[] w, int width) {
        int whole = Math.min(width, x.length + w.length);
        return Words.signed(Words.multiplySigned(b, x, w, whole), width);
    }
}
