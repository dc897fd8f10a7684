import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks or applies the format of all Java sources. The build starts it from source, in a JDK of 25 or later: the
 * formatter parses with the JDK it runs on, so inside a Maven that runs on 17 it could not read this project.
 *
 * <p>Usage: {@code Format check|apply folder...}
 */
final class Format {
    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(true)
            .build());

    public static void main(String[] args) throws IOException {
        boolean apply = switch (args[0]) {
            case "apply" -> true;
            case "check" -> false;
            default -> throw new IllegalArgumentException("-Dformat=check or -Dformat=apply, not " + args[0]);
        };
        List<Path> sources = List.of(args).subList(1, args.length).stream()
                .map(Path::of)
                .filter(Files::exists)
                .flatMap(Format::sources)
                .toList();
        List<String> findings = sources.parallelStream()
                .map(source -> visit(source, apply))
                .filter(finding -> !finding.isEmpty())
                .sorted()
                .toList();
        findings.forEach(System.err::println);
        if (!findings.isEmpty() && !(apply && findings.stream().allMatch(f -> f.startsWith("formatted ")))) {
            System.err.println("To format everything: mvn -q -N validate -Dformat=apply");
            System.exit(1);
        }
    }

    private static java.util.stream.Stream<Path> sources(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A line to print, empty when the source is already in form. */
    private static String visit(Path source, boolean apply) {
        try {
            String before = Files.readString(source);
            String after = FORMATTER.formatSourceAndFixImports(before);
            if (after.equals(before)) {
                return "";
            }
            if (!apply) {
                return "not formatted: " + source;
            }
            Files.writeString(source, after);
            return "formatted " + source;
        } catch (FormatterException | IOException e) {
            return "cannot format " + source + ": " + e.getMessage();
        }
    }
}
