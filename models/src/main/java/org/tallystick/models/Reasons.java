package org.tallystick.models;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.gadget.Lowest;
import org.tallystick.program.ColumnRule.BadValue;
import org.tallystick.program.Operation;

/**
 * The reasons that go with an answer: which features pull the score farthest to the applicant's disadvantage, compared
 * with a reference profile. Only features of the profile can be reasons. The profile is private to the bank where the
 * weights are: {@code toString} prints none.
 *
 * @param count the most that are named
 * @param reference by feature the raw value of its column, as an owner's cell; empty text for a missing one
 */
public record Reasons(int count, Map<String, String> reference) {
    public Reasons {
        reference = Collections.unmodifiableMap(new HashMap<>(reference));
        if (reference.size() < 2 || reference.size() > Operation.Reasons.MAX_COLUMNS) {
            throw new InvalidModel("reasons: the reference names " + reference.size() + " features; 2 to "
                    + Operation.Reasons.MAX_COLUMNS + " are possible");
        }
        int most = Math.min(reference.size(), Operation.Reasons.MAX_COUNT);
        if (count < 1 || count > most) {
            throw new InvalidModel("reasons: a count of " + count + "; 1 to " + most
                    + " are possible, and no more than features of the reference");
        }
    }

    /** The features that can be reasons, in the model's order: their indices are what the bank learns. */
    List<Feature> among(List<Feature> features) {
        return features.stream()
                .filter(feature -> reference.containsKey(feature.name()))
                .toList();
    }

    /** The reference profile's row for one feature. */
    Optional<Map<String, String>> row(Feature feature) {
        return Optional.of(Map.of(feature.column(), reference.get(feature.name())));
    }

    /** @throws InvalidModel if the reference is not one of these features */
    void requireOf(List<Feature> features) {
        List<Feature> among = among(features);
        for (String name : reference.keySet()) {
            if (among.stream().noneMatch(feature -> feature.name().equals(name))) {
                throw new InvalidModel("reasons: the reference names '" + name + "', which is no feature");
            }
        }
        for (Feature feature : among) {
            if (feature instanceof Feature.Kept) {
                throw new InvalidModel("reasons: feature " + feature.name()
                        + " is encoded by what its owner keeps, so the bank cannot say what a reference has there;"
                        + " leave it out");
            }
            try {
                feature.terms().forEach(term -> term.rule().value(row(feature)));
            } catch (BadValue e) {
                throw new InvalidModel("reasons: the reference of feature " + feature.name() + ": " + e.getMessage());
            }
        }
    }

    /** What the bank reads of the indices, lowest bits first: the features' names, the strongest reason first. */
    List<String> decode(long number, List<Feature> features) {
        List<Feature> among = among(features);
        return Lowest.read(number, among.size(), count).stream()
                .map(index -> among.get(index).name())
                .toList();
    }

    @Override
    public String toString() {
        return "Reasons[" + count + " of " + reference.size() + " features]";
    }
}
