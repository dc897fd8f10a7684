package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;

/** What an evaluation brought, for a person or as one JSON object. */
final class EvaluateReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private final boolean json;

    EvaluateReport(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** @param result as the bank's node tells it */
    void print(String name, JsonNode result) {
        if (json) {
            ObjectNode all = JSON.createObjectNode().put("name", name);
            out.println(all.setAll((ObjectNode) result.deepCopy()));
        } else {
            report(name, result);
        }
        out.flush();
    }

    private void report(String name, JsonNode result) {
        line(
                "%s: judged on shares by four nodes under rep4, in %.1f s and %d rounds; the bank sent %,d bytes.",
                name,
                result.get("milliseconds").asDouble() / 1000,
                result.get("rounds").asInt(),
                result.get("bytesSent").asLong());
        JsonNode confusion = result.get("confusion");
        line(
                "%n%d rows, %d bad: AUC %.4f, KS %.4f; TN %d, FP %d, FN %d, TP %d",
                result.get("rows").asInt(),
                result.get("bad").asInt(),
                result.get("auc").asDouble(),
                result.get("ks").asDouble(),
                confusion.get("tn").asInt(),
                confusion.get("fp").asInt(),
                confusion.get("fn").asInt(),
                confusion.get("tp").asInt());
        line("%nRiskiest    rows     bad    lift");
        for (int decile = 0; decile < result.get("deciles").size(); decile++) {
            JsonNode each = result.get("deciles").get(decile);
            line(
                    "  %3d %% %8d%8d%8.2f",
                    10 * (decile + 1),
                    each.get("rows").asInt(),
                    each.get("bad").asInt(),
                    result.get("lift").get(decile).asDouble());
        }
    }

    private void line(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
    }
}
