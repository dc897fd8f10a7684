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
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.Model;
import org.tallystick.node.cli.Tally;
import picocli.CommandLine;

/** {@code tally train} over four processes. */
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
    private Path folder;

    private record Run(int code, String out, String err) {
        static Run of(String... arguments) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            CommandLine line = Tally.commandLine();
            line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
            int code = line.execute(arguments);
            return new Run(code, out.toString(), err.toString());
        }
    }

    @Test
    void aMadeUpDataSetGivesAModelThatTellsBadFromGood() throws IOException {
        Files.writeString(folder.resolve("loans.csv"), loans(400));
        Path dataset = Files.writeString(folder.resolve("loans.yaml"), DATASET);
        Path model = folder.resolve("model.json");

        Run run = Run.of("train", dataset.toString(), "--out", model.toString(), "--json");

        assertEquals(0, run.code(), run.err());
        JsonNode result = new ObjectMapper().readTree(run.out());
        assertEquals(300, result.get("learning").get("rows").asInt());
        assertEquals(100, result.get("testing").get("rows").asInt());
        assertTrue(result.get("auc").asDouble() > .8, run.out());
        assertEquals(3, result.get("losses").size());
        assertTrue(result.get("coefficients").get("bank.flow").asDouble() < -.5, run.out());
        int sum = 0;
        for (String cell : new String[] {"tn", "fp", "fn", "tp"}) {
            sum += result.get("confusion").get(cell).asInt();
        }
        assertEquals(100, sum);
        assertEquals("made-up", Model.read(model).name());
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
        Path dataset = Files.writeString(folder.resolve("loans.yaml"), DATASET);
        assertFails(Run.of("train", dataset.toString()), "no such file");
        Files.writeString(folder.resolve("loans.csv"), "Nr,Out,flow,sales,zone\n1,yes,few,1,a\n");
        assertFails(Run.of("train", dataset.toString()), "not a number");
        Files.writeString(dataset, DATASET.replace("newton", "magic"));
        assertFails(Run.of("train", dataset.toString()), "/training/method");
    }

    private static void assertFails(Run run, String because) {
        assertEquals(1, run.code(), run.out());
        assertTrue(run.err().contains(because), run.err());
    }
}
