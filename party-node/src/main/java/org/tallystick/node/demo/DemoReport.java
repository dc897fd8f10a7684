package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tallystick.models.Answer;
import org.tallystick.models.Business;
import org.tallystick.models.Compiled;
import org.tallystick.models.Metrics;
import org.tallystick.node.audit.AuditReport;
import org.tallystick.node.audit.Finding;
import org.tallystick.node.config.Role;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;

/** What a demonstration prints: a report for people, or one JSON object. */
final class DemoReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 8;
    private static final int SHOWN_MESSAGES = 4;

    private final PrintWriter out;
    private final boolean json;

    DemoReport(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    private void line(String format, Object... values) {
        if (!json) {
            out.printf(Locale.ROOT, format + "%n", values);
            out.flush();
        }
    }

    void title(String data, Compiled compiled) {
        line("Tallystick scores %s with the model %s.", data, compiled.model().name());
        line("Profile %s: %s.", Profile.REP4.id(), Profile.REP4.adversary());
        line(
                "Program %s, numbers of %d bits.%n",
                ProgramHash.of(compiled.program()).hex().substring(0, 16),
                compiled.program().width());
    }

    /** One line of its own. */
    void note(String text) {
        line("%s", text);
    }

    void step(String what, long since) {
        line("%6.1f s  %s", (System.nanoTime() - since) / 1e9, what);
    }

    void result(DemoResult result, Compiled compiled) {
        line("%nAnswers, beside the plaintext scorer's:");
        line("  %-20s %-12s %-12s %s", "subject", "four nodes", "plaintext", "defaulted");
        for (int k = 0; k < Math.min(SHOWN, result.businesses().size()); k++) {
            Business business = result.businesses().get(k);
            JsonNode row = result.answers().get(business.id());
            line(
                    "  %-20s %-12s %-12s %s",
                    business.id(),
                    row == null ? "none" : text(row),
                    text(result.oracle().get(k)),
                    business.bad().map(bad -> bad ? "yes" : "no").orElse("unknown"));
        }
        if (result.businesses().size() > SHOWN) {
            line("  … and %d more", result.businesses().size() - SHOWN);
        }
        line("%nEqual to the plaintext scorer: %d of %d", result.agreed(), result.scored());
        if (result.hasConfusion()) {
            Metrics.Confusion found = result.confusion(worst(compiled));
            line(
                    "Called bad, against what happened: TN %d, FP %d, FN %d, TP %d",
                    found.tn(), found.fp(), found.fn(), found.tp());
        }
        line(
                "One score over REST: p50 %.1f ms, p99 %.1f ms (%d in a row, after warm-up)",
                result.millis(0.5), result.millis(0.99), result.latencies().length);
        if (result.together() > 0) {
            line(
                    "The rest, up to 1000 in a request: %d rows in %.2f s, %.0f rows a second",
                    result.together(), result.seconds(), result.rowsPerSecond());
        }
        long[] sent = result.cost().bytesSent();
        line(
                "One score takes %d rounds and %d bytes: tax %d, utility %d, social-security %d, bank %d",
                result.cost().rounds(), result.cost().totalBytes(), sent[0], sent[1], sent[2], sent[3]);
    }

    void oneBusiness(Business business, JsonNode answer, List<JsonNode> sessions, Compiled compiled) {
        line("%nWhat each node had to do with %s (answer: %s):", business.id(), text(answer));
        for (Role role : Role.values()) {
            JsonNode seen = sessions.get(role.ordinal());
            line("  %s", role.id());
            Map<String, String> row = business.rows().get(role.id());
            line("    own columns   %s", row == null ? "no record" : row);
            JsonNode held = seen.path("trace").path("held").path(0).path("values");
            line("    as integers   %s", held.isEmpty() ? "none" : clip(held.toString()));
            for (String direction : List.of("sent", "received")) {
                messages(seen.path("trace").path("messages"), direction);
            }
        }
        line(
                "  Every byte above is a masked share, a label, a digest or a pad; only %s learns the answer.",
                compiled.model().bank());
    }

    private static String clip(String text) {
        return text.length() <= 160 ? text : text.substring(0, 159) + "…";
    }

    private void messages(JsonNode messages, String direction) {
        int count = 0;
        long bytes = 0;
        StringBuilder shown = new StringBuilder();
        for (JsonNode message : messages) {
            if (message.get("direction").asText().equals(direction)) {
                count++;
                bytes += message.get("bytes").asLong();
                if (count <= SHOWN_MESSAGES) {
                    shown.append(String.format(
                            Locale.ROOT,
                            "%n                    round %d %s %s: %d bytes, %s…",
                            message.get("round").asInt(),
                            direction.equals("sent") ? "to" : "from",
                            message.get("peer").asText(),
                            message.get("bytes").asInt(),
                            message.get("start").asText()));
                }
            }
        }
        line("    %-13s %d bytes in %d messages%s", direction, bytes, count, shown);
    }

    void audit(LogDemo.Audited audited) {
        AuditReport honest = audited.honest();
        line("%nReceipts, each node's own log, held against each other by tally audit:");
        honest.logs().forEach(log -> line("  %-16s %d receipts", Role.values()[log.party()].id(), log.receipts()));
        line(
                "  %d sessions, %d with answers: %s",
                honest.sessions(), honest.counting(), honest.agree() ? "the logs agree" : "THE LOGS DO NOT AGREE");
        honest.findings().stream().limit(SHOWN).forEach(this::finding);
        line("  With the tax log's first receipt dropped, and signed anew with its own key:");
        audited.forged().findings().stream().limit(3).forEach(this::finding);
    }

    private void finding(Finding finding) {
        List<String> names = finding.parties().stream()
                .map(party -> Role.values()[party].id())
                .toList();
        line("    %s: %s: %s", String.join(" or ", names), finding.kind(), finding.text());
    }

    void end(DemoResult result, Compiled compiled, LogDemo.Audited audited) {
        if (!json) {
            return;
        }
        ObjectNode object = JSON.createObjectNode()
                .put("scored", result.scored())
                .put("agreed", result.agreed())
                .put("p50_ms", round(result.millis(0.5)))
                .put("p99_ms", round(result.millis(0.99)))
                .put("rows_per_second", Math.round(result.rowsPerSecond()))
                .put("rounds", result.cost().rounds())
                .put("logs_agree", audited.honest().agree())
                .put("forged_log_found", !audited.forged().agree());
        ObjectNode bytes = object.putObject("bytes_per_party");
        for (Role role : Role.values()) {
            bytes.put(role.id(), result.cost().bytesSent()[role.ordinal()]);
        }
        if (result.hasConfusion()) {
            Metrics.Confusion found = result.confusion(worst(compiled));
            object.putObject("confusion")
                    .put("tn", found.tn())
                    .put("fp", found.fp())
                    .put("fn", found.fn())
                    .put("tp", found.tp());
        }
        out.println(object);
        out.flush();
    }

    void kept(Path folder, Consortium nodes) {
        String text = "The nodes go on running in " + folder + ", processes " + nodes.pids() + "; stop them with: kill "
                + String.join(" ", nodes.pids().stream().map(String::valueOf).toList());
        if (json) {
            System.err.println(text);
        } else {
            line("%n%s", text);
        }
    }

    private static double round(double millis) {
        return Math.round(millis * 1000) / 1000.0;
    }

    static int worst(Compiled compiled) {
        return compiled.model()
                .bands()
                .map(bands -> bands.bestFirst().size() - 1)
                .orElse(0);
    }

    private static String text(Answer answer) {
        return switch (answer) {
            case Answer.Band band -> band.name();
            case Answer.Points points -> points.points() + " points";
            case Answer.Pd pd -> String.format(Locale.ROOT, "PD %.3f", pd.atLeast());
            case Answer.Explained explained -> text(explained.answer());
        };
    }

    private static String text(JsonNode row) {
        JsonNode answer = row.path("answer");
        if (answer.has("band")) {
            return answer.path("band").path("name").asText();
        }
        if (answer.has("points")) {
            return answer.get("points").asLong() + " points";
        }
        if (answer.has("pd")) {
            return String.format(
                    Locale.ROOT, "PD %.3f", answer.path("pd").path("atLeast").asDouble());
        }
        return row.path("problem").path("code").asText("none");
    }
}
