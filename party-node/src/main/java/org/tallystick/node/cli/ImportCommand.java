package org.tallystick.node.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.tallystick.models.IdKind;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.data.CsvImport;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tally import}: a CSV file into a node's own database. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Loads a CSV file into a node's own database: all rows or none.")
final class ImportCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--node", required = true, paramLabel = "FOLDER", description = "The node's folder.")
    private Path node;

    @Parameters(index = "0", paramLabel = "FILE.csv", description = "The file; its first line names the columns.")
    private Path file;

    @Option(
            names = "--table",
            defaultValue = "business",
            paramLabel = "NAME",
            description = "The table (default: ${DEFAULT-VALUE}).")
    private String table;

    @Option(
            names = "--id",
            defaultValue = "subject",
            paramLabel = "COLUMN",
            description = "The column with the identifiers (default: ${DEFAULT-VALUE}).")
    private String id;

    @Option(
            names = "--id-kind",
            defaultValue = "text",
            paramLabel = "KIND",
            converter = IdKindConverter.class,
            description = "What identifiers are, and are checked to be: credit-code or text"
                    + " (default: ${DEFAULT-VALUE}).")
    private IdKind idKind;

    @Option(names = "--replace", description = "Replace the table instead of adding to it.")
    private boolean replace;

    @Option(
            names = "--encoding",
            defaultValue = "UTF-8",
            paramLabel = "NAME",
            description = "The file's encoding, for example GB18030 (default: ${DEFAULT-VALUE}).")
    private Charset encoding;

    @Override
    public void run() {
        NodeConfig.Data data = NodeConfigFile.read(node).data();
        CsvImport.Plan plan = new CsvImport.Plan(
                file,
                encoding,
                new CsvImport.Target(data.url(), data.user(), data.password()),
                table,
                id,
                idKind::problem,
                replace);
        CsvImport.Summary summary;
        try (ProgressBar bar = bar()) {
            summary = CsvImport.run(plan, (task, done, total) -> {
                bar.setExtraMessage(task);
                bar.maxHint(total == 0 ? -1 : total);
                bar.stepTo(done);
            });
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("Loaded " + summary.rows() + " rows into " + table + ":");
        summary.types().forEach((column, type) -> out.println("  " + column + "  " + type));
        out.flush();
    }

    /** Reads {@code --id-kind}; picocli turns the exception into an error of usage. */
    static final class IdKindConverter implements ITypeConverter<IdKind> {
        @Override
        public IdKind convert(String name) {
            return IdKind.of(name);
        }
    }

    private ProgressBar bar() {
        return new ProgressBarBuilder()
                .setTaskName("import")
                .setUpdateIntervalMillis(200)
                .build();
    }
}
