package org.tallystick.models;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ColumnRule.Term;
import org.tallystick.program.Operation;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Program;
import org.tallystick.program.RangeAnalysis;
import org.tallystick.protocol.Profile;

/**
 * Compiles a model to the program that agencies approve. With f fractional bits, numbers and their weights are integers
 * at scale f, indicators are 0 or 1 and their weights are at scale 2f; every product, the bank's own part and the
 * thresholds are at scale 2f.
 *
 * <p>With private weights, agencies bring their columns, each with one more that tells whether they have no row about
 * the subject; the stored weights are multiplied in by one dot product; and the bank brings one value, its own weighted
 * columns and the intercept. With public weights every owner brings one value, its weighted sum.
 *
 * <p>The program depends on the declared limits, never on private weights or thresholds.
 */
public final class ModelCompiler {
    /** The name of the stored weights, one for each agency column in the order of the program. */
    public static final String WEIGHTS = "weights";

    /** The name of the stored thresholds, ascending. */
    public static final String THRESHOLDS = "thresholds";

    private final Model model;
    private final ScoreSpace space;
    private final int fraction;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, long[]> stored = new LinkedHashMap<>();
    private final Map<String, BigInteger> contributions = new LinkedHashMap<>();

    private ModelCompiler(Model model) {
        this.model = model;
        this.space = ScoreSpace.of(model);
        this.fraction = model.limits().fractionBits();
    }

    /**
     * Compiles for the default profile of four nodes.
     *
     * @throws InvalidModel if no agency takes part, the parties do not fit the profile, or the score can leave 64 bits
     */
    public static Compiled compile(Model model) {
        return compile(model, Profile.REP4);
    }

    /** As {@link #compile(Model)}, for another profile. */
    public static Compiled compile(Model model, Profile profile) {
        if (profile == Profile.REP4 && model.parties().size() != 4) {
            throw new InvalidModel("parties: profile rep4 runs among exactly 4, and the model names " + model.parties()
                    + "; add nodes that hold no column, or choose another profile");
        }
        if (model.agencies().isEmpty()) {
            throw new InvalidModel("features: no party but the bank holds one, so the bank can score this model alone");
        }
        return new ModelCompiler(model).compiled(profile);
    }

    private Compiled compiled(Profile profile) {
        int score = model.secret() ? scoreByStoredWeights() : scoreByPublicWeights();
        int bank = model.parties().indexOf(model.bank());
        int answer = switch (model.output()) {
            case Output.Band _ -> band(score);
            case Output.Pd pd -> add(new Operation.Band(score, constant(space.pdThresholds(pd.steps(), 2 * fraction))));
            case Output.Points _ -> {
                int half = constant(1L << (2 * fraction - 1));
                yield add(new Operation.FloorBits(add(new Operation.Add(score, half)), 2 * fraction));
            }
        };
        add(new Operation.Reveal(answer, bank));
        Program program = new Program(title(), profile, model.parties(), width(), operations);
        return new Compiled(model, space, program, stored, bankSum());
    }

    private String title() {
        String answer = switch (model.output()) {
            case Output.Band _ ->
                "one of " + model.bands().orElseThrow().bestFirst().size() + " bands";
            case Output.Pd pd -> "the probability of default in steps of 1/" + pd.steps();
            case Output.Points _ -> "whole points";
        };
        return model.name() + " " + model.version() + ": " + answer;
    }

    // ---- the score

    private int scoreByStoredWeights() {
        List<Integer> inputs = new ArrayList<>();
        List<Long> weights = new ArrayList<>();
        List<Interval> bounds = new ArrayList<>();
        for (String role : model.agencies()) {
            List<Column> columns = new ArrayList<>();
            for (Named term : termsOf(role)) {
                contribute(term);
                int own = term.rule().fraction(fraction);
                columns.add(new Column(
                        term.name(), term.rule().text(), own, term.rule().bounds(own)));
                weights.add(ColumnRule.fixed(space.factor() * term.weight(), 2 * fraction - own));
                bounds.add(symmetric(weightBound(2 * fraction - own)));
            }
            inputs.add(add(new Operation.Input(model.parties().indexOf(role), columns)));
        }
        int features = inputs.size() == 1 ? inputs.getFirst() : add(new Operation.Concat(inputs));
        int own = add(new Operation.Input(model.parties().indexOf(model.bank()), List.of(bankColumn())));
        int stored = store(WEIGHTS, weights.stream().mapToLong(Long::longValue).toArray(), bounds);
        return add(new Operation.Add(add(new Operation.Dot(features, stored)), own));
    }

    /** The one value in which the bank brings its columns and the intercept. */
    private Column bankColumn() {
        BigInteger bound =
                bound(model.limits().intercept() * Math.abs(space.factor()) + Math.abs(space.shift()), 2 * fraction);
        contributions.put("intercept", bound);
        List<ColumnRule> rules = new ArrayList<>();
        for (Named term : bankTerms()) {
            rules.add(term.rule());
            bound = bound.add(contribute(term));
        }
        return new Column(
                model.bank() + " part",
                new ColumnRule.PrivateSum(rules).text(),
                2 * fraction,
                symmetric(fitting(bound)));
    }

