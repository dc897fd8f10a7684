package org.tallystick.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.tallystick.node.NodeFailure;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tally score}: asks a bank's node for the score of one business, or of all in a CSV file. */
@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        description = "Asks the bank's node for the score of one business, or of every business in a CSV file.")
final class ScoreCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONSENT = "consent";

    @Spec
    private CommandSpec spec;

    @Option(names = "--node", required = true, paramLabel = "FOLDER", description = "The bank's node folder.")
    private Path node;

    @Option(names = "--model", paramLabel = "NAME", description = "The model (default: the only one that is active).")
    private Optional<String> model = Optional.empty();

    @Option(
            names = "--purpose",
            defaultValue = "loan application",
            paramLabel = "TEXT",
            description = "What the score is for (default: ${DEFAULT-VALUE}).")
    private String purpose;

    @Option(
            names = "--activate",
            paramLabel = "MODEL.json",
            description = "Activate this model file with the group first.")
    private Optional<Path> activate = Optional.empty();

    @Option(names = "--plan", description = "Also print how the node would compute the score, and why.")
    private boolean plan;

    @Option(
            names = "--force",
            paramLabel = "WAY",
            description = "Compute the score of one business garbled or bit-sliced, whatever is expected to be faster.")
    private Optional<String> force = Optional.empty();

    @Option(
            names = "--consent",
            paramLabel = "TOKEN",
            description = "The consent of one business; with --csv, consents are in the file's column of that name.")
    private Optional<String> consent = Optional.empty();

    @Option(names = "--json", description = "Print JSON, one object a line.")
    private boolean json;

    @ArgGroup(multiplicity = "1")
    private Subjects subjects;

    static final class Subjects {
        @Parameters(paramLabel = "SUBJECT", description = "The business's identifier.")
        private Optional<String> one = Optional.empty();

        @ArgGroup(exclusive = false, multiplicity = "1")
        private Batch batch;
    }

    static final class Batch {
        @Option(names = "--csv", required = true, paramLabel = "FILE.csv", description = "The businesses to score.")
        private Path file;

        @Option(
                names = "--id",
                defaultValue = "subject",
                paramLabel = "COLUMN",
                description = "The column with the identifiers (default: ${DEFAULT-VALUE}).")
        private String id;

        @Option(
                names = "--out",
                paramLabel = "FILE.csv",
                description = "Where to write the answers (default: print them).")
        private Optional<Path> out = Optional.empty();
    }

    @Override
    public Integer call() {
        try (RestClient bank = RestClient.of(node)) {
            Optional<String> activated = activate.map(file -> activated(bank, file));
            String name = model.or(() -> activated).orElseGet(() -> onlyModel(bank));
            ObjectNode request = JSON.createObjectNode().put("model", name).put("purpose", purpose);
            force.ifPresent(way -> request.put("force", forced(way)));
            if (plan) {
                print(
                        plan(bank, name),
                        found -> found.get("how").asText().replace('_', '-') + ": "
                                + found.get("reasons").asText());
            }
            return subjects.batch == null ? one(bank, request) : batch(bank, request);
        }
    }

    private String forced(String way) {
        if (!way.equals("garbled") && !way.equals("bit-sliced")) {
            throw new NodeFailure(
                    "\"" + way + "\" is no way to compute", "write --force garbled or --force bit-sliced");
        }
        if (subjects.batch != null) {
            throw new NodeFailure("--force is for one business", "leave it out: a job's chunks are chosen one by one");
        }
        return way.replace('-', '_');
    }

    private static JsonNode plan(RestClient bank, String model) {
        return bank.get("/v1/plan?model=" + URLEncoder.encode(model, StandardCharsets.UTF_8));
    }

    private void print(JsonNode found, Function<JsonNode, String> words) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? found : words.apply(found));
        out.flush();
    }

    private static String activated(RestClient bank, Path file) {
        try {
            return bank.post("/v1/models", "application/json", Files.readString(file))
                    .get("name")
                    .asText();
        } catch (IOException e) {
            throw new NodeFailure("the model file " + file + " cannot be read", "name a readable file", e);
        }
    }

    private static String onlyModel(RestClient bank) {
        JsonNode models = bank.get("/v1/models").path("models");
        if (models.size() != 1) {
            throw new NodeFailure(
                    models.isEmpty() ? "no model is active" : "more than one model is active",
                    models.isEmpty() ? "activate one with --activate MODEL.json" : "name one with --model");
        }
        return models.get(0).get("name").asText();
    }

    private int one(RestClient bank, ObjectNode request) {
        consent.ifPresent(token -> request.put("consent", token));
        JsonNode result = bank.post("/v1/scores", request.put("subject", subjects.one.orElseThrow()));
        print(result, found -> found.get("subject").asText() + ": " + answer(found) + since(found));
        return 0;
    }

    private int batch(RestClient bank, ObjectNode request) {
        if (consent.isPresent()) {
            throw new NodeFailure(
                    "--consent is for one business", "put consents into a column \"" + CONSENT + "\" of the file");
        }
        read(request);
        String job = bank.post("/v1/jobs", request).get("id").asText();
        JsonNode state = awaitEnd(bank, job);
        String form = json ? "application/x-ndjson" : "text/csv";
        String results = bank.getText("/v1/jobs/" + job + "/results", form);
        PrintWriter out = spec.commandLine().getOut();
        if (subjects.batch.out.isPresent()) {
            write(subjects.batch.out.get(), results);
            out.println(state.get("done").asInt() - state.get("failed").asInt() + " of "
                    + state.get("rows").asInt() + " scored, answers in " + subjects.batch.out.get());
        } else {
            out.print(results);
        }
        out.flush();
        if (!state.get("status").asText().equals("done")) {
            throw new NodeFailure(
                    "the job " + job + " failed: "
                            + state.path("problem").path("detail").asText(),
                    state.path("problem").path("remedy").asText("look at the node's log"));
        }
        return state.get("failed").asInt() == 0 ? 0 : 1;
    }

    private static JsonNode awaitEnd(RestClient bank, String job) {
        JsonNode state = bank.get("/v1/jobs/" + job);
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("scoring")
                .setUnit(" rows", 1)
                .setInitialMax(state.get("rows").asLong())
                .setUpdateIntervalMillis(200)
                .build()) {
            while (state.get("status").asText().equals("running")) {
                TimeUnit.MILLISECONDS.sleep(100);
                state = bank.get("/v1/jobs/" + job);
                bar.stepTo(state.get("done").asLong());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFailure("interrupted; the job goes on", "ask for it later: GET /v1/jobs/" + job, e);
        }
        return state;
    }

    /** The businesses of the file; with their consents where it has a column of them. */
    private void read(ObjectNode request) {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (CSVParser csv = CSVParser.parse(subjects.batch.file, StandardCharsets.UTF_8, format)) {
            if (!csv.getHeaderNames().contains(subjects.batch.id)) {
                throw new NodeFailure(
                        subjects.batch.file + " has no column \"" + subjects.batch.id + "\"",
                        "name the column with the identifiers: --id COLUMN");
            }
            if (csv.getHeaderNames().contains(CONSENT)) {
                ArrayNode rows = request.putArray("rows");
                csv.forEach(row -> {
                    ObjectNode each = rows.addObject().put("subject", row.get(subjects.batch.id));
                    if (!row.get(CONSENT).isBlank()) {
                        each.put(CONSENT, row.get(CONSENT));
                    }
                });
            } else {
                ArrayNode rows = request.putArray("subjects");
                csv.forEach(row -> rows.add(row.get(subjects.batch.id)));
            }
        } catch (IOException e) {
            throw new NodeFailure("the file " + subjects.batch.file + " cannot be read", "name a readable CSV file", e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new NodeFailure("the file " + file + " cannot be written", "name another with --out", e);
        }
    }

    /** Of an earlier answer, from the bank's own record. */
    private static String since(JsonNode result) {
        return result.has("answeredAt")
                ? " (its answer of " + result.get("answeredAt").asText() + ")"
                : "";
    }

    private static String answer(JsonNode result) {
        JsonNode answer = result.path("answer");
        List<String> reasons = answer.path("reasons").findValuesAsText("feature");
        String because = answer.has("reasons")
                ? ", against it: " + (reasons.isEmpty() ? "nothing" : String.join(", ", reasons))
                : "";
        return bare(answer) + because;
    }

    private static String bare(JsonNode answer) {
        if (answer.has("band")) {
            return "band " + answer.path("band").path("name").asText();
        }
        if (answer.has("points")) {
            return answer.get("points").asLong() + " points";
        }
        return "PD from " + answer.path("pd").path("atLeast").asDouble() + " to below "
                + answer.path("pd").path("below").asDouble();
    }
}
