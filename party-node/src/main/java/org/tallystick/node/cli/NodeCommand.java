package org.tallystick.node.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.server.NodeServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tally node}: runs one node until it is told to stop. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description = "Runs a node until it is interrupted; the folder is one that init has written.")
final class NodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "The node's folder, with its node.yaml.")
    private Path folder;

    @Override
    public Integer call() throws InterruptedException {
        NodeConfig config = NodeConfigFile.read(folder.resolve(NodeConfigFile.NAME));
        NodeServer node = NodeServer.start(config);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            node.close();
            stopped.countDown();
        }));
        PrintWriter out = spec.commandLine().getOut();
        out.println(config.role().id() + " node is up: peers at " + config.listen() + ", REST at https://"
                + config.rest().listen());
        out.flush();
        var told = node.firstReady().thenRun(() -> {
            out.println("all four nodes are connected");
            out.flush();
        });
        stopped.await();
        told.cancel(false);
        return 0;
    }
}
