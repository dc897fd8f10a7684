package org.tallystick.node.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.ConsortiumFolder.Agreements;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tally init}: a group's folders, ready to run on this machine. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = "Makes a group of four nodes for development: configuration, certificates, keys, tokens.")
final class InitCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            defaultValue = "consortium",
            paramLabel = "FOLDER",
            description = "The folder to make (default: ${DEFAULT-VALUE}).")
    private Path folder;

    @Option(
            names = "--group",
            defaultValue = "demo",
            paramLabel = "NAME",
            description = "Name of the group (default: ${DEFAULT-VALUE}).")
    private String group;

    @Option(
            names = "--base-port",
            defaultValue = "0",
            paramLabel = "N",
            description = "First of eight ports in a row, four for peers and four for REST; 0 picks free ones.")
    private int basePort;

    @Option(
            names = "--id-kind",
            defaultValue = "credit-code",
            converter = IdKindConverter.class,
            paramLabel = "KIND",
            description = "What subjects look like: credit-code or text (default: ${DEFAULT-VALUE}).")
    private IdKind idKind;

    @Option(names = "--no-agreements", description = "For laboratories: nodes ask for no agreement, consent or budget.")
    private boolean noAgreements;

    @Option(
            names = "--sign-with",
            defaultValue = "ed25519",
            converter = SuiteConverter.class,
            paramLabel = "SUITE",
            description = "How the nodes sign agreements: ed25519 or sm2 (default: ${DEFAULT-VALUE}).")
    private Agreements suite;

    @Option(names = "--tracing", description = "Nodes keep what they held, sent and received of each session.")
    private boolean tracing;

    @Override
    public void run() {
        Agreements agreements = noAgreements ? Agreements.NONE : suite;
        List<Path> nodes = ConsortiumFolder.write(
                new ConsortiumFolder.Plan(folder, group, basePort, Approval.LISTED, tracing, idKind, agreements));
        PrintWriter out = spec.commandLine().getOut();
        out.println("Made the group " + group + " in " + folder + ":");
        nodes.forEach(node -> out.println("  " + folder.resolve(node.getFileName())));
        out.println("Next, for each: tally import --node FOLDER FILE.csv, then tally node FOLDER");
        out.flush();
    }

    /** The names that agreements use too. */
    static final class SuiteConverter implements CommandLine.ITypeConverter<Agreements> {
        @Override
        public Agreements convert(String text) {
            return switch (text) {
                case "ed25519" -> Agreements.ED25519;
                case "sm2" -> Agreements.SM2;
                default -> throw new CommandLine.TypeConversionException("write ed25519 or sm2");
            };
        }
    }

    /** The names that configurations use too. */
    static final class IdKindConverter implements CommandLine.ITypeConverter<IdKind> {
        @Override
        public IdKind convert(String text) {
            return switch (text) {
                case "credit-code" -> IdKind.CREDIT_CODE;
                case "text" -> IdKind.TEXT;
                default -> throw new CommandLine.TypeConversionException("write credit-code or text");
            };
        }
    }
}
