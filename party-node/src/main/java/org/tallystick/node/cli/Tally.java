package org.tallystick.node.cli;

import java.io.PrintWriter;
import java.util.ServiceLoader;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.demo.DemoCommand;
import org.tallystick.node.demo.EvaluateCommand;
import org.tallystick.node.demo.TrainCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line, {@code tally}. Exit codes: 0 done, 1 not done, 2 wrong usage, 70 a defect of tally itself. */
@Command(
        name = "tally",
        mixinStandardHelpOptions = true,
        versionProvider = Tally.Version.class,
        description = "Scores businesses from data that stays split between agencies.",
        subcommands = {
            HelpCommand.class,
            AuditCommand.class,
            VersionCommand.class,
            InitCommand.class,
            ImportCommand.class,
            NodeCommand.class,
            ReceiptsCommand.class,
            ScoreCommand.class,
            UserCommand.class,
            KeyCommand.class,
            DemoCommand.class,
            TrainCommand.class,
            EvaluateCommand.class
        })
public final class Tally implements Runnable {
    private static final int DEFECT = 70;

    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print stack traces of errors.")
    private boolean verbose;

    private Tally() {}

    public static void main(String[] args) {
        // Netty's flight-recorder events cost a node half a second of its start and serve nobody here.
        System.setProperty("io.netty.jfr.enabled", "false");
        System.exit(commandLine().execute(args));
    }

    /** The whole command line, the commands of other modules included. */
    public static CommandLine commandLine() {
        Tally tally = new Tally();
        CommandLine line = new CommandLine(tally);
        ServiceLoader.load(TallyCommand.class).forEach(found -> line.addSubcommand(found.command()));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> tally.report(failure, command, parsed));
        return line;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private int report(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        boolean expected = failure instanceof NodeFailure;
        if (failure instanceof NodeFailure known) {
            err.println("error: " + known.problem() + "; do: " + known.remedy());
        } else {
            err.println("error: " + failure.getClass().getSimpleName()
                    + " in tally " + String.join(" ", parsed.originalArgs())
                    + "; do: run it again with --verbose and report what it prints");
        }
        if (verbose) {
            failure.printStackTrace(err);
        }
        err.flush();
        return expected ? CommandLine.ExitCode.SOFTWARE : DEFECT;
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
