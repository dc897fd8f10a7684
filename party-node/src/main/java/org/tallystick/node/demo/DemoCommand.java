package org.tallystick.node.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tallystick.node.NodeFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tally demo}: a whole consortium on this machine, from keys to scores. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Makes four nodes in a folder of their own, gives each its own columns, scores one business and then all,",
            "and shows the answers beside a plaintext scorer, and what each node held, sent and received. Made-up",
            "businesses are scored under an agreement that four parties sign, with their consents; some are refused,",
            "for each reason. Then the four logs are audited, and a forged one is found out."
        })
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rows",
            defaultValue = "1000",
            paramLabel = "N",
            description = "Made-up businesses (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(names = "--data", paramLabel = "FOLDER", description = "Score real data from this folder instead.")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--dataset",
            paramLabel = "FILE.yaml",
            description = "The data-set file that describes the data (default: one in the folder, or a shipped one).")
    private Optional<Path> dataset = Optional.empty();

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "Where to make the consortium (default: temporary).")
    private Optional<Path> folder = Optional.empty();

    @Option(names = "--keep", description = "Leave the nodes running and the folder in place.")
    private boolean keep;

    @Option(names = "--json", description = "Print one JSON object instead of a report.")
    private boolean json;

    @Override
    public Integer call() {
        if (rows < 1 || rows > 1_000_000) {
            throw new NodeFailure("--rows " + rows + " is out of range", "use 1 to 1000000");
        }
        DemoData what = data.map(place -> DemoData.real(place, dataset)).orElseGet(() -> DemoData.synthetic(rows));
        Path place = folder.orElseGet(DemoCommand::temporary);
        Demo demo = new Demo(what, place, spec.commandLine().getOut(), json);
        Thread cleaning = new Thread(demo::close);
        Runtime.getRuntime().addShutdownHook(cleaning);
        try {
            boolean agreed = demo.run();
            if (keep) {
                demo.keep();
            }
            Runtime.getRuntime().removeShutdownHook(cleaning);
            demo.close();
            return agreed ? 0 : 1;
        } catch (RuntimeException e) {
            // Nodes and files vanish under a demonstration that is being stopped: that is no fault to report.
            throw demo.isClosing() ? new NodeFailure("interrupted", "start again", e) : e;
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("tallystick-demo");
        } catch (IOException e) {
            throw new NodeFailure("no temporary folder can be made", "name one with --folder", e);
        }
    }
}
