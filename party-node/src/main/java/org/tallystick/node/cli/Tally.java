package org.tallystick.node.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line, {@code tally}. */
@Command(name = "tally", mixinStandardHelpOptions = true, version = "tally 0.1.0-SNAPSHOT")
public final class Tally implements Runnable {
    private Tally() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Tally()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
