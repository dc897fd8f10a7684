package org.tallystick.models;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.tallystick.models.Model.Kind;
import org.tallystick.protocol.Profile;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.TrainingPlan;

/**
 * A model as an evaluation takes it: a logistic regression, higher being riskier, whose only answer is whether one
 * threshold is reached. Points become the logit that the model's own scale gives them; weights stay as private as they
 * are.
 */
public final class EvaluatedModel {
    private static final List<String> NAMES = List.of("good", "bad");

    private final Compiled compiled;

    private EvaluatedModel(Compiled compiled) {
        this.compiled = compiled;
    }

    /**
     * @param threshold the probability of default from which a business is called bad, which all nodes then see; the
     *     model's own, as private as it is, if absent
     * @throws InvalidModel if it has not exactly one threshold and none is given, or points without a scale
     */
    public static EvaluatedModel of(Model model, OptionalDouble threshold) {
        return of(model, threshold, Profile.REP4);
    }

    static EvaluatedModel of(Model model, OptionalDouble threshold, Profile profile) {
        Bands bands = threshold.isPresent()
                ? new Bands(Bands.Unit.PD, NAMES, List.of(threshold.getAsDouble()), false)
                : model.bands()
                        .filter(own -> own.thresholds().size() == 1)
                        .orElseThrow(() -> new InvalidModel("model " + model.name() + " has "
                                + model.bands()
                                        .map(own -> own.thresholds().size() + " thresholds")
                                        .orElse("no bands")
                                + "; say from which probability of default on a business is to be called bad"));
        return new EvaluatedModel(ModelCompiler.compile(asLogit(model, bands), profile));
    }

    /** The program with its private numbers, and the encoders of its columns. */
    public Compiled compiled() {
        return compiled;
    }

    /** What agencies approve. */
    public EvaluationPlan plan(String labelColumn, String bad) {
        return new EvaluationPlan(
                compiled.program(), compiled.scoreFraction(), new TrainingPlan.Label(labelColumn, bad));
    }

    @Override
    public String toString() {
        return compiled.toString();
    }

    /** Points s of a scorecard mean the logit (offset − s) / factor. */
    private static Model asLogit(Model model, Bands bands) {
        boolean logistic = model.kind() == Kind.LOGISTIC;
        double by = 1;
        double shift = 0;
        if (!logistic) {
            PointsScale scale = model.points()
                    .orElseThrow(() -> new InvalidModel("model " + model.name()
                            + ": points need a scale to be read as odds; give base, odds and doubling under points"));
            by = -1 / scale.factor();
            shift = scale.offset() / scale.factor();
        }
        double factor = by;
        Map<String, Double> presence = new HashMap<>();
        model.presence().forEach((role, weight) -> presence.put(role, factor * weight));
        return new Model(
                model.name(),
                model.version(),
                Kind.LOGISTIC,
                model.parties(),
                model.bank(),
                model.secret(),
                logistic ? model.limits() : scaled(model.limits(), Math.abs(factor), Math.abs(shift)),
                factor * model.intercept() + shift,
                model.features().stream()
                        .map(feature -> logistic ? feature : scaled(feature, factor))
                        .toList(),
                presence,
                model.points(),
                Optional.of(bands),
                new Output.Band(),
                Optional.empty());
    }

    /** A little more than what a scaled number can be after rounding. */
    private static Model.Limits scaled(Model.Limits limits, double factor, double shift) {
        double more = 1 + 0x1p-40;
        return new Model.Limits(
                limits.fractionBits(),
                limits.weight() * factor * more,
                (limits.intercept() * factor + shift) * more,
                (limits.threshold() * factor + shift) * more);
    }

    private static Feature scaled(Feature feature, double by) {
        return switch (feature) {
            case Feature.Numeric number ->
                new Feature.Numeric(number.name(), number.owner(), number.rule(), by * number.weight());
            case Feature.Kept kept -> new Feature.Kept(kept.name(), kept.owner(), kept.rule(), by * kept.weight());
            case Feature.Bins bins ->
                new Feature.Bins(
                        bins.name(),
                        bins.owner(),
                        bins.column(),
                        bins.unit(),
                        bins.range(),
                        bins.edges(),
                        bins.weights().stream().map(weight -> by * weight).toList(),
                        by * bins.missingWeight());
            case Feature.Category category -> {
                Map<String, Double> weights = new HashMap<>();
                category.weights().forEach((text, weight) -> weights.put(text, by * weight));
                OptionalDouble missing = category.missingWeight().isPresent()
                        ? OptionalDouble.of(by * category.missingWeight().getAsDouble())
                        : OptionalDouble.empty();
                yield new Feature.Category(
                        category.name(),
                        category.owner(),
                        category.column(),
                        weights,
                        by * category.otherWeight(),
                        missing);
            }
        };
    }
}
