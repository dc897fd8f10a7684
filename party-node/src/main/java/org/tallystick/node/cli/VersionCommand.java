package org.tallystick.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tally version}. */
@Command(name = "version", description = "Prints the version.")
final class VersionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.parent().commandLine().printVersionHelp(spec.parent().commandLine().getOut());
    }
}
