package org.tallystick.node.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * axe-core's rules of WCAG 2.0 to 2.2, levels A and AA, as its package on npm has them: the version and its checksum
 * are pinned in {@code src/test/console}.
 */
public final class Axe {
    private static final Path PINNED = Path.of("src", "test", "console");
    private static final int PATIENCE = 120;

    private static final String RUN = """
        axe.run(document, {
          runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']},
          resultTypes: ['violations'],
        }).then(found => ({
          rules: found.passes.length,
          violations: found.violations.flatMap(rule =>
            rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`)),
        }))\
        """;

    private final String script;

    private Axe(String script) {
        this.script = script;
    }

    /**
     * Takes the rules from the registry, or from npm's own store.
     *
     * @param folder an empty one
     */
    public static Axe install(Path folder) {
        try {
            for (String name : List.of("package.json", "package-lock.json")) {
                Files.copy(PINNED.resolve(name), folder.resolve(name));
            }
            npm(folder);
            return new Axe(Files.readString(folder.resolve(Path.of("node_modules", "axe-core", "axe.min.js"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void npm(Path folder) throws IOException {
        Path out = folder.resolve("npm.txt");
        Process process;
        try {
            process = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "the rules of accessibility come with npm: install it (apt-get install nodejs npm)", e);
        }
        try {
            boolean ended = process.waitFor(PATIENCE, TimeUnit.SECONDS);
            process.destroyForcibly();
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError("npm ci:\n" + Files.readString(out));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What breaks a rule in what the page shows now. */
    public List<String> violations(Page page) {
        if (!page.value("typeof axe").textValue().equals("object")) {
            page.value(script + "; 0");
        }
        JsonNode found = page.value(RUN);
        if (found.get("rules").intValue() < 10) {
            throw new AssertionError("the rules of accessibility were not run: " + found);
        }
        return found.get("violations").valueStream().map(JsonNode::textValue).toList();
    }
}
