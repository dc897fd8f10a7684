package org.tallystick.node.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line, {@code tally}. */
@Command(
        name = "tally",
        description = "Scores a business from data that stays split.",
        mixinStandardHelpOptions = true,
        versionProvider = Tally.Version.class)
public final class Tally implements Runnable {
    @Spec
    private CommandSpec spec;

    private Tally() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Tally());
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Reads the version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Tally.class.getPackage().getImplementationVersion();
            return new String[] {"tally " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
