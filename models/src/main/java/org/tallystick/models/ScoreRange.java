package org.tallystick.models;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.tallystick.program.ColumnRule;

/** How far a model's score can reach, by declared ranges and limits, and what contributes how much of it. */
final class ScoreRange {
    private final Model model;
    private final ScoreSpace space;
    private final int fraction;
    private final Map<String, BigInteger> contributions = new LinkedHashMap<>();
    private final Map<String, BigInteger> largest = new HashMap<>();

    ScoreRange(Model model, ScoreSpace space) {
        this.model = model;
        this.space = space;
        this.fraction = model.limits().fractionBits();
    }

    /** Anything but a term. */
    void put(String what, BigInteger reach) {
        contributions.put(what, reach);
    }

    /** The most that one term of a feature contributes; of bins and categories just one does. */
    BigInteger largest(Feature feature) {
        return largest.get(feature.name());
    }

    InvalidModel tooWide() {
        return tooWide(total());
    }

    /** The public bound of a weight at this scale. */
    long weightBound(int scale) {
        return fitting(bound(model.limits().weight() * Math.abs(space.factor()), scale));
    }

    /** Adds to the score's range what a term can contribute at most: its largest value times the declared bound. */
    BigInteger contribute(ModelTerm term) {
        int own = term.rule().fraction(fraction);
        double reach = 1;
        if (term.rule() instanceof ColumnRule.Numeric number) {
            double low = number.transformed(number.range().min());
            double high = number.transformed(number.range().max());
            reach = Math.max(Math.abs(low), Math.abs(high));
        }
        if (term.rule() instanceof ColumnRule.Kept kept) {
            reach = kept.reach();
        }
        BigInteger value = bound(reach, own).max(BigInteger.ONE);
        BigInteger weight = bound(weightLimit(term) * Math.abs(space.factor()), 2 * fraction - own);
        BigInteger product = value.multiply(weight);
        contributions.merge(label(term), product, BigInteger::add);
        largest.merge(term.feature(), product, BigInteger::max);
        return product;
    }

    /** A public weight is its own limit. */
    private double weightLimit(ModelTerm term) {
        return model.secret() ? model.limits().weight() : Math.abs(term.weight());
    }

    private String label(ModelTerm term) {
        if (term.rule() instanceof ColumnRule.Numeric number) {
            return "feature " + term.feature() + " ("
                    + ModelTerm.plain(number.range().min()) + " to "
                    + ModelTerm.plain(number.range().max()) + " " + number.unit() + (number.log() ? ", logarithm" : "")
                    + (model.secret() ? ", weightBound " : ", weight ") + ModelTerm.plain(weightLimit(term)) + ")";
        }
        return (term.rule() instanceof ColumnRule.Absent ? "" : "feature ") + term.feature();
    }

    BigInteger total() {
        return contributions.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** A bound as a number of 64 bits. */
    long fitting(BigInteger bound) {
        if (bound.bitLength() > 62) {
            throw tooWide(bound);
        }
        return bound.longValueExact();
    }

    private InvalidModel tooWide(BigInteger bound) {
        String widest = contributions.entrySet().stream()
                .sorted(Map.Entry.<String, BigInteger>comparingByValue(Comparator.reverseOrder()))
                .limit(3)
                .map(entry -> entry.getKey() + " up to " + inUnits(entry.getValue()))
                .collect(Collectors.joining("; "));
        return new InvalidModel("model " + model.name() + ": the score can reach " + inUnits(bound) + ", which with "
                + 2 * fraction + " fractional bits needs " + (bound.bitLength() + 1)
                + " bits, and 64 are at hand. The most comes from: " + widest
                + ". Narrow the range, take the logarithm, divide by a scale, or lower weightBound or fractionBits");
    }

    private String inUnits(BigInteger bound) {
        return new BigDecimal(bound)
                .divide(new BigDecimal(BigInteger.TWO.pow(2 * fraction)), new MathContext(4))
                .toString();
    }

    static BigInteger bound(double value, int scale) {
        return new BigDecimal(value)
                .multiply(new BigDecimal(BigInteger.TWO.pow(scale)))
                .setScale(0, RoundingMode.CEILING)
                .toBigInteger();
    }
}