    private int scoreByPublicWeights() {
        contributions.put("intercept", bound(Math.abs(bankSum().constant()), 2 * fraction));
        int sum = -1;
        List<String> owners = new ArrayList<>(model.agencies());
        owners.add(model.bank());
        for (String role : owners) {
            boolean bank = role.equals(model.bank());
            ColumnRule.Sum rule = bank ? bankSum() : new ColumnRule.Sum(0, scaled(termsOf(role)));
            (bank ? bankTerms() : termsOf(role)).forEach(this::contribute);
            fitting(total());
            Column column = new Column(role + " part", rule.text(), 2 * fraction, rule.bounds(2 * fraction));
            int input = add(new Operation.Input(model.parties().indexOf(role), List.of(column)));
            sum = sum < 0 ? input : add(new Operation.Add(sum, input));
        }
        return sum;
    }

    private ColumnRule.Sum bankSum() {
        return new ColumnRule.Sum(space.factor() * model.intercept() + space.shift(), scaled(bankTerms()));
    }

    private List<Term> scaled(List<Named> terms) {
        return terms.stream()
                .map(term -> new Term(space.factor() * term.weight(), term.rule()))
                .toList();
    }

    // ---- the answer

    private int band(int score) {
        long[] thresholds = space.bandThresholds(2 * fraction);
        BigInteger bound = bound(space.thresholdBound(), 2 * fraction).add(BigInteger.ONE);
        for (long threshold : thresholds) {
            if (BigInteger.valueOf(threshold).abs().compareTo(bound) > 0) {
                throw new InvalidModel("bands: a threshold is beyond the declared thresholdBound of "
                        + model.limits().threshold() + "; raise the bound (it is public)");
            }
        }
        boolean secret = model.bands().orElseThrow().secret();
        if (secret) {
            contributions.put("thresholds", bound);
        }
        return add(new Operation.Band(
                score,
                secret
                        ? store(
                                THRESHOLDS,
                                thresholds,
                                LongStream.of(thresholds)
                                        .mapToObj(any -> symmetric(fitting(bound)))
                                        .toList())
                        : constant(thresholds)));
    }

    private int constant(long... values) {
        long reach = LongStream.of(values).map(Math::abs).max().orElseThrow();
        contributions.put("constants", BigInteger.valueOf(reach));
        return add(new Operation.Constant(LongStream.of(values).boxed().toList()));
    }

    private int store(String name, long[] values, List<Interval> bounds) {
        stored.put(name, values);
        return add(new Operation.Stored(name, bounds));
    }

    private int add(Operation operation) {
        operations.add(operation);
        return operations.size() - 1;
    }

    // ---- terms

    /** A term of one feature, or of an owner's missing row, with the name of its column. */
    private record Named(String name, String feature, double weight, ColumnRule rule) {}

    private List<Named> termsOf(String role) {
        List<Named> terms = new ArrayList<>();
        for (Feature feature : model.featuresOf(role)) {
            for (Term term : feature.terms()) {
                terms.add(new Named(columnName(feature, term.rule()), feature.name(), term.weight(), term.rule()));
            }
        }
        terms.add(new Named(
                role + " has no row",
                "presence of " + role,
                model.presence().getOrDefault(role, 0.0),
                new ColumnRule.Absent()));
        return terms;
    }

    /** The bank keeps the shape of its own part to itself, so a presence weight that it does not use is left out. */
    private List<Named> bankTerms() {
        List<Named> terms = termsOf(model.bank());
        return model.presence().containsKey(model.bank()) ? terms : terms.subList(0, terms.size() - 1);
    }

    private static String columnName(Feature feature, ColumnRule rule) {
        return switch (rule) {
            case ColumnRule.Within bin ->
                feature.name()
                        + (bin.from() == Double.NEGATIVE_INFINITY ? "" : " from " + plain(bin.from()))
                        + (bin.below() == Double.POSITIVE_INFINITY ? "" : " below " + plain(bin.below()));
            case ColumnRule.Equals category -> feature.name() + " = " + category.value();
            case ColumnRule.Other _ -> feature.name() + ": any other";
            case ColumnRule.Missing _ -> feature.name() + ": missing";
            default -> feature.name();
        };
    }

    private static String plain(double value) {
        return value == 0
                ? "0"
                : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    // ---- ranges

    private long weightBound(int scale) {
        return fitting(bound(model.limits().weight() * Math.abs(space.factor()), scale));
    }

    /** Adds to the score's range what a term can contribute at most: its largest value times the declared bound. */
    private BigInteger contribute(Named term) {
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
        return product;
    }

    /** A public weight is its own limit. */
    private double weightLimit(Named term) {
        return model.secret() ? model.limits().weight() : Math.abs(term.weight());
    }

    private String label(Named term) {
        if (term.rule() instanceof ColumnRule.Numeric number) {
            return "feature " + term.feature() + " (" + plain(number.range().min()) + " to "
                    + plain(number.range().max()) + " " + number.unit() + (number.log() ? ", logarithm" : "")
                    + (model.secret() ? ", weightBound " : ", weight ") + plain(weightLimit(term)) + ")";
        }
        return (term.rule() instanceof ColumnRule.Absent ? "" : "feature ") + term.feature();
    }

    private BigInteger total() {
        return contributions.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    }

    /**
     * The least width in which no value of the program, and no difference to a threshold, leaves the signed numbers.
     */
    private int width() {
        int width = RangeAnalysis.of(operations).width();
        if (width > 64) {
            throw tooWide(total());
        }
        return width;
    }

    /** A bound as a number of 64 bits. */
    private long fitting(BigInteger bound) {
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

    private static BigInteger bound(double value, int scale) {
        return new BigDecimal(value)
                .multiply(new BigDecimal(BigInteger.TWO.pow(scale)))
                .setScale(0, RoundingMode.CEILING)
                .toBigInteger();
    }

    private static Interval symmetric(long bound) {
        return new Interval(-bound, bound);
    }
}
