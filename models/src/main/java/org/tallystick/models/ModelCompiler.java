package org.tallystick.models;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    /** The name of the stored contributions of the reference profile, one for each feature that may be a reason. */
    public static final String REFERENCE = "reference";

    private final Model model;
    private final ScoreSpace space;
    private final int fraction;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, long[]> stored = new LinkedHashMap<>();
    private final ScoreRange ranges;
    /** The features that may be reasons, in the order of their contributions. */
    private final List<Feature> candidates;

    private final List<ColumnRule.Sum> bankSums = new ArrayList<>();
    /** Of every column brought in, in order, the contribution it adds to. */
    private final List<Integer> groups = new ArrayList<>();

    private ModelCompiler(Model model) {
        this.model = model;
        this.space = ScoreSpace.of(model);
        this.fraction = model.limits().fractionBits();
        this.ranges = new ScoreRange(model, space);
        this.candidates =
                model.reasons().map(reasons -> reasons.among(model.features())).orElse(List.of());
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
        int sums = model.secret() ? byStoredWeights() : byPublicWeights();
        int score = candidates.isEmpty() ? sums : add(new Operation.Dot(sums, ones(candidates.size() + 1)));
        int bank = model.parties().indexOf(model.bank());
        int answer = switch (model.output()) {
            case Output.Band _ -> band(score);
            case Output.Pd pd -> add(new Operation.Band(score, constant(space.pdThresholds(pd.steps(), 2 * fraction))));
            case Output.Points _ -> {
                int half = constant(1L << (2 * fraction - 1));
                yield add(new Operation.FloorBits(add(new Operation.Add(score, half)), 2 * fraction));
            }
        };
        Optional<Integer> reasons = model.reasons().map(wanted -> reasons(wanted, sums));
        add(new Operation.Reveal(answer, bank));
        reasons.ifPresent(value -> add(new Operation.Reveal(value, bank)));
        Program program = new Program(title(), profile, model.parties(), width(), operations);
        requireReadable(program);
        return new Compiled(model, space, program, stored, bankSums);
    }

    private String title() {
        String answer = switch (model.output()) {
            case Output.Band _ ->
                "one of " + model.bands().orElseThrow().bestFirst().size() + " bands";
            case Output.Pd pd -> "the probability of default in steps of 1/" + pd.steps();
            case Output.Points _ -> "whole points";
        };
        String reasons = model.reasons()
                .map(wanted -> ", and up to " + wanted.count() + " reasons")
                .orElse("");
        return model.name() + " " + model.version() + ": " + answer + reasons;
    }

    // ---- the score

    /** The score, or where there are reasons the contribution of each that may be one, and the rest of the score. */
    private int byStoredWeights() {
        List<Integer> inputs = new ArrayList<>();
        List<Long> weights = new ArrayList<>();
        List<Interval> bounds = new ArrayList<>();
        for (String role : model.agencies()) {
            List<Column> columns = new ArrayList<>();
            for (ModelTerm term : ModelTerm.of(model, role)) {
                ranges.contribute(term);
                int own = term.rule().fraction(fraction);
                columns.add(new Column(
                        term.name(), term.rule().text(), own, term.rule().bounds(own)));
                groups.add(group(term));
                weights.add(ColumnRule.fixed(space.factor() * term.weight(), 2 * fraction - own));
                bounds.add(symmetric(ranges.weightBound(2 * fraction - own)));
            }
            inputs.add(add(new Operation.Input(model.parties().indexOf(role), columns)));
        }
        List<Column> bank = bankColumns();
        if (!candidates.isEmpty()) {
            inputs.add(add(new Operation.Input(model.parties().indexOf(model.bank()), bank)));
            int stored = storeWeights(weights, bounds);
            int factors = add(new Operation.Concat(List.of(stored, ones(bank.size()))));
            return add(new Operation.Contributions(add(new Operation.Concat(inputs)), factors, groups));
        }
        int features = inputs.size() == 1 ? inputs.getFirst() : add(new Operation.Concat(inputs));
        int own = add(new Operation.Input(model.parties().indexOf(model.bank()), bank));
        int stored = storeWeights(weights, bounds);
        return add(new Operation.Add(add(new Operation.Dot(features, stored)), own));
    }

    private int storeWeights(List<Long> weights, List<Interval> bounds) {
        return store(WEIGHTS, weights.stream().mapToLong(Long::longValue).toArray(), bounds);
    }

    /** The intercept with what can be no reason in one value, and a value for each feature of the bank that can. */
    private List<Column> bankColumns() {
        BigInteger bound = ScoreRange.bound(
                model.limits().intercept() * Math.abs(space.factor()) + Math.abs(space.shift()), 2 * fraction);
        ranges.put("intercept", bound);
        List<Column> columns = new ArrayList<>();
        double constant = space.factor() * model.intercept() + space.shift();
        for (Part part : parts(model.bank(), ModelTerm.ofBank(model))) {
            BigInteger reach = part.rest() ? bound : BigInteger.ZERO;
            for (ModelTerm term : part.terms()) {
                reach = reach.add(ranges.contribute(term));
            }
            columns.add(new Column(
                    part.name(),
                    new ColumnRule.PrivateSum(
                                    part.terms().stream().map(ModelTerm::rule).toList())
                            .text(),
                    2 * fraction,
                    symmetric(ranges.fitting(reach))));
            bankSums.add(new ColumnRule.Sum(part.rest() ? constant : 0, scaled(part.terms())));
        }
        return columns;
    }

    /** As by stored weights; every owner brings in a weighted sum for what is otherwise brought in by columns. */
    private int byPublicWeights() {
        double constant = space.factor() * model.intercept() + space.shift();
        ranges.put("intercept", ScoreRange.bound(Math.abs(constant), 2 * fraction));
        int sum = -1;
        List<Integer> inputs = new ArrayList<>();
        List<String> owners = new ArrayList<>(model.agencies());
        owners.add(model.bank());
        for (String role : owners) {
            boolean bank = role.equals(model.bank());
            List<ModelTerm> terms = bank ? ModelTerm.ofBank(model) : ModelTerm.of(model, role);
            terms.forEach(ranges::contribute);
            ranges.fitting(ranges.total());
            List<Column> columns = new ArrayList<>();
            for (Part part : parts(role, terms)) {
                var rule = new ColumnRule.Sum(bank && part.rest() ? constant : 0, scaled(part.terms()));
                columns.add(new Column(part.name(), rule.text(), 2 * fraction, rule.bounds(2 * fraction)));
                if (bank) {
                    bankSums.add(rule);
                }
            }
            inputs.add(add(new Operation.Input(model.parties().indexOf(role), columns)));
            if (candidates.isEmpty()) {
                sum = sum < 0 ? inputs.getLast() : add(new Operation.Add(sum, inputs.getLast()));
            }
        }
        if (!candidates.isEmpty()) {
            int all = add(new Operation.Concat(inputs));
            return add(new Operation.Contributions(all, ones(groups.size()), groups));
        }
        return sum;
    }

    /**
     * What an owner brings in as one weighted sum.
     *
     * @param rest whether it is all that can be no reason
     */
    private record Part(String name, boolean rest, List<ModelTerm> terms) {}

    /** The rest first, then each feature that can be a reason; their groups are noted. */
    private List<Part> parts(String role, List<ModelTerm> terms) {
        List<Part> parts = new ArrayList<>();
        Map<Integer, List<ModelTerm>> byGroup =
                terms.stream().collect(Collectors.groupingBy(this::group, TreeMap::new, Collectors.toList()));
        List<ModelTerm> rest = byGroup.getOrDefault(candidates.size(), List.of());
        byGroup.remove(candidates.size());
        parts.add(new Part(role + " part", true, rest));
        groups.add(candidates.size());
        byGroup.forEach((group, own) -> {
            parts.add(new Part(role + " part of " + candidates.get(group).name(), false, own));
            groups.add(group);
        });
        return parts;
    }

    /** The index of a feature that can be a reason, or the one after these. */
    private int group(ModelTerm term) {
        for (int k = 0; k < candidates.size(); k++) {
            if (candidates.get(k).name().equals(term.feature())) {
                return k;
            }
        }
        return candidates.size();
    }

    private int ones(int count) {
        return add(new Operation.Constant(Collections.nCopies(count, 1L)));
    }

    private List<Term> scaled(List<ModelTerm> terms) {
        return terms.stream()
                .map(term -> new Term(space.factor() * term.weight(), term.rule()))
                .toList();
    }

    // ---- the answer

    private int band(int score) {
        long[] thresholds = space.bandThresholds(2 * fraction);
        BigInteger bound =
                ScoreRange.bound(space.thresholdBound(), 2 * fraction).add(BigInteger.ONE);
        for (long threshold : thresholds) {
            if (BigInteger.valueOf(threshold).abs().compareTo(bound) > 0) {
                throw new InvalidModel("bands: a threshold is beyond the declared thresholdBound of "
                        + model.limits().threshold() + "; raise the bound (it is public)");
            }
        }
        boolean secret = model.bands().orElseThrow().secret();
        if (secret) {
            ranges.put("thresholds", bound);
        }
        return add(new Operation.Band(
                score,
                secret
                        ? store(
                                THRESHOLDS,
                                thresholds,
                                LongStream.of(thresholds)
                                        .mapToObj(any -> symmetric(ranges.fitting(bound)))
                                        .toList())
                        : constant(thresholds)));
    }

    /** The indices of the candidates that are farthest from the reference, on the side of more risk. */
    private int reasons(Reasons wanted, int sums) {
        long[] reference = new long[candidates.size()];
        List<Interval> bounds = new ArrayList<>();
        for (int k = 0; k < reference.length; k++) {
            Feature feature = candidates.get(k);
            var sum = new ColumnRule.Sum(
                    0,
                    feature.terms().stream()
                            .map(term -> new Term(space.factor() * term.weight(), term.rule()))
                            .toList());
            reference[k] = sum.encode(wanted.row(feature), 2 * fraction);
            bounds.add(symmetric(ranges.fitting(ranges.largest(feature))));
        }
        int row = model.secret()
                ? store(REFERENCE, reference, bounds)
                : add(new Operation.Constant(LongStream.of(reference).boxed().toList()));
        return add(new Operation.Reasons(sums, row, wanted.count(), !space.points()));
    }

    private static void requireReadable(Program program) {
        int bits = program.reveals().stream()
                .mapToInt(reveal -> program.shapes().get(reveal.x()).columns())
                .sum();
        if (bits > Long.SIZE - 1) {
            throw new InvalidModel("reasons: an answer with its reasons takes " + bits + " bits; at most 63 are"
                    + " possible: name fewer reasons, or let a band leave in place of points");
        }
    }

    private int constant(long... values) {
        long reach = LongStream.of(values).map(Math::abs).max().orElseThrow();
        ranges.put("constants", BigInteger.valueOf(reach));
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

    /**
     * The least width in which no value of the program, and no difference to a threshold, leaves the signed numbers.
     */
    private int width() {
        int width = RangeAnalysis.of(operations).width();
        if (width > 64) {
            throw ranges.tooWide();
        }
        return width;
    }

    private static Interval symmetric(long bound) {
        return new Interval(-bound, bound);
    }
}
