package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.Accuracy;
import org.tallystick.models.Answer;
import org.tallystick.models.Business;
import org.tallystick.models.Dataset;
import org.tallystick.models.DatasetReader;
import org.tallystick.models.Feature;
import org.tallystick.models.Model;
import org.tallystick.models.PlainScorer;
import org.tallystick.node.cli.Tally;
import org.tallystick.training.BinCounts;
import org.tallystick.training.Preparation;
import org.tallystick.training.Prepared;
import org.tallystick.training.TrainingPlan;
import picocli.CommandLine;

/**
 * {@code tally train}, and what {@code tally evaluate} and {@code tally score} make of its model, by four processes.
 */
@Tag("slow")
final class TrainTest {
    private static final String DATASET = """
        tallystick: dataset/1
        name: made-up
        file: loans.csv
        id: {column: Nr, kind: text}
        label: {column: Out, bad: "yes"}
        missing: ["?"]
        training: {method: newton, test: {part: 0.25, seed: 1}, lossEvery: 3}
        parties:
          bank: [{name: flow, as: number}]
          tax: [{name: sales, as: number, treat: {as: evidence, bins: 4, minimum: 2}}]
          utility: [{name: zone, as: text, treat: {as: categories, most: 3}}]
        """;

    @TempDir
    private static Path folder;

    private static Path dataset;
    private static Path model;
    private static Path group;
    private static JsonNode trained;

    private record Run(int code, String out, String err) {
        static Run of(String... arguments) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            CommandLine line = Tally.commandLine();
            line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
            int code = line.execute(arguments);
            return new Run(code, out.toString(), err.toString());
        }

