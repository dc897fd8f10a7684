package org.tallystick.node.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tallystick.node.audit.AuditKeys;
import org.tallystick.node.audit.AuditReport;
import org.tallystick.node.audit.Finding;
import org.tallystick.node.audit.LogAudit;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.TextPrices;
import org.tallystick.node.session.Hash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code tally audit}: proves offline that four logs of receipts agree, or names which node is missing, altered or
 * forked what. Exit codes: 0 they agree, 3 they do not, 1 a file cannot be used, 2 wrong usage.
 */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Holds the nodes' exported logs of receipts against each other, offline.",
        footer = {
            "Exit codes: 0 the logs agree, 3 they do not, 1 a file cannot be used, 2 wrong usage.",
            "An export is what GET /v1/receipts/export answers at a node."
        })
final class AuditCommand implements Callable<Integer> {
    private static final int DISAGREE = 3;
    private static final int MOST_PRINTED = 100;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..4", paramLabel = "EXPORT", description = "The exports, one of each node, in any order.")
    private List<Path> exports;

    @Option(
            names = "--group",
            required = true,
            paramLabel = "NODE.yaml",
            description = "A node's configuration, or its folder: of it, the group's name and public keys are used.")
    private Path group;

    @Option(
            names = "--grace",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "How young before a log's end a session may be without being missed there (default: 60).")
    private int grace;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        NodeConfig config = NodeConfigFile.read(group);
        AuditKeys keys = new AuditKeys(
                config.group().id(),
                Role.ids(),
                config.parties().stream()
                        .map(party -> HexFormat.of().parseHex(party.signingKey()))
                        .toList());
        AuditReport report = LogAudit.of(exports, keys, Duration.ofSeconds(Math.max(0, grace)), new TextPrices());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(report));
        } else {
            print(report, out);
        }
        out.flush();
        return report.agree() ? 0 : DISAGREE;
    }

    private static void print(AuditReport report, PrintWriter out) {
        report.logs()
                .forEach(log -> out.printf(
                        "%-16s %,10d receipts, complete until %s%n",
                        Role.values()[log.party()].id(), log.receipts(), Instant.ofEpochMilli(log.until())));
        out.printf(
                "%,d sessions, %,d of them with answers%s%n",
                report.sessions(),
                report.counting(),
                report.open() == 0 ? "" : ", " + report.open() + " too young to be in every log");
        report.findings().stream()
                .limit(MOST_PRINTED)
                .forEach(finding -> out.println(String.join(" or ", names(finding)) + ": " + finding.kind() + ": "
                        + finding.text()
                        + finding.session()
                                .map(session -> ", session " + session.hex())
                                .orElse("")));
        if (report.findings().size() > MOST_PRINTED) {
            out.println("and " + (report.findings().size() - MOST_PRINTED) + " more; --json prints all");
        }
        out.println(
                report.agree()
                        ? "The logs agree."
                        : "THE LOGS DO NOT AGREE: " + report.findings().size() + " findings.");
    }

    private static List<String> names(Finding finding) {
        return finding.parties().stream()
                .map(party -> Role.values()[party].id())
                .toList();
    }

    private static String json(AuditReport report) {
        ObjectNode json = new ObjectMapper().createObjectNode().put("agree", report.agree());
        var logs = json.putArray("logs");
        report.logs()
                .forEach(log -> logs.addObject()
                        .put("node", Role.values()[log.party()].id())
                        .put("receipts", log.receipts())
                        .put("until", Instant.ofEpochMilli(log.until()).toString()));
        json.put("sessions", report.sessions())
                .put("withAnswers", report.counting())
                .put("open", report.open());
        var findings = json.putArray("findings");
        for (Finding finding : report.findings()) {
            ObjectNode each = findings.addObject();
            if (finding.parties().size() == 1) {
                each.put("node", names(finding).getFirst());
            } else {
                // One of them, and the logs cannot tell which.
                names(finding).forEach(each.putArray("between")::add);
            }
            each.put("kind", finding.kind().name().toLowerCase(Locale.ROOT)).put("text", finding.text());
            finding.session().map(Hash::hex).ifPresent(session -> each.put("session", session));
        }
        return json.toString();
    }
}
