package org.tallystick.models;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ColumnRule.Term;
import org.tallystick.program.KeptEncoders;

/** A model in double precision on raw values: what a risk department would compute with all columns in one place. */
public final class PlainScorer {
    private final Model model;

    private final KeptEncoders kept;

    private PlainScorer(Model model, KeptEncoders kept) {
        this.model = model;
        this.kept = kept;
    }

    public static PlainScorer of(Model model) {
        return of(model, KeptEncoders.none());
    }

    /** For a model with features that owners keep: what all of them keep. */
    public static PlainScorer of(Model model, KeptEncoders kept) {
        return new PlainScorer(model, kept);
    }

    private double value(ColumnRule rule, Optional<Map<String, String>> row) {
        return rule instanceof ColumnRule.Kept named
                ? kept.find(named).map(found -> found.number(row)).orElseGet(() -> rule.value(row))
                : rule.value(row);
    }

    /** The score in the model's own unit; {@code rows} by role, a role without a row being absent. */
    public double score(Map<String, Map<String, String>> rows) {
        double score = model.intercept();
        for (Feature feature : model.features()) {
            Optional<Map<String, String>> row = Optional.ofNullable(rows.get(feature.owner()));
            for (Term term : feature.terms()) {
                score += term.weight() * value(term.rule(), row);
            }
        }
        for (Map.Entry<String, Double> presence : model.presence().entrySet()) {
            score += rows.containsKey(presence.getKey()) ? 0 : presence.getValue();
        }
        return score;
    }

    /** The probability of default; a scorecard needs its points scale. */
    public double pd(Map<String, Map<String, String>> rows) {
        return 1 / (1 + Math.exp(-logit(score(rows))));
    }

    /** Points before rounding; a logistic model needs its points scale. */
    public double points(Map<String, Map<String, String>> rows) {
        return points(score(rows));
    }

    public Answer answer(Map<String, Map<String, String>> rows) {
        return model.reasons().isEmpty() ? bare(rows) : new Answer.Explained(bare(rows), reasons(rows));
    }

    /** Of the features of the reference profile, those that are farthest from it on the side of more risk. */
    private List<String> reasons(Map<String, Map<String, String>> rows) {
        Reasons wanted = model.reasons().orElseThrow();
        Map<String, Double> against = new HashMap<>();
        for (Feature feature : wanted.among(model.features())) {
            double more = contribution(feature, Optional.ofNullable(rows.get(feature.owner())))
                    - contribution(feature, wanted.row(feature));
            against.put(feature.name(), model.kind() == Model.Kind.LOGISTIC ? more : -more);
        }
        return wanted.among(model.features()).stream()
                .map(Feature::name)
                .filter(name -> against.get(name) > 0)
                .sorted(Comparator.comparing(against::get, Comparator.reverseOrder()))
                .limit(wanted.count())
                .toList();
    }

    private double contribution(Feature feature, Optional<Map<String, String>> row) {
        return feature.terms().stream()
                .mapToDouble(term -> term.weight() * value(term.rule(), row))
                .sum();
    }

    private Answer bare(Map<String, Map<String, String>> rows) {
        double score = score(rows);
        return switch (model.output()) {
            case Output.Band _ -> band(score);
            case Output.Points _ -> new Answer.Points(Math.round(points(score)));
            case Output.Pd pd -> {
                double exact = pd(rows);
                int step = (int) Math.min(pd.steps() - 1, Math.floor(exact * pd.steps()));
                yield new Answer.Pd((double) step / pd.steps(), (double) (step + 1) / pd.steps());
            }
        };
    }

    private Answer.Band band(double score) {
        Bands bands = model.bands().orElseThrow();
        double value = switch (bands.unit()) {
            case POINTS -> points(score);
            case LOGIT -> logit(score);
            case PD -> 1 / (1 + Math.exp(-logit(score)));
        };
        List<Double> thresholds = bands.thresholds();
        int rank = 0;
        while (rank < thresholds.size()
                && (bands.unit() == Bands.Unit.POINTS ? value < thresholds.get(rank) : value >= thresholds.get(rank))) {
            rank++;
        }
        return new Answer.Band(rank, bands.bestFirst().get(rank));
    }

    private double logit(double score) {
        return model.kind() == Model.Kind.LOGISTIC
                ? score
                : model.points().orElseThrow().logit(score);
    }

    private double points(double score) {
        return model.kind() == Model.Kind.SCORECARD
                ? score
                : model.points().orElseThrow().points(score);
    }
}
