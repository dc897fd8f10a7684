package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What a training brought, for a person or as one JSON object. */
final class TrainReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WIDTH = 60;

    private final PrintWriter out;
    private final boolean json;

    TrainReport(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** @param state as the bank's node tells it */
    void print(String name, JsonNode state, Optional<Path> model) {
        JsonNode result = state.get("result");
        if (json) {
            ObjectNode all = JSON.createObjectNode().put("name", name);
            model.ifPresent(file -> all.put("modelFile", file.toString()));
            all.put("proposals", state.get("proposals").asInt());
            all.set("losses", state.get("losses"));
            all.setAll((ObjectNode) result.deepCopy());
            if (result.has("coefficients")) {
                ObjectNode byName = JSON.createObjectNode();
                result.get("coefficients").forEach(each -> byName.set(key(each), each.get("value")));
                all.set("coefficients", byName);
            }
            JsonNode judged = result.has("testing") ? result.get("testing") : result.get("learning");
            all.set("auc", judged.get("auc"));
            all.set("ks", judged.get("ks"));
            all.set("confusion", judged.get("confusion"));
            out.println(all);
        } else {
            report(name, state, result, model);
        }
        out.flush();
    }

    private static String key(JsonNode coefficient) {
        return coefficient.has("owner")
                ? coefficient.get("owner").asText() + "."
                        + coefficient.get("name").asText()
                : coefficient.get("name").asText();
    }

    private void report(String name, JsonNode state, JsonNode result, Optional<Path> model) {
        line(
                "%s: learnt on shares by four nodes under rep4, in %.1f s and %d rounds; the bank sent %,d bytes.",
                name,
                result.get("milliseconds").asDouble() / 1000,
                result.get("rounds").asInt(),
                result.get("bytesSent").asLong());
        curve(state.get("losses"));
        if (result.has("coefficients")) {
            line("%nCoefficients");
            result.get("coefficients")
                    .forEach(each ->
                            line("  %-40s %14.7g", key(each), each.get("value").asDouble()));
        }
        metrics("learnt from", result.get("learning"));
        if (result.has("testing")) {
            metrics("judged by", result.get("testing"));
        }
        model.ifPresent(file -> line("%nThe model is in %s; tally score --activate %s uses it.", file, file));
        if (result.has("stored")) {
            line(
                    "%nNobody knows the weights. The four nodes score with them as model %s, digest %s.",
                    result.get("stored").get("name").asText(),
                    result.get("stored").get("digest").asText());
        }
    }

    /** A bar a step, from the least loss to the largest. */
    private void curve(JsonNode losses) {
        if (losses.isEmpty()) {
            return;
        }
        double most = 0;
        double least = Double.POSITIVE_INFINITY;
        for (JsonNode each : losses) {
            most = Math.max(most, each.get("loss").asDouble());
            least = Math.min(least, each.get("loss").asDouble());
        }
        line("%nMean loss");
        for (JsonNode each : losses) {
            double loss = each.get("loss").asDouble();
            int length = most > least ? (int) Math.round((loss - least) / (most - least) * WIDTH) : 0;
            line("  %5d  %.5f %s", each.get("step").asInt(), loss, "█".repeat(length));
        }
    }

    private void metrics(String what, JsonNode metrics) {
        JsonNode confusion = metrics.get("confusion");
        line(
                "%n%d rows %s, %d bad: AUC %.4f, KS %.4f; TN %d, FP %d, FN %d, TP %d; lift of the worst tenth %.2f",
                metrics.get("rows").asInt(),
                what,
                metrics.get("bad").asInt(),
                metrics.get("auc").asDouble(),
                metrics.get("ks").asDouble(),
                confusion.get("tn").asInt(),
                confusion.get("fp").asInt(),
                confusion.get("fn").asInt(),
                confusion.get("tp").asInt(),
                metrics.get("lift").get(0).asDouble());
    }

    private void line(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
    }
}