        JsonNode json() throws IOException {
            assertEquals(0, code, err);
            return new ObjectMapper().readTree(out);
        }
    }

    @BeforeAll
    static void train() throws IOException {
        NodeArchive.use();
        Files.writeString(folder.resolve("loans.csv"), loans(400));
        dataset = Files.writeString(folder.resolve("loans.yaml"), DATASET);
        model = folder.resolve("model.json");
        group = folder.resolve("group");
        trained = Run.of("train", dataset.toString(), "--out", model.toString(), "--folder", group.toString(), "--json")
                .json();
    }

    @Test
    void aMadeUpDataSetGivesAModelThatTellsBadFromGood() {
        assertEquals(300, trained.get("learning").get("rows").asInt());
        assertEquals(100, trained.get("testing").get("rows").asInt());
        assertTrue(trained.get("auc").asDouble() > .8, trained::toString);
        assertEquals(3, trained.get("losses").size());
        assertTrue(trained.get("coefficients").get("bank.flow").asDouble() < -.5, trained::toString);
        int sum = 0;
        for (String cell : new String[] {"tn", "fp", "fn", "tp"}) {
            sum += trained.get("confusion").get(cell).asInt();
        }
        assertEquals(100, sum);
        assertEquals("made-up", Model.read(model).name());
    }

    @Test
    void theModelFileIsJudgedAsTheTrainingJudgedIt() throws IOException {
        JsonNode judged = Run.of(
                        "evaluate",
                        dataset.toString(),
                        "--model",
                        model.toString(),
                        "--group",
                        group.toString(),
                        "--json")
                .json();
        assertEquals("made-up", judged.get("name").asText());
        assertEquals(100, judged.get("rows").asInt());
        assertEquals(trained.get("testing").get("bad"), judged.get("bad"));
        assertEquals(trained.get("confusion"), judged.get("confusion"));
        // Scores of the file are rounded to 2^-16 and may fall into the next bin of 2^-8.
        assertEquals(trained.get("auc").asDouble(), judged.get("auc").asDouble(), .003);
        assertEquals(trained.get("ks").asDouble(), judged.get("ks").asDouble(), .03);
        assertEquals(10, judged.get("deciles").size());
        assertEquals(100, judged.get("deciles").get(9).get("rows").asInt());
        assertTrue(judged.get("rounds").asInt() > 10 && judged.get("bytesSent").asLong() > 1000, judged::toString);
    }

    /** What the tax office keeps of its evidence, worked out here from the rows in plain. */
    @Test
    void scoresWithEvidenceThatStaysWithItsOwnerAreThoseOfPlaintext() throws IOException {
        Dataset read = Dataset.read(dataset);
        DatasetReader.Split split = DatasetReader.split(read, folder);
        Prepared evidence = evidence(split);
        Model learnt = Model.read(model);
        assertTrue(learnt.features().stream().anyMatch(Feature.Kept.class::isInstance));
        PlainScorer oracle = PlainScorer.of(learnt, rule -> Optional.of(evidence::number));
        Path asked = Files.writeString(
                folder.resolve("asked.csv"),
                "subject\n"
                        + String.join(
                                "\n", split.testing().stream().map(Business::id).toList()));
        List<JsonNode> answers = new ArrayList<>();
        try (Consortium _ = Consortium.start(group, LiveGroup.FLAGS)) {
            Run run = Run.of(
                    "score",
                    "--node",
                    group.resolve("bank").toString(),
                    "--activate",
                    model.toString(),
                    "--csv",
                    asked.toString(),
                    "--json");
            assertEquals(0, run.code(), run.err());
            for (String line : run.out().strip().split("\n")) {
                answers.add(new ObjectMapper().readTree(line));
            }
        }
        assertEquals(split.testing().size(), answers.size());
        int declined = 0;
        for (int row = 0; row < answers.size(); row++) {
            Business business = split.testing().get(row);
            // None is so close to the threshold that rounding decides.
            assertTrue(Math.abs(oracle.score(business.rows())) > Accuracy.bound(learnt), business::id);
            Answer.Band plain = (Answer.Band) oracle.answer(business.rows());
            assertEquals(business.id(), answers.get(row).get("subject").asText());
            assertEquals(plain.name(), answers.get(row).at("/answer/band/name").asText(), business.id());
            declined += plain.name().equals("decline") ? 1 : 0;
        }
        JsonNode confusion = trained.get("confusion");
        assertEquals(confusion.get("fp").asInt() + confusion.get("tp").asInt(), declined);
    }

    private static Prepared evidence(DatasetReader.Split split) {
        TrainingPlan.Column sales = new TrainingPlan.Column(
                0, "sales", new TrainingPlan.Treatment.Evidence(4, 2, TrainingPlan.Holder.OWNER));
        List<Optional<Map<String, String>>> rows = new ArrayList<>();
        split.learning()
                .forEach(
                        business -> rows.add(Optional.ofNullable(business.rows().get("tax"))));
        List<Double> edges = Preparation.edges(sales, 4, rows);
        long[] bins = Preparation.indicators(sales, edges, rows);
        long[] bad = new long[edges.size() + 2];
        for (int row = 0; row < rows.size(); row++) {
            for (int bin = 0; bin < bad.length; bin++) {
                bad[bin] += split.learning().get(row).bad().orElseThrow() ? bins[bin * rows.size() + row] : 0;
            }
        }
        assertTrue(Arrays.stream(bad).allMatch(each -> each >= 2), () -> Arrays.toString(bad));
        return Preparation.evidence(
                sales, edges, rows, new BinCounts.Counts(bad, Arrays.stream(bad).sum()), 16);
    }

    /** Bad ones have little flow and few sales. */
    private static String loans(int count) {
        Random random = new Random(4);
        StringBuilder csv = new StringBuilder("Nr,Out,flow,sales,zone\n");
        for (int row = 0; row < count; row++) {
            double flow = random.nextGaussian();
            double sales = random.nextGaussian();
            boolean bad = -2 * flow - 1.5 * sales + random.nextGaussian() > 1;
            csv.append("n%d,%s,%.3f,%s,%s\n"
                    .formatted(
                            row,
                            bad ? "yes" : "no",
                            flow,
                            row % 11 == 0 ? "?" : "%.3f".formatted(sales),
                            "abc".charAt(random.nextInt(3))));
        }
        return csv.toString();
    }

    @Test
    void whatCannotBeLearntIsSaidBeforeANodeStarts() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path file = Files.writeString(other.resolve("loans.yaml"), DATASET);
        assertFails(Run.of("train", file.toString()), "no such file");
        Files.writeString(other.resolve("loans.csv"), "Nr,Out,flow,sales,zone\n1,yes,few,1,a\n");
        assertFails(Run.of("train", file.toString()), "not a number");
        Files.writeString(file, DATASET.replace("newton", "magic"));
        assertFails(Run.of("train", file.toString()), "/training/method");
    }

    @Test
    void whatCannotBeJudgedIsSaidBeforeANodeStarts() throws IOException {
        String[] evaluate = {"evaluate", dataset.toString()};
        assertFails(Run.of(evaluate), "no model");
        assertFails(Run.of("evaluate", dataset.toString(), "--model", "nowhere.json"), "cannot be read");
        assertFails(Run.of("evaluate", dataset.toString(), "--model", model.toString()), "the tax node keeps of sales");
        Path file = Files.writeString(folder.resolve("fewer.yaml"), DATASET.replace("name: flow", "name: flux"));
        String[] other = {"evaluate", file.toString(), "--model", model.toString(), "--group", group.toString()};
        assertFails(Run.of(other), "has no column flow");
    }

    private static void assertFails(Run run, String because) {
        assertEquals(1, run.code(), run.out());
        assertTrue(run.err().contains(because), run.err());
    }
}
