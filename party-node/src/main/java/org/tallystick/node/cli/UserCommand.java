package org.tallystick.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.certs.Pem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tally user}: the people who may log in at a node that runs. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        description = "The people who may log in at a node. The node must be running.")
final class UserCommand implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int GROUPS = 5;
    private static final int GROUP = 4;

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
            description =
                    "Adds a user. The password is made here and shown once, unless a file has it; the user changes"
                            + " it at the first log-in.")
    void add(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--role",
                            required = true,
                            split = ",",
                            paramLabel = "ROLE",
                            description =
                                    "operator," + " data-officer, approver, auditor or client; several with commas.")
                    List<String> roles,
            @Option(names = "--password-file", paramLabel = "FILE", description = "A file only its owner can read.")
                    Optional<Path> file) {
        Password password = Password.of(file);
        ObjectNode body = JSON.createObjectNode().put("name", name).put("password", password.text());
        roles.forEach(body.putArray("roles")::add);
        try (RestClient rest = RestClient.of(node)) {
            rest.post("/v1/users", body);
        }
        say("Added " + name + " as " + String.join(", ", roles) + "." + password.shown());
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the users.")
    void list() {
        try (RestClient rest = RestClient.of(node)) {
            for (JsonNode user : rest.get("/v1/users").path("users")) {
                List<String> roles = new ArrayList<>();
                user.path("roles").forEach(role -> roles.add(role.asText()));
                String state = !user.path("enabled").asBoolean()
                        ? "  disabled"
                        : user.path("provisional").asBoolean() ? "  has not chosen a password yet" : "";
                say(user.path("name").asText() + "  " + String.join(",", roles) + state);
            }
        }
    }

    @Command(
            name = "disable",
            mixinStandardHelpOptions = true,
            description = "Lets a user in no more and ends the user's sessions.")
    void disable(@Parameters(paramLabel = "NAME") String name) {
        try (RestClient rest = RestClient.of(node)) {
            rest.delete("/v1/users/" + name);
        }
        say("Disabled " + name + ".");
    }

    @Command(name = "enable", mixinStandardHelpOptions = true, description = "Lets a disabled user in again.")
    void enable(@Parameters(paramLabel = "NAME") String name) {
        try (RestClient rest = RestClient.of(node)) {
            rest.post("/v1/users/" + name + "/enable", JSON.createObjectNode());
        }
        say("Enabled " + name + ".");
    }

    @Command(
            name = "password",
            mixinStandardHelpOptions = true,
            description = "Sets a password, which the user changes at the next log-in; ends sessions and pauses.")
    void password(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--password-file", paramLabel = "FILE", description = "A file only its owner can read.")
                    Optional<Path> file) {
        Password password = Password.of(file);
        try (RestClient rest = RestClient.of(node)) {
            rest.post("/v1/users/" + name + "/password", JSON.createObjectNode().put("password", password.text()));
        }
        say("Set the password of " + name + "." + password.shown());
    }

    @Command(name = "roles", mixinStandardHelpOptions = true, description = "Gives a user these roles.")
    void roles(
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1", split = ",", paramLabel = "ROLE") List<String> roles) {
        ObjectNode body = JSON.createObjectNode();
        roles.forEach(body.putArray("roles")::add);
        try (RestClient rest = RestClient.of(node)) {
            rest.post("/v1/users/" + name + "/roles", body);
        }
        say(name + " has the roles " + String.join(", ", roles) + " now.");
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** A password, and whether it was made here. */
    private record Password(String text, boolean made) {
        static Password of(Optional<Path> file) {
            return file.map(path -> new Password(Pem.readSecret(path).strip(), false))
                    .orElseGet(() -> new Password(random(), true));
        }

        /** About 98 random bits. */
        private static String random() {
            SecureRandom random = new SecureRandom();
            StringBuilder text = new StringBuilder();
            for (int k = 0; k < GROUPS * GROUP; k++) {
                text.append(k > 0 && k % GROUP == 0 ? "-" : "")
                        .append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            return text.toString();
        }

        String shown() {
            return made ? " The first password, shown this once: " + text : "";
        }

        @Override
        public String toString() {
            return "Password";
        }
    }
}
