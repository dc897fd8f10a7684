package org.tallystick.models;

import org.tallystick.program.ColumnRule;
import org.tallystick.program.ColumnRule.Term;

/**
 * How far the fixed-point score can be from the double-precision one. With f fractional bits, a number x and its weight
 * w are each off by at most h = 2^−(f+1), so their product by (|x| + |w|)·h + h²; an indicator's weight and the
 * constant, at scale 2f, by at most 2^−(2f+1) each; and n terms summed in double precision by at most (n + 3)·2^−53 of
 * the sum of their absolute values.
 */
public final class Accuracy {
    private Accuracy() {}

    /**
     * The bound for a model's score, in the score's own unit, whatever its private numbers within the declared limits.
     */
    public static double bound(Model model) {
        ScoreSpace space = ScoreSpace.of(model);
        int fraction = model.limits().fractionBits();
        double factor = Math.abs(space.factor());
        double weight = factor * model.limits().weight();
        double constant = factor * model.limits().intercept() + Math.abs(space.shift());
        double bound = Math.scalb(1.0, -2 * fraction - 1);
        double reach = constant;
        int terms = 1 + model.parties().size();
        bound += model.parties().size() * Math.scalb(1.0, -2 * fraction - 1);
        reach += model.parties().size() * weight;
        for (Feature feature : model.features()) {
            for (Term term : feature.terms()) {
                double x = term.rule() instanceof ColumnRule.Numeric number ? reach(number) : 1;
                bound += term.rule() instanceof ColumnRule.Numeric
                        ? product(fraction, x, weight)
                        : Math.scalb(1.0, -2 * fraction - 1);
                reach += x * weight;
                terms++;
            }
        }
        return (bound + (terms + 3) * Math.scalb(reach, -53)) / factor;
    }

    /**
     * The bound for {@code features} numbers of at most {@code x} with weights of at most {@code weight}, and no more.
     */
    public static double bound(int fractionBits, int features, double x, double weight) {
        return features * product(fractionBits, x, weight);
    }

    private static double product(int fraction, double x, double weight) {
        double half = Math.scalb(1.0, -fraction - 1);
        return (x + weight) * half + half * half;
    }

    /** The largest absolute value of a transformed number. */
    private static double reach(ColumnRule.Numeric number) {
        return Math.max(
                Math.abs(number.transformed(number.range().min())),
                Math.abs(number.transformed(number.range().max())));
    }
}
