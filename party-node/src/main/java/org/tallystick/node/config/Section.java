package org.tallystick.node.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mapping of a configuration file, read strictly: every key is asked for by name, and {@link #finish} rejects what
 * nobody asked for. All errors are {@link ConfigFailure}.
 */
final class Section {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private final Path file;
    private final String path;
    private final ObjectNode node;
    private final Set<String> asked = new HashSet<>();

    Section(Path file, String path, ObjectNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    Path file() {
        return file;
    }

    ConfigFailure failure(String key, String problem, String remedy) {
        return new ConfigFailure(file, key.isEmpty() ? path : path(key), problem, remedy);
    }

    /** Rejects the keys that were never asked for. */
    void finish() {
        for (var entry : node.properties()) {
            if (!asked.contains(entry.getKey())) {
                throw failure(
                        entry.getKey(),
                        "there is no such key here",
                        "remove it; the keys are "
                                + String.join(", ", asked.stream().sorted().toList()));
            }
        }
    }

    boolean has(String key) {
        asked.add(key);
        JsonNode value = node.get(key);
        return value != null && !value.isNull();
    }

    boolean isMapping(String key) {
        return has(key) && node.get(key).isObject();
    }

    Section section(String key, String example) {
        if (value(key, example) instanceof ObjectNode object) {
            return new Section(file, path(key), object);
        }
        throw failure(key, "is not a mapping", example(key, example));
    }

    /** As {@link #section}; one without keys when it is missing. */
    Section optionalSection(String key, String example) {
        return has(key) ? section(key, example) : new Section(file, path(key), JsonNodeFactory.instance.objectNode());
    }

    /** A mapping of texts to texts. */
    Map<String, String> texts(String key, String example) {
        Section section = section(key, example);
        Map<String, String> texts = new TreeMap<>();
        section.node.fieldNames().forEachRemaining(name -> texts.put(name, section.text(name, "a text")));
        return texts;
    }

    List<Section> list(String key, String example) {
        JsonNode value = value(key, example);
        if (!value.isArray()) {
            throw failure(key, "is not a list", example(key, example));
        }
        List<Section> sections = new ArrayList<>();
        for (JsonNode element : value) {
            String at = key + "[" + sections.size() + "]";
            if (!(element instanceof ObjectNode object)) {
                throw failure(at, "is not a mapping", example(key, example));
            }
            sections.add(new Section(file, path(at), object));
        }
        return sections;
    }

    /** A text of at least one character, without control characters. */
    String text(String key, String example) {
        JsonNode value = value(key, example);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw failure(key, "is not a text", example(key, example));
        }
        if (value.textValue().chars().anyMatch(c -> c < ' ' || c == 127)) {
            throw failure(key, "has a control character in it", example(key, example));
        }
        return value.textValue();
    }

    Optional<String> optionalText(String key, String example) {
        return has(key) ? Optional.of(text(key, example)) : Optional.empty();
    }

    /** A text that matches; {@code what} says in words what is expected. */
    String text(String key, Pattern pattern, String what, String example) {
        String text = text(key, example);
        if (!pattern.matcher(text).matches()) {
            throw failure(key, "\"" + text + "\" is not " + what, example(key, example));
        }
        return text;
    }

    HostPort address(String key, String example) {
        String text = text(key, example);
        return HostPort.parse(text)
                .orElseThrow(() -> failure(key, "\"" + text + "\" is not host:port", example(key, example)));
    }

    /** A path; a relative one is relative to the configuration file's folder. */
    Path path(String key, String example) {
        String text = text(key, example);
        return file.toAbsolutePath().normalize().getParent().resolve(text).normalize();
    }

    int integer(String key, int low, int high, int otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = node.get(key);
        if (!value.canConvertToExactIntegral() || !value.canConvertToInt()) {
            throw failure(key, value + " is not a whole number", "write a number from " + low + " to " + high);
        }
        if (value.intValue() < low || value.intValue() > high) {
            throw failure(key, value + " is out of range", "write a number from " + low + " to " + high);
        }
        return value.intValue();
    }

    boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        if (!node.get(key).isBoolean()) {
            throw failure(key, node.get(key) + " is neither true nor false", example(key, "" + otherwise));
        }
        return node.get(key).booleanValue();
    }

    /** A duration such as {@code 250ms}, {@code 10s}, {@code 5m}. */
    Duration duration(String key, Duration low, Duration high, Duration otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        String text = node.get(key).asText();
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw failure(key, "\"" + text + "\" is not a duration", example(key, "10s (or ms, m, h)"));
        }
        long count = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
        if (duration.compareTo(low) < 0 || duration.compareTo(high) > 0) {
            throw failure(
                    key,
                    text + " is out of range",
                    "write a duration from " + low.toMillis() + "ms to " + high.toMillis() + "ms");
        }
        return duration;
    }

    private JsonNode value(String key, String example) {
        if (!has(key)) {
            throw failure(key, "is missing", example(key, example));
        }
        return node.get(key);
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String example(String key, String example) {
        return "write for example " + key + ": " + example;
    }
}
