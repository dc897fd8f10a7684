package org.tallystick.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which package may name which, read off the sources: imports and names written out in full alike.
 *
 * <p>A package is known by its root, the first name after {@code org.tallystick} (or after the module's own root in
 * party-node), so {@code protocol.rep4} counts as {@code protocol}.
 */
final class ImportOrder {
    /** Packages of mpc-core by level: each may see lower levels and, without going round in a circle, its own. */
    private static final List<Set<String>> CORE = List.of(
            Set.of("ring"),
            Set.of("net", "random"),
            Set.of("share"),
            Set.of("protocol", "ot", "garble"),
            Set.of("convert"),
            Set.of("gadget"),
            Set.of("program"),
            Set.of("training", "plan"));

    private static final List<String> CORE_LIBRARIES =
            List.of("java.", "javax.crypto.", "javax.security.", "org.bouncycastle.");

    private static final Set<String> SEEN_BY_MODELS =
            Set.of("models", "program", "ring", "protocol", "gadget", "training");

    /** Packages of party-node that may see models; the others see programs only. */
    private static final Set<String> SEE_MODELS = Set.of("bank", "cli", "demo");

    private static final String ROOT = "org.tallystick.";
    private static final String NODE = ROOT + "node.";

    /** Text and comments first, so that what they contain is never taken for code. */
    private static final Pattern NOT_CODE = Pattern.compile(
            "\"\"\"(?:\\\\.|[^\\\\])*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n"
                    + "])*+\"|'(?:\\\\.|[^'\\\\\\n"
                    + "])*+'|//[^\\n"
                    + "]*+|/\\*.*?\\*/",
            Pattern.DOTALL);

    private static final Pattern PACKAGE = Pattern.compile("\\bpackage\\s+([\\w.]+)\\s*;");
    private static final Pattern IMPORT = Pattern.compile("\\bimport\\s+(?:static\\s+|module\\s+)?([\\w.]+)");
    private static final Pattern OWN_NAME = Pattern.compile("\\borg\\.tallystick\\.[\\w.]+");

    private record Source(Path file, String packageName, Set<String> names) {}

    private final List<String> violations = new ArrayList<>();
    private final Map<String, Set<String>> coreEdges = new TreeMap<>();

    private ImportOrder() {}

    /** What breaks the order in the project at {@code project}; a module without sources breaks it too. */
    static List<String> violations(Path project) throws IOException {
        var order = new ImportOrder();
        order.scan(project, "mpc-core", order::core);
        order.scan(project, "models", order::models);
        order.scan(project, "party-node", order::node);
        order.scan(project, "benchmarks", source -> order.inPackage(source, ROOT + "bench"));
        order.circles();
        return order.violations;
    }

    private interface Rule {
        void check(Source source);
    }

    private void scan(Path project, String module, Rule rule) throws IOException {
        Path folder = project.resolve(module).resolve("src/main/java");
        List<Path> files = List.of();
        if (Files.isDirectory(folder)) {
            try (var found = Files.walk(folder)) {
                files = found.filter(file -> file.toString().endsWith(".java"))
                        .sorted()
                        .toList();
            }
        }
        if (files.isEmpty()) {
            violations.add("no sources in " + folder);
        }
        files.stream().map(ImportOrder::read).forEach(rule::check);
    }

    private static Source read(Path file) {
        try {
            String code = NOT_CODE.matcher(Files.readString(file)).replaceAll(" ");
            var packageName = PACKAGE.matcher(code);
            Set<String> names = new TreeSet<>();
            IMPORT.matcher(code).results().forEach(found -> names.add(found.group(1)));
            OWN_NAME.matcher(code).results().forEach(found -> names.add(found.group()));
            return new Source(file, packageName.find() ? packageName.group(1) : "", names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void core(Source source) {
        String from = root(source.packageName(), ROOT);
        int level = level(from);
        if (level < 0) {
            violations.add(source.file() + ": package " + source.packageName() + " is none of " + CORE);
            return;
        }
        for (String name : source.names()) {
            if (name.startsWith(ROOT)) {
                String to = root(name, ROOT);
                if (level(to) < 0 || level(to) > level) {
                    forbid(source, name);
                } else if (!to.equals(from)) {
                    coreEdges.computeIfAbsent(from, key -> new TreeSet<>()).add(to);
                }
            } else if (CORE_LIBRARIES.stream().noneMatch(name::startsWith)) {
                forbid(source, name);
            }
        }
    }

    private void models(Source source) {
        inPackage(source, ROOT + "models");
        source.names().stream()
                .filter(name -> name.startsWith(ROOT) && !SEEN_BY_MODELS.contains(root(name, ROOT)))
                .forEach(name -> forbid(source, name));
    }

    private void node(Source source) {
        inPackage(source, ROOT + "node");
        if (!SEE_MODELS.contains(root(source.packageName(), NODE))) {
            source.names().stream()
                    .filter(name -> root(name, ROOT).equals("models"))
                    .forEach(name -> forbid(source, name));
        }
    }

    private void inPackage(Source source, String root) {
        if (!(source.packageName() + ".").startsWith(root + ".")) {
            violations.add(source.file() + ": package " + source.packageName() + " is not in " + root);
        }
    }

    private void forbid(Source source, String name) {
        violations.add(source.file() + ": " + source.packageName() + " may not name " + name);
    }

    /** Packages of one level may see each other, as long as no two see each other both ways, however far round. */
    private void circles() {
        for (String start : coreEdges.keySet()) {
            Set<String> reached = new HashSet<>();
            var open = new ArrayList<>(coreEdges.get(start));
            while (!open.isEmpty()) {
                String next = open.removeLast();
                if (reached.add(next)) {
                    open.addAll(coreEdges.getOrDefault(next, Set.of()));
                }
            }
            if (reached.contains(start)) {
                violations.add("package " + start + " sees itself through " + reached);
            }
        }
    }

    private static int level(String root) {
        for (int level = 0; level < CORE.size(); level++) {
            if (CORE.get(level).contains(root)) {
                return level;
            }
        }
        return -1;
    }

    /** The first name after {@code prefix}, or nothing. */
    private static String root(String name, String prefix) {
        return name.startsWith(prefix) ? name.substring(prefix.length()).split("\\.", 2)[0] : "";
    }
}
