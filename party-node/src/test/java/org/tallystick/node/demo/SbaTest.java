package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.cli.Tally;

/** Real data through four processes: the published table of Li, Mickel and Taylor (2018), and a stranger's own CSV. */
@Tag("slow")
final class SbaTest {
    private static final Path DATA = Path.of("../../shared/data/sba_case");

    @TempDir
    private Path temporary;

    private JsonNode demo(Path data) throws IOException {
        NodeArchive.use();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Tally.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "demo",
                        "--json",
                        "--data",
                        data.toString(),
                        "--folder",
                        temporary.resolve("group").toString());
        assertEquals(0, code, err::toString);
        return LiveGroup.JSON.readTree(out.toString());
    }

    @Test
    void allLoansGiveThePublishedTable() throws IOException {
        assumeTrue(
                Files.isDirectory(DATA),
                "skipped: no real data at " + DATA.toAbsolutePath().normalize());

        JsonNode result = demo(DATA);

        assertEquals(1051, result.get("scored").asInt(), result::toString);
        assertEquals(1051, result.get("agreed").asInt(), result::toString);
        assertEquals(
                LiveGroup.JSON.readTree("{\"tn\": 682, \"fp\": 14, \"fn\": 324, \"tp\": 31}"),
                result.get("confusion"),
                result::toString);
    }

    /** Nothing but three files of one's own: a table, who holds what, and a model. */
    @Test
    void aStrangersTableIsScoredWithoutCode() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("bakeries"));
        LiveGroup.write(folder.resolve("bakeries.csv"), """
            Shop;ignored,Town,Ovens,Flour,Water,Closed
            "Crumb, Ltd",x,Ems,3,12.5,80,no
            Rye & Sons,y,Ulm,,90,10,yes
            Dough GmbH,z,Ems,1,3,n/a,no
            """.replace("Shop;ignored", "Shop,Ignored"));
        LiveGroup.write(folder.resolve("bakeries.yaml"), """
            tallystick: dataset/1
            name: bakeries
            model: model.json
            file: bakeries.csv
            id: {column: Shop, kind: text}
            label: {column: Closed, bad: "yes"}
            missing: ["n/a"]
            parties:
              bank:
                - {name: ovens, column: Ovens, as: number}
              tax:
                - {name: flour, column: Flour, as: number}
                - {name: town, column: Town, as: text}
              utility:
                - {name: water, column: Water, as: number}
            """);
        LiveGroup.write(folder.resolve("model.json"), """
            {
              "tallystick": "model/1", "name": "bakeries", "version": "1", "kind": "logistic",
              "parties": ["tax", "utility", "social-security", "bank"], "bank": "bank", "intercept": -0.5,
              "features": [
                {"name": "ovens", "owner": "bank", "kind": "number", "unit": "ovens", "range": [0, 10],
                 "missingValue": 2, "weight": -0.4},
                {"name": "flour", "owner": "tax", "kind": "number", "unit": "t", "range": [0, 100],
                 "missingValue": 10, "weight": 0.03},
                {"name": "town", "owner": "tax", "kind": "category", "weights": {"Ems": 0.2, "Ulm": -0.1},
                 "otherWeight": 0},
                {"name": "water", "owner": "utility", "kind": "number", "unit": "m3", "range": [0, 100],
                 "missingValue": 50, "weight": -0.01}
              ],
              "bands": {"on": "pd", "order": "best-first", "names": ["lend", "ask", "leave"],
                        "thresholds": [0.3, 0.6]},
              "reasons": {"count": 2, "reference": {"ovens": 3, "flour": 5, "town": "Ulm", "water": null}},
              "output": {"kind": "band"}
            }
            """);

        JsonNode result = demo(folder);

        assertEquals(3, result.get("scored").asInt(), result::toString);
        assertEquals(3, result.get("agreed").asInt(), result::toString);
    }
}
