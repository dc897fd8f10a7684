package org.tallystick.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tallystick.node.NodeFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tally receipts}: saves a node's log of receipts for {@code tally audit}, or shows those of one session. */
@Command(
        name = "receipts",
        mixinStandardHelpOptions = true,
        description = {
            "Saves the log of receipts of the node whose folder this is, for tally audit.",
            "With --session: prints the receipts of one session with their proofs, as JSON."
        })
final class ReceiptsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--node", required = true, paramLabel = "FOLDER", description = "The node's folder.")
    private Path node;

    @Option(
            names = "--session",
            paramLabel = "ID",
            description = "Only the receipts of this session, as a score's answer names it.")
    private Optional<String> session = Optional.empty();

    @Parameters(arity = "0..1", paramLabel = "FILE.export", description = "Where to write it.")
    private Optional<Path> file = Optional.empty();

    @Override
    public void run() {
        if (session.isEmpty() && file.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "name a file to write the log to, or a session");
        }
        try (RestClient client = RestClient.of(node)) {
            if (session.isPresent()) {
                show(client, session.get());
            } else {
                client.download("/v1/receipts/export", file.orElseThrow());
                print(Files.size(file.get()) + " bytes in " + file.get());
            }
        } catch (IOException e) {
            throw new NodeFailure(file.orElseThrow() + " cannot be written", "name another file", e);
        }
    }

    private void show(RestClient client, String id) throws IOException {
        JsonNode found = client.get("/v1/receipts?session=" + URLEncoder.encode(id, StandardCharsets.UTF_8));
        String text = found.toPrettyString();
        if (file.isPresent()) {
            Files.writeString(file.get(), text + "\n");
            print(found.get("receipts").size() + " receipts in " + file.get());
        } else {
            print(text);
        }
        if (found.get("receipts").isEmpty()) {
            throw new NodeFailure("the node has no receipts of session " + id, "ask another node, or check the id");
        }
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
