package org.tallystick.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tallystick.training.Descent;
import org.tallystick.training.Newton;
import org.tallystick.training.TrainingPlan;
import org.tallystick.training.TrainingPlan.Method;
import org.tallystick.training.TrainingPlan.Treatment;

/**
 * The part of a data-set file that says how a model is learnt: {@code training}.
 *
 * @param test which rows judge the result; none if absent
 * @param use of columns that do not say it themselves
 * @param text the part itself
 */
public record Learning(
        Method method,
        int lossEvery,
        int patience,
        double threshold,
        TrainingPlan.Reveal reveal,
        Use use,
        Optional<Test> test,
        JsonNode text) {
    /** How a column is used; an unused one has no treatment. */
    public record Use(Optional<Treatment> treatment) {
        static Use of(JsonNode node) {
            return new Use(
                    switch (node.get("as").asText()) {
                        case "standardised" ->
                            Optional.of(
                                    new Treatment.Standardised(node.path("clip").asDouble(0)));
                        case "evidence" ->
                            Optional.of(new Treatment.Evidence(
                                    node.path("bins").asInt(10),
                                    node.path("minimum").asInt(5),
                                    node.path("woe").asText("owner").equals("owner")
                                            ? TrainingPlan.Holder.OWNER
                                            : TrainingPlan.Holder.BANK));
                        case "categories" ->
                            Optional.of(
                                    new Treatment.Categories(node.path("most").asInt(10)));
                        default -> Optional.empty();
                    });
        }

        ObjectNode json() {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            return switch (treatment.orElse(null)) {
                case null -> node.put("as", "unused");
                case Treatment.Standardised standardised ->
                    node.put("as", "standardised").put("clip", standardised.clip());
                case Treatment.Evidence evidence ->
                    node.put("as", "evidence")
                            .put("bins", evidence.bins())
                            .put("minimum", evidence.minimum())
                            .put("woe", evidence.holder().name().toLowerCase(Locale.ROOT));
                case Treatment.Categories categories ->
                    node.put("as", "categories").put("most", categories.most());
                case Treatment.Stored _ -> throw new IllegalStateException("no file says what a table has");
            };
        }
    }

    /** The rows that judge the result. */
    public sealed interface Test {
        /** Those that fulfil all conditions. */
        record Rows(List<Dataset.Condition> conditions) implements Test {
            public Rows {
                conditions = List.copyOf(conditions);
            }
        }

        /** So much of good and bad alike, drawn by a seed ({@link StratifiedSplit}). */
        record Part(double part, int seed) implements Test {}
    }

    static Learning of(JsonNode node) {
        double threshold = node.path("threshold").asDouble(0.5);
        return new Learning(
                node.get("method").asText().equals("newton") ? newton(node) : descent(node),
                node.path("lossEvery").asInt(1),
                node.path("patience").asInt(0),
                Math.log(threshold / (1 - threshold)),
                node.path("reveal").asText("bank").equals("bank")
                        ? TrainingPlan.Reveal.BANK
                        : TrainingPlan.Reveal.NOBODY,
                node.has("treat") ? Use.of(node.get("treat")) : new Use(Optional.of(new Treatment.Standardised(0))),
                Optional.ofNullable(node.get("test")).map(Learning::test),
                node);
    }

    private static Method newton(JsonNode node) {
        Newton.Settings usual = Newton.Settings.DEFAULT;
        JsonNode inversion = node.path("inversion");
        return new Method.MaximumLikelihood(new Newton.Settings(
                node.path("iterations").asInt(usual.iterations()),
                inversion.path(0).asInt(usual.firstSteps()),
                inversion.path(1).asInt(usual.steps()),
                node.path("penalty").asDouble(0)));
    }

    private static Method descent(JsonNode node) {
        return new Method.GradientDescent(new Descent.Settings(
                node.path("epochs").asInt(10),
                node.path("batch").asInt(128),
                node.path("rate").asDouble(0.1),
                node.path("decay").asDouble(0),
                node.path("momentum").asDouble(0),
                node.path("penalty").asDouble(0),
                node.path("sigmoid").asText("accurate").equals("accurate")
                        ? Descent.Link.ACCURATE
                        : Descent.Link.THREE_PIECE,
                node.path("seed").asLong(1)));
    }

    private static Test test(JsonNode node) {
        return node.has("rows")
                ? new Test.Rows(Dataset.conditions(node.get("rows")))
                : new Test.Part(node.get("part").asDouble(), node.get("seed").asInt());
    }

    /**
     * The plan of a training over a data set.
     *
     * @param roles of the parties, in party order
     * @param label the bank's column that holds 1 for a bad business and 0 for another
     * @throws InvalidModel if the data set has no training, or columns of parties that are not there
     */
    public static TrainingPlan plan(Dataset dataset, List<String> roles, String bank, String label) {
        Learning learning = dataset.learning()
                .orElseThrow(() -> new InvalidModel(
                        dataset.name() + ": the data-set file has no 'training'; add how a model is to be learnt"));
        List<TrainingPlan.Column> columns = new ArrayList<>();
        for (int party = 0; party < roles.size(); party++) {
            for (Dataset.Column column : dataset.parties().getOrDefault(roles.get(party), List.of())) {
                int owner = party;
                learning.use(column)
                        .treatment()
                        .ifPresent(treatment -> columns.add(new TrainingPlan.Column(owner, column.name(), treatment)));
            }
        }
        if (!roles.containsAll(dataset.parties().keySet()) || dataset.label().isEmpty()) {
            throw new InvalidModel(dataset.name() + ": a training needs a label, and parties among " + roles);
        }
        return new TrainingPlan(
                columns,
                new TrainingPlan.Label(label, "1"),
                roles.indexOf(bank),
                learning.method(),
                learning.lossEvery(),
                learning.patience(),
                learning.threshold(),
                learning.reveal());
    }

    /**
     * The plan that a request describes: {@code training} as in a data-set file, {@code label} with {@code column} and
     * {@code bad}, and by role the {@code columns} with {@code name} and {@code treat}.
     *
     * @param request of the right form
     * @param table where the agencies' columns are, for a training from a stored table; then their {@code columns} name
     *     the raw columns to learn from, and a role that is left out gives all it has in the table
     * @throws IllegalArgumentException if it has columns of roles that are not there, or a number out of its range
     */
    public static TrainingPlan requested(
            JsonNode request, List<String> roles, String bank, Optional<StoredColumns> table) {
        Learning learning = of(request.get("training"));
        JsonNode asked = request.get("columns");
        asked.fieldNames().forEachRemaining(role -> {
            if (!roles.contains(role)) {
                throw new IllegalArgumentException("no party is called " + role + "; they are " + roles);
            }
        });
        List<TrainingPlan.Column> columns = new ArrayList<>();
        if (table.isPresent()) {
            columns.addAll(table.get().chosen(asked, roles.indexOf(bank)));
        }
        asked.properties().forEach(party -> {
            int owner = roles.indexOf(party.getKey());
            if (table.isPresent() && owner != roles.indexOf(bank)) {
                return;
            }
            party.getValue().forEach(column -> {
                Use use = column.has("treat") ? Use.of(column.get("treat")) : learning.use();
                use.treatment()
                        .ifPresent(treatment -> columns.add(new TrainingPlan.Column(
                                owner, column.get("name").asText(), treatment)));
            });
        });
        JsonNode label = request.get("label");
        TrainingPlan plan = new TrainingPlan(
                columns,
                new TrainingPlan.Label(
                        label.get("column").asText(), label.get("bad").asText()),
                roles.indexOf(bank),
                learning.method(),
                learning.lossEvery(),
                learning.patience(),
                learning.threshold(),
                learning.reveal(),
                table.map(StoredColumns::id));
        if (plan.table().isPresent() && plan.reveal() == TrainingPlan.Reveal.BANK) {
            StoredFeatures.check(plan, roles);
        }
        return plan;
    }

    /** As {@link #requested} of a training whose columns all owners bring in. */
    public static TrainingPlan requested(JsonNode request, List<String> roles, String bank) {
        return requested(request, roles, bank, Optional.empty());
    }

    /** The request that asks a bank's node for a training over a data set; subjects apart. */
    public static ObjectNode request(Dataset dataset, String label) {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("name", dataset.name());
        request.set("training", dataset.learning().orElseThrow().text());
        request.putObject("label").put("column", label).put("bad", "1");
        ObjectNode parties = request.putObject("columns");
        dataset.parties().forEach((role, columns) -> {
            var array = parties.putArray(role);
            for (Dataset.Column column : columns) {
                array.addObject()
                        .put("name", column.name())
                        .set(
                                "treat",
                                dataset.learning().orElseThrow().use(column).json());
            }
        });
        return request;
    }

    private Use use(Dataset.Column column) {
        boolean text = column.transform() instanceof Transform.Text
                || column.transform() instanceof Transform.First
                || column.transform() instanceof Transform.NaicsSector;
        return column.treatment().orElseGet(() -> text ? new Use(Optional.of(new Treatment.Categories(10))) : use);
    }
}
