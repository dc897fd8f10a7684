package org.tallystick.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tally key}: the keys by which systems call a node that runs. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description = "The keys by which systems call a node. The node must be running.")
final class KeyCommand implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--node",
            paramLabel = "FOLDER",
            required = true,
            scope = ScopeType.INHERIT,
            description = "The node's folder.")
    private Path node;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Makes a key and prints it, this once: what the system sends as a bearer token.")
    void add(
            @Parameters(paramLabel = "LABEL") String label,
            @Option(
                            names = "--role",
                            defaultValue = "client",
                            paramLabel = "ROLE",
                            description = "Its role (default: ${DEFAULT-VALUE}).")
                    String role,
            @Option(
                            names = "--days",
                            defaultValue = "365",
                            paramLabel = "N",
                            description = "How long it holds (default: ${DEFAULT-VALUE}).")
                    int days) {
        try (RestClient rest = RestClient.of(node)) {
            JsonNode key = rest.post(
                    "/v1/keys",
                    JSON.createObjectNode()
                            .put("label", label)
                            .put("role", role)
                            .put("days", days));
            say(key.path("secret").asText());
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the keys, without their secrets.")
    void list() {
        try (RestClient rest = RestClient.of(node)) {
            for (JsonNode key : rest.get("/v1/keys").path("keys")) {
                String end = key.has("revokedAt")
                        ? "revoked " + key.path("revokedAt").asText()
                        : "until " + key.path("expiresAt").asText();
                say(key.path("label").asText() + "  " + key.path("role").asText() + "  " + end);
            }
        }
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Lets nobody in with a key any more.")
    void revoke(@Parameters(paramLabel = "LABEL") String label) {
        try (RestClient rest = RestClient.of(node)) {
            rest.delete("/v1/keys/" + label);
        }
        say("Revoked " + label + ".");
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
