package org.tallystick.models;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A logistic regression or a points scorecard over columns that several parties hold; see {@code docs/models.md}. The
 * score is {@code intercept} + the sum of the features + the presence weights of the owners that have no row. For
 * {@link Kind#LOGISTIC} it is the logit of the probability of default, higher is riskier; for {@link Kind#SCORECARD} it
 * is points, higher is safer.
 *
 * @param parties the role of each party, in party order
 * @param bank the role that owns the model and alone learns the answer
 * @param secret whether weights and intercept are private to the bank; {@code toString} never prints them
 * @param reasons whether the answer comes with reasons
 * @param presence by role, what is added to the score when that owner has no row about the subject
 */
public record Model(
        String name,
        String version,
        Kind kind,
        List<String> parties,
        String bank,
        boolean secret,
        Limits limits,
        double intercept,
        List<Feature> features,
        Map<String, Double> presence,
        Optional<PointsScale> points,
        Optional<Bands> bands,
        Output output,
        Optional<Reasons> reasons) {
    /** What the score is. */
    public enum Kind {
        LOGISTIC,
        SCORECARD
    }

    /**
     * The declared public limits, in the score's own unit (for a weight: per unit of the transformed number). Programs
     * are built from these and never from the private numbers.
     *
     * @param fractionBits of features and weights; products, the intercept and thresholds have twice as many
     */
    public record Limits(int fractionBits, double weight, double intercept, double threshold) {
        public Limits {
            if (fractionBits < 4 || fractionBits > 24) {
                throw new InvalidModel("fractionBits: " + fractionBits + "; 4 to 24 are possible, 16 is usual");
            }
            if (!(weight > 0 && intercept > 0 && threshold > 0) || !(weight + intercept + threshold <= 1e9)) {
                throw new InvalidModel(
                        "weightBound, interceptBound and thresholdBound must be above 0 and at most 1e9");
            }
        }
    }

    public Model {
        parties = List.copyOf(parties);
        features = List.copyOf(features);
        presence = Collections.unmodifiableMap(new TreeMap<>(presence));
        requireParties(parties, bank, features, presence.keySet());
        requireBounded(intercept, limits.intercept(), "intercept", "interceptBound");
        for (Feature feature : features) {
            feature.terms()
                    .forEach(term -> requireBounded(
                            term.weight(), limits.weight(), "feature " + feature.name() + ": a weight", "weightBound"));
        }
        requireKeepers(features, bank, secret);
        double weightLimit = limits.weight();
        presence.forEach((role, weight) ->
                requireBounded(weight, weightLimit, "presence of " + role + ": its weight", "weightBound"));
        requireScale(kind, points, bands, output);
        if (reasons.isPresent()) {
            reasons.get().requireOf(features);
        }
    }

    /**
     * Reads a model file.
     *
     * @throws InvalidModel if the file cannot be read or is no valid model; the message names the place in the file
     */
    public static Model read(Path file) {
        return ModelReader.read(file);
    }

    /**
     * Reads the text of a model file.
     *
     * @throws InvalidModel if it is no valid model; the message names the place in the text
     */
    public static Model parse(String json) {
        return ModelReader.parse("the model", json);
    }

    /** A model that is shipped: {@code small-business} or {@code sba-three}. */
    public static Model sample(String name) {
        return ModelReader.sample(name);
    }

    /** The features of one owner, in the file's order. */
    public List<Feature> featuresOf(String role) {
        return features.stream().filter(feature -> feature.owner().equals(role)).toList();
    }

    /** The parties other than the bank that hold a feature, in party order. */
    public List<String> agencies() {
        return parties.stream()
                .filter(role -> !role.equals(bank))
                .filter(role -> presence.containsKey(role) || !featuresOf(role).isEmpty())
                .toList();
    }

    private static void requireParties(
            List<String> parties, String bank, List<Feature> features, Set<String> presence) {
        if (new HashSet<>(parties).size() != parties.size()) {
            throw new InvalidModel("parties: a role appears twice in " + parties);
        }
        if (!parties.contains(bank)) {
            throw new InvalidModel("bank: '" + bank + "' is not among the parties " + parties);
        }
        Set<String> names = new HashSet<>();
        for (Feature feature : features) {
            if (!parties.contains(feature.owner())) {
                throw new InvalidModel("feature " + feature.name() + ": owner '" + feature.owner()
                        + "' is not among the parties " + parties);
            }
            if (!names.add(feature.name())) {
                throw new InvalidModel("feature " + feature.name() + ": another feature has the same name");
            }
        }
        for (String role : presence) {
            if (!parties.contains(role)) {
                throw new InvalidModel("presence: '" + role + "' is not among the parties " + parties);
            }
        }
    }

    /** What an owner keeps, only that owner can put into a product with a secret weight. */
    private static void requireKeepers(List<Feature> features, String bank, boolean secret) {
        for (Feature feature : features) {
            if (feature instanceof Feature.Kept && (feature.owner().equals(bank) || !secret)) {
                throw new InvalidModel("feature " + feature.name()
                        + ": an encoder that its owner keeps is an agency's, and goes with private weights");
            }
        }
    }

    /** Weights are private: the message gives the limit, not the number. */
    private static void requireBounded(double value, double bound, String what, String limit) {
        if (!(Math.abs(value) <= bound)) {
            throw new InvalidModel(what + " is beyond the declared " + limit + " of " + bound
                    + "; raise the bound (it is public) or rescale the feature");
        }
    }

    private static void requireScale(Kind kind, Optional<PointsScale> points, Optional<Bands> bands, Output output) {
        Bands.Unit own = kind == Kind.LOGISTIC ? Bands.Unit.LOGIT : Bands.Unit.POINTS;
        boolean bandsConvert =
                bands.isPresent() && (bands.get().unit() == Bands.Unit.POINTS) != (own == Bands.Unit.POINTS);
        boolean outputConverts = kind == Kind.LOGISTIC ? output instanceof Output.Points : output instanceof Output.Pd;
        if (points.isEmpty() && (bandsConvert || outputConverts)) {
            throw new InvalidModel("points: needed to convert between points and odds; give base, odds and doubling");
        }
        if (output instanceof Output.Band && bands.isEmpty()) {
            throw new InvalidModel("bands: the output is a band, so bands must be given");
        }
    }

    @Override
    public String toString() {
        return name + " " + version + " (" + features.size() + " features)";
    }
}
