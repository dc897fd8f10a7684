package org.tallystick.models;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ColumnRule.Term;

/**
 * A term of one feature, or of an owner's missing row, with the name of its column.
 *
 * @param feature its name, or what stands for the missing row
 */
record ModelTerm(String name, String feature, double weight, ColumnRule rule) {
    /** All that a role may add to the score: its features' terms, and its missing row's. */
    static List<ModelTerm> of(Model model, String role) {
        List<ModelTerm> terms = new ArrayList<>();
        for (Feature feature : model.featuresOf(role)) {
            for (Term term : feature.terms()) {
                terms.add(new ModelTerm(columnName(feature, term.rule()), feature.name(), term.weight(), term.rule()));
            }
        }
        terms.add(new ModelTerm(
                role + " has no row",
                "presence of " + role,
                model.presence().getOrDefault(role, 0.0),
                new ColumnRule.Absent()));
        return terms;
    }

    /** The bank keeps the shape of its own part to itself, so a presence weight that it does not use is left out. */
    static List<ModelTerm> ofBank(Model model) {
        List<ModelTerm> terms = of(model, model.bank());
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

    static String plain(double value) {
        return value == 0
                ? "0"
                : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    @Override
    public String toString() {
        return name;
    }
}
