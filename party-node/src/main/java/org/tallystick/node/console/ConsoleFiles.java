package org.tallystick.node.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tallystick.random.Primitives;

/**
 * The files of the console, read once from the class path: exactly those that are listed here, by name, so that no name
 * from a request ever becomes a path.
 */
public final class ConsoleFiles {
    /** The one page. */
    public static final String PAGE = "index.html";

    /**
     * What the page may do: load this node's own files and ask this node, and nothing else. No script or style stands
     * in the page, no text becomes markup, no form is sent by the browser itself, nobody else's page frames it.
     */
    public static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");

    private static final List<String> NAMES = List.of(
            PAGE,
            "account.js",
            "agreement.js",
            "agreements.js",
            "api.js",
            "budgets.js",
            "chart.js",
            "compare.js",
            "console.css",
            "dom.js",
            "en.json",
            "format.js",
            "health.js",
            "icon.svg",
            "keys.js",
            "login.js",
            "main.js",
            "merkle.js",
            "models.js",
            "parts.js",
            "programs.js",
            "receipts.js",
            "roles.js",
            "secrets.js",
            "sessions.js",
            "statement.js",
            "stops.js",
            "text.js",
            "told.js",
            "users.js",
            "zh.json");

    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "svg", "image/svg+xml");

    private final Map<String, ConsoleFile> files;

    /**
     * One file.
     *
     * @param tag its entity tag, in quotes: a hash of what is in it
     */
    public record ConsoleFile(String mediaType, String tag, byte[] body) {
        @Override
        public String toString() {
            return "ConsoleFile[" + mediaType + ", " + tag + "]";
        }
    }

    private ConsoleFiles(Map<String, ConsoleFile> files) {
        this.files = Map.copyOf(files);
    }

    /** The files that this version comes with. */
    public static ConsoleFiles load() {
        Map<String, ConsoleFile> files = new TreeMap<>();
        for (String name : NAMES) {
            byte[] body = read(name);
            String ending = name.substring(name.lastIndexOf('.') + 1);
            files.put(name, new ConsoleFile(MEDIA_TYPES.get(ending), tag(body), body));
        }
        return new ConsoleFiles(files);
    }

    private static byte[] read(String name) {
        try (InputStream stream = ConsoleFiles.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("this build lacks the console's file " + name);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tag(byte[] body) {
        return '"' + HexFormat.of().formatHex(Primitives.sha256().digest(body), 0, 16) + '"';
    }

    /** The names of all files, {@link #PAGE} among them. */
    public static List<String> names() {
        return NAMES;
    }

    public ConsoleFile page() {
        return files.get(PAGE);
    }

    /** What the page loads; empty for every name that is none of its files. */
    public Optional<ConsoleFile> asset(String name) {
        return name.equals(PAGE) ? Optional.empty() : Optional.ofNullable(files.get(name));
    }
}
