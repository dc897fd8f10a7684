package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.config.Role;

/** {@code tally demo} as a person runs it: a process of its own that starts four more. */
@Tag("slow")
final class DemoTest {
    private static final Pattern STOP = Pattern.compile("stop them with: kill((?: \\d+){4})");

    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path temporary;

    /** A demonstration under way, with a temporary folder that nothing else uses. */
    private record Running(Process process, Path place) {
        String out() {
            return LiveGroup.text(place.resolve("out"));
        }

        String err() {
            return LiveGroup.text(place.resolve("err"));
        }

        List<Path> left() throws IOException {
            try (Stream<Path> files = Files.list(place.resolve("tmp"))) {
                return files.toList();
            }
        }
    }

    private Running demo(String name, String... options) throws IOException {
        Path place = Files.createDirectory(temporary.resolve(name));
        Path tmp = Files.createDirectory(place.resolve("tmp"));
        NodeArchive.use();
        List<String> flags = List.of(
                "-Djava.io.tmpdir=" + tmp,
                "-XX:+UseSerialGC",
                "-D" + Consortium.NODE_FLAGS + "=" + System.getProperty(Consortium.NODE_FLAGS));
        List<String> command = new ArrayList<>(Consortium.command(place, flags));
        // The same Java and classes as a node, another command.
        command.subList(command.size() - 2, command.size()).clear();
        command.add("demo");
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectOutput(place.resolve("out").toFile())
                .redirectError(place.resolve("err").toFile())
                .start();
        started.add(process);
        return new Running(process, place);
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroy);
        started.forEach(LiveGroup::ended);
    }

    @Test
    void twoAtTheSameTimePrintOneObjectEachAndLeaveNothing() throws IOException {
        List<Running> both = List.of(demo("one", "--json", "--rows", "200"), demo("two", "--json", "--rows", "200"));
        List<ProcessHandle> nodes = new ArrayList<>();
        for (Running each : both) {
            LiveGroup.await(
                    () -> each.process().children().count() == 4
                            || !each.process().isAlive(),
                    each::err);
            each.process().children().forEach(nodes::add);
        }

        for (Running each : both) {
            LiveGroup.ended(each.process());
            assertEquals(0, each.process().exitValue(), each::err);
            JsonNode result = LiveGroup.JSON.readTree(each.out());
            assertEquals(1, each.out().lines().count(), each::out);
            assertEquals("", each.err());
            check(result);
            assertEquals(List.of(), each.left());
        }
        assertEquals(8, nodes.size());
        LiveGroup.await(() -> nodes.stream().noneMatch(ProcessHandle::isAlive), () -> "a node goes on");
    }

    private static void check(JsonNode result) {
        assertEquals(200, result.get("scored").asInt());
        assertEquals(200, result.get("agreed").asInt());
        assertTrue(result.get("logs_agree").asBoolean());
        assertTrue(result.get("forged_log_found").asBoolean());
        assertTrue(result.get("p50_ms").asDouble() > 0);
        assertTrue(result.get("p99_ms").asDouble() >= result.get("p50_ms").asDouble());
        assertTrue(result.get("rows_per_second").asDouble() > 0);
        assertTrue(result.get("rounds").asInt() > 0);
        for (Role role : Role.values()) {
            assertTrue(result.get("bytes_per_party").get(role.id()).asLong() > 0);
        }
        int sum = 0;
        for (String cell : List.of("tn", "fp", "fn", "tp")) {
            sum += result.get("confusion").get(cell).asInt();
        }
        assertEquals(200, sum);
    }

    @Test
    void keptNodesGoOnUntilTheyAreStoppedAsTold() throws IOException {
        Path folder = temporary.resolve("kept");
        Running demo = demo("keeping", "--keep", "--rows", "5", "--folder", folder.toString());
        LiveGroup.ended(demo.process());
        assertEquals(0, demo.process().exitValue(), demo::err);
        Matcher stop = STOP.matcher(demo.out());
        assertTrue(stop.find(), demo::out);
        List<ProcessHandle> nodes = Stream.of(stop.group(1).strip().split(" "))
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                .toList();
        try {
            assertTrue(nodes.stream().allMatch(ProcessHandle::isAlive));
            assertTrue(Files.isDirectory(folder.resolve("bank")));
        } finally {
            nodes.forEach(ProcessHandle::destroy);
        }
        LiveGroup.await(() -> nodes.stream().noneMatch(ProcessHandle::isAlive), () -> "a node goes on");
    }

    @Test
    void anInterruptedOneLeavesNothing() throws IOException {
        Running demo = demo("interrupted", "--rows", "1000");
        LiveGroup.await(
                () -> demo.process().children().count() == 4 || !demo.process().isAlive(), demo::err);
        List<ProcessHandle> nodes = demo.process().children().toList();
        assertEquals(4, nodes.size(), demo::err);

        demo.process().destroy();
        LiveGroup.ended(demo.process());

        LiveGroup.await(() -> nodes.stream().noneMatch(ProcessHandle::isAlive), () -> "a node goes on");
        assertEquals(List.of(), demo.left());
        assertFalse(
                new String(Files.readAllBytes(demo.place().resolve("err")), StandardCharsets.UTF_8)
                        .contains("Exception"),
                demo::err);
    }
}
