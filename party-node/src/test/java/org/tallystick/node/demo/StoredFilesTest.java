package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.Business;
import org.tallystick.models.Compiled;
import org.tallystick.models.FixedPointScorer;
import org.tallystick.models.Model;
import org.tallystick.models.ModelCompiler;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.Role;

/**
 * What real nodes leave on their disks: nothing of another's columns, of the weights, of the scores, of keys and
 * tokens; and a disk that is full loses nothing.
 */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class StoredFilesTest {
    /** Values that come nowhere else by chance, one a party. */
    private static final Map<Role, String> TELLTALES = Map.of(
            Role.TAX, "73465913", Role.UTILITY, "59182746", Role.SOCIAL_SECURITY, "62094817", Role.BANK, "846215937");

    private static final Map<Role, String> COLUMNS =
            Map.of(Role.TAX, "vat_sales", Role.UTILITY, "kwh", Role.SOCIAL_SECURITY, "insured", Role.BANK, "balance");

    private static final String MODEL = DemoData.synthetic(1).model().replace("-3.25", "-3.246813579");

    @TempDir
    private static Path temporary;

    private static final List<Process> LIMITED = new ArrayList<>();

    private static LiveGroup group;
    private static List<Business> businesses;
    private static List<String> subjects;
    private static String model;

    @BeforeAll
    static void start() {
        businesses = SyntheticBusinesses.generate(200, 11).stream()
                .map(StoredFilesTest::marked)
                .toList();
        subjects = businesses.stream().map(Business::id).toList();
        group = LiveGroup.make(temporary.resolve("group"), Approval.ALL, "")
                .load(SyntheticBusinesses.COLUMNS, businesses);
        group.start();
        model = group.activate(MODEL);
    }

    private static Business marked(Business business) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            Map<String, String> row = new LinkedHashMap<>(business.rows().getOrDefault(role.id(), Map.of()));
            SyntheticBusinesses.COLUMNS.get(role.id()).forEach(column -> row.putIfAbsent(column, ""));
            row.put(COLUMNS.get(role), TELLTALES.get(role));
            rows.put(role.id(), row);
        }
        return new Business(business.id(), rows, business.bad());
    }

    @AfterAll
    static void stop() {
        LIMITED.forEach(Process::destroyForcibly);
        group.close();
    }

    @Test
    @Order(1)
    void aBankWithAFullDiskLosesNothing() throws IOException {
        ObjectNode first =
                LiveGroup.request(model).put("subject", subjects.get(0)).put("requestId", "before-it-was-full");
        RestClient.Reply before = group.score(first);
        assertEquals(200, before.status(), () -> before.body().toString());
        String job = group.startJob(model, subjects);
        assertRight(group.finished(job), 1);
        stopped(Role.BANK);

        Process limited =
                limited(Role.BANK, Files.size(group.node(Role.BANK).resolve("state/state.mv.db")) + (96 << 10));
        group.awaitAnswer(Role.BANK);
        RestClient.Reply full = untilRefused(manyTimes(30));
        assertEquals(503, full.status(), () -> full.body().toString());
        assertEquals("storage_unavailable", full.body().get("code").asText());
        LiveGroup.await(
                () -> group.bank().tryGet("/health").status() == 503, () -> "the bank says that its health is good");
        assertTrue(LiveGroup.text(temporary.resolve("limited.log")).contains("is full"), "the log does not say it");
        limited.destroy();
        LiveGroup.ended(limited);

        group.restart(Role.BANK);
        group.awaitReady();
        assertEquals(before.body(), group.score(first).body());
        assertRight(group.finished(job), 1);
        assertRight(group.finished(group.startJob(model, subjects)), 1);
    }

    /** Posts jobs until the bank does not take one. */
    private static RestClient.Reply untilRefused(List<String> asked) {
        ObjectNode request = LiveGroup.request(model);
        asked.forEach(request.putArray("subjects")::add);
        for (int k = 0; k < 50; k++) {
            RestClient.Reply reply = group.bank().tryPost("/v1/jobs", "application/json", request.toString());
            if (reply.status() != 202) {
                return reply;
            }
        }
        throw new AssertionError("the disk never was full");
    }

    private static List<String> manyTimes(int times) {
        return IntStream.range(0, times).boxed().flatMap(k -> subjects.stream()).toList();
    }

    private static void assertRight(List<JsonNode> rows, int times) {
        assertEquals(times * subjects.size(), rows.size());
        var oracle = LiveGroup.oracle(MODEL, businesses);
        for (int k = 0; k < rows.size(); k++) {
            JsonNode row = rows.get(k);
            assertTrue(DemoResult.agrees(oracle.get(k % oracle.size()), row), row::toString);
        }
    }

    private static void stopped(Role role) {
        group.process(role).destroy();
        LiveGroup.ended(group.process(role));
    }

    /** The node in a process that may not write any file beyond a size, which fails as on a full disk. */
    private static Process limited(Role role, long bytes) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -f " + bytes / 1024 + "; exec \"$@\"", "limited"));
        command.addAll(Consortium.command(group.node(role), LiveGroup.FLAGS));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("limited.log").toFile())
                .start();
        LIMITED.add(process);
        return process;
    }

    @Test
    @Order(2)
    void anAgencyWithAFullDiskStopsRunsAndTheJobGoesOnAfterwards() throws IOException {
        Path state = group.node(Role.TAX).resolve("state");
        stopped(Role.TAX);
        long most = Math.max(Files.size(state.resolve("state.mv.db")), Files.size(state.resolve("receipts.log")));

        Process limited = limited(Role.TAX, most + (16 << 10));
        group.awaitAnswer(Role.BANK);
        int times = 1 + (int) ((most + (16 << 10)) / (34L * subjects.size()));
        String job = group.startJob(model, manyTimes(times));
        LiveGroup.await(
                () -> LiveGroup.text(temporary.resolve("limited.log")).contains("is full"),
                () -> "the agency's log does not say it:\n" + LiveGroup.text(temporary.resolve("limited.log")));
        assertEquals("running", group.job(job).get("status").asText());
        group.awaitLog(Role.BANK, "will be tried again: party 0 refuses: the node cannot write to its storage");
        limited.destroy();
        LiveGroup.ended(limited);

        group.restart(Role.TAX);
        group.awaitReady();
        assertRight(group.finished(job), times);
    }

    @Test
    @Order(3)
    void noFileHoldsWhatIsAnothers() throws IOException {
        for (Role role : Role.values()) {
            stopped(role);
        }
        Compiled compiled = ModelCompiler.compile(Model.parse(MODEL));
        List<byte[]> numbers = new ArrayList<>();
        compiled.storedValues().values().forEach(vector -> numbers.addAll(pairs(vector)));
        FixedPointScorer scorer = FixedPointScorer.of(compiled);
        Map<String, long[]> columns =
                scorer.columns(businesses.stream().map(Business::rows).toList());
        numbers.addAll(pairs(scorer.run(columns, businesses.size()).scores()));
        numbers.addAll(pairs(columns.get(Role.BANK.id())));
        for (Role role : Role.values()) {
            byte[] all = files(role);
            for (Role other : Role.values()) {
                assertEquals(role == other, holdsNumber(all, TELLTALES.get(other)), role + " and a column of " + other);
                assertFalse(holds(all, token(other)), role + " wrote the token of " + other);
                assertFalse(holds(all, key(other)), role + " wrote the key of " + other);
            }
            if (role != Role.BANK) {
                numbers.forEach(number -> assertFalse(holds(all, number), role + " holds weights or scores"));
                assertFalse(holds(all, "-3.246813579"), role + " holds the model file");
            }
        }
        assertTrue(holds(files(Role.BANK), "-3.246813579"), "the search finds nothing at all");
    }

    /** Two neighbours of a vector as both byte orders write them; one alone could be there by chance. */
    private static List<byte[]> pairs(long[] vector) {
        List<byte[]> pairs = new ArrayList<>();
        for (int k = 0; k + 1 < Math.min(vector.length, 50); k++) {
            if (vector[k] != 0 || vector[k + 1] != 0) {
                for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                    pairs.add(ByteBuffer.allocate(16)
                            .order(order)
                            .putLong(vector[k])
                            .putLong(vector[k + 1])
                            .array());
                }
            }
        }
        return pairs;
    }

    /** All that a node has written, its logs and its databases, apart from what init gave it: one after another. */
    private static byte[] files(Role role) throws IOException {
        try (Stream<Path> all = Files.walk(group.node(role))) {
            List<byte[]> contents = new ArrayList<>();
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                if (!path.startsWith(group.node(role).resolve("keys"))) {
                    contents.add(Files.readAllBytes(path));
                }
            }
            ByteBuffer joined = ByteBuffer.allocate(
                    contents.stream().mapToInt(each -> each.length).sum());
            contents.forEach(joined::put);
            return joined.array();
        }
    }

    private static String token(Role role) {
        return LiveGroup.text(group.node(role).resolve(ConsortiumFolder.TOKEN)).strip();
    }

    private static String key(Role role) {
        return LiveGroup.text(group.node(role).resolve("keys/signing.pem"))
                .lines()
                .toList()
                .get(1);
    }

    /** As text, as a whole number or as a double, in both byte orders. */
    private static boolean holdsNumber(byte[] all, String number) {
        long whole = Long.parseLong(number);
        boolean found = holds(all, number);
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            found |= holds(
                    all, ByteBuffer.allocate(8).order(order).putLong(whole).array());
            found |= holds(
                    all,
                    ByteBuffer.allocate(8)
                            .order(order)
                            .putDouble((double) whole)
                            .array());
        }
        // As the store of H2 writes a BIGINT: seven bits a byte, the lowest first.
        ByteBuffer varint = ByteBuffer.allocate(10);
        long rest = whole;
        for (; rest >= 0x80; rest >>>= 7) {
            varint.put((byte) (rest | 0x80));
        }
        byte[] short7 = new byte[varint.put((byte) rest).position()];
        varint.get(0, short7);
        return found || short7.length > 3 && holds(all, short7);
    }

    private static boolean holds(byte[] all, String text) {
        return holds(all, text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean holds(byte[] all, byte[] wanted) {
        for (int at = 0; at + wanted.length <= all.length; at++) {
            int k = 0;
            while (k < wanted.length && all[at + k] == wanted[k]) {
                k++;
            }
            if (k == wanted.length) {
                return true;
            }
        }
        return false;
    }
}
