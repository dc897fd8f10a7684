package org.tallystick.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tallystick.node.NodeFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tally receipts}: saves a node's log of receipts for {@code tally audit}. */
@Command(
        name = "receipts",
        mixinStandardHelpOptions = true,
        description = "Saves the log of receipts of the node whose folder this is, for tally audit.")
final class ReceiptsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--node", required = true, paramLabel = "FOLDER", description = "The node's folder.")
    private Path node;

    @Parameters(paramLabel = "FILE.export", description = "Where to write it.")
    private Path file;

    @Override
    public void run() {
        try (RestClient client = RestClient.of(node)) {
            client.download("/v1/receipts/export", file);
            spec.commandLine().getOut().println(Files.size(file) + " bytes in " + file);
            spec.commandLine().getOut().flush();
        } catch (IOException e) {
            throw new NodeFailure(file + " cannot be written", "name another file", e);
        }
    }
}
