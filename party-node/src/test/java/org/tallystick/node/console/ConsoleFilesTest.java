package org.tallystick.node.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The console's files hold together: all are listed, all text is in both dictionaries, nothing is put in as markup. */
final class ConsoleFilesTest {
    private static final Pattern PLACE = Pattern.compile("\\{[a-z]+}");
    private static final Pattern TEXT = Pattern.compile("\\bt\\('([^']+)'");
    private static final Pattern PREFIX = Pattern.compile("\\b(?:t\\(`([^`$]+)\\$|word\\('([^']+)')");
    private static final Pattern MARKUP =
            Pattern.compile("innerHTML|outerHTML|insertAdjacent|document\\.write|DOMParser|\\beval\\b|new"
                    + " Function|createContextualFragment|setHTML|srcdoc|javascript:");

    private static final Pattern LITERAL = Pattern.compile("'[^'\\n]*'|`[^`]*`");

    /** Words are told from names by the space between them, or by being Chinese. */
    private static final Pattern WORDS = Pattern.compile("[A-Za-z][,.:]? [A-Za-z]|\\p{IsHan}");

    /** Names of styles, places in the page, and what no person reads. */
    private static final Set<String> UNREAD = Set.of(
            "'bar strong'",
            "'box once'",
            "'box problem'",
            "'card narrow'",
            "'hash whole'",
            "'not hexadecimal'",
            "'nav a'",
            "`nav a[href=\"#/\"]`",
            "`no text `");

    private final ConsoleFiles files = ConsoleFiles.load();

    private String text(String name) {
        ConsoleFiles.ConsoleFile file = name.equals(ConsoleFiles.PAGE)
                ? files.page()
                : files.asset(name).orElseThrow();
        return new String(file.body(), StandardCharsets.UTF_8);
    }

    private List<String> scripts() {
        return ConsoleFiles.names().stream()
                .filter(name -> name.endsWith(".js"))
                .toList();
    }

    private Map<String, String> words(String language) throws IOException {
        Map<String, String> words = new TreeMap<>();
        JsonNode json = new ObjectMapper().readTree(text(language + ".json"));
        json.properties()
                .forEach(each -> words.put(each.getKey(), each.getValue().textValue()));
        return words;
    }

    @Test
    void everyFileThatIsThereIsListed() throws IOException, URISyntaxException {
        Path folder =
                Path.of(ConsoleFiles.class.getResource("index.html").toURI()).getParent();
        try (Stream<Path> there = Files.list(folder)) {
            assertEquals(
                    new TreeSet<>(ConsoleFiles.names()),
                    new TreeSet<>(there.map(file -> file.getFileName().toString())
                            .filter(name -> !name.endsWith(".class"))
                            .toList()));
        }
    }

    @Test
    void bothDictionariesHaveTheSameKeysAndPlaces() throws IOException {
        Map<String, String> english = words("en");
        Map<String, String> chinese = words("zh");

        assertEquals(english.keySet(), chinese.keySet());
        english.forEach((key, text) -> {
            assertFalse(text.isBlank() || chinese.get(key).isBlank(), key);
            assertEquals(places(text), places(chinese.get(key)), key);
        });
        Pattern ideographs = Pattern.compile("\\p{IsHan}");
        Set<String> same = Set.of(
                "brand",
                "language.en",
                "language.zh",
                "bits",
                "milliseconds",
                "list.comma",
                "statement.before",
                "statement.after");
        chinese.forEach((key, text) ->
                assertTrue(same.contains(key) || ideographs.matcher(text).find(), () -> key + " is not in Chinese"));
        english.forEach((key, text) ->
                assertTrue(same.contains(key) || !ideographs.matcher(text).find(), () -> key + " is not in English"));
    }

    private static Set<String> places(String text) {
        return new TreeSet<>(
                PLACE.matcher(text).results().map(MatchResult::group).toList());
    }

    @Test
    void everyTextThatIsUsedIsThereAndEveryTextThereIsUsed() throws IOException {
        Set<String> known = words("en").keySet();
        Set<String> used = new TreeSet<>(Set.of("noscript"));
        Set<String> prefixes = new TreeSet<>();
        for (String script : scripts()) {
            TEXT.matcher(text(script)).results().forEach(match -> used.add(match.group(1)));
            PREFIX.matcher(text(script))
                    .results()
                    .forEach(match -> prefixes.add(match.group(1) == null ? match.group(2) + "." : match.group(1)));
        }

        assertTrue(known.containsAll(used), () -> {
            used.removeAll(known);
            return "not in the dictionaries: " + used;
        });
        List<String> idle = known.stream()
                .filter(key -> !used.contains(key) && prefixes.stream().noneMatch(key::startsWith))
                .toList();
        assertEquals(List.of(), idle, "in the dictionaries and used nowhere");
    }

    @Test
    void noTextStandsOutsideTheDictionaries() throws IOException {
        String page = text(ConsoleFiles.PAGE)
                .replace(words("en").get("noscript"), "")
                .replace(words("zh").get("noscript"), "")
                .replace("<title>Tallystick</title>", "")
                .replaceAll("<[^>]*>", "");
        assertTrue(page.isBlank(), page);
        for (String script : scripts()) {
            String code = text(script).replaceAll("(?m)^\\s*(//|\\*|/\\*).*$", "");
            List<String> found = LITERAL.matcher(code)
                    .results()
                    .map(match -> match.group().replaceAll("\\$\\{[^}]*}", ""))
                    .filter(each -> WORDS.matcher(each).find() && !UNREAD.contains(each))
                    .toList();
            assertEquals(List.of(), found, script);
        }
    }

    @Test
    void nothingIsPutInAsMarkup() {
        for (String script : scripts()) {
            assertFalse(MARKUP.matcher(text(script)).find(), script);
        }
    }

    @Test
    void filesAreShort() {
        for (String name : ConsoleFiles.names()) {
            assertTrue(name.endsWith(".json") || text(name).lines().count() <= 400, name);
            assertTrue(
                    text(name)
                            .lines()
                            .allMatch(line -> name.endsWith(".json") || name.endsWith(".css") || line.length() <= 120),
                    name);
        }
    }
}
