package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.protocol.rep4.KeptInput;
import org.tallystick.ring.PackedColumns;

class ShareStoreTest {
    private static final int ROWS = 3_000;

    @TempDir
    private Path folder;

    private StorageKey key;
    private ShareStore store;

    @BeforeEach
    void open() {
        key = StorageKey.openOrCreate(folder.resolve(StorageKey.FILE));
        store = reopened();
    }

    private ShareStore reopened() {
        return ShareStore.open(folder.resolve("tables"), key);
    }

    private static ShareTable table(int number, String name, LocalDate asOf) {
        byte[] id = new byte[ShareTable.Id.BYTES];
        id[0] = (byte) number;
        return new ShareTable(ShareTable.Id.of(id), name, asOf, new byte[32], 2 * ROWS, ROWS, Instant.EPOCH);
    }

    private static ShareSegment segment(int seed) {
        Random random = new Random(seed);
        byte[][] seeds = new byte[4][];
        for (int j = 0; j < 3; j++) {
            seeds[j] = new byte[32];
            random.nextBytes(seeds[j]);
        }
        List<KeptInput> inputs = new ArrayList<>();
        for (int owner = 0; owner < 4; owner++) {
            PackedColumns told = PackedColumns.of(random.longs(2L * ROWS).toArray(), ROWS, 2, 44);
            inputs.add(new KeptInput(owner, ROWS, 2, 44, owner == 2 ? Optional.empty() : Optional.of(told)));
        }
        return new ShareSegment(3, new byte[32], seeds, inputs);
    }

    private static List<String> subjects(int from) {
        return Stream.iterate(from, k -> k + 1)
                .limit(ROWS)
                .map(k -> "subject " + k)
                .toList();
    }

    private static void assertSame(ShareSegment expected, ShareSegment found) {
        assertEquals(expected.self(), found.self());
        assertEquals(expected.inputs(), found.inputs());
        assertTrue(Arrays.deepEquals(expected.seeds(), found.seeds()));
    }

    @Test
    void whatIsStoredIsThereAfterARestart() {
        ShareTable table = table(1, "features", LocalDate.of(2026, 10, 31));
        ShareTable later = table(2, "features", LocalDate.of(2026, 11, 30));
        store.create(table);
        store.create(later);
        store.create(table);
        store.put(table.id(), 0, subjects(0), segment(1));
        store.put(table.id(), 1, subjects(ROWS), segment(2));
        store.put(later.id(), 0, subjects(0), segment(3));
        ShareStore again = reopened();
        assertEquals(List.of(table, later), again.tables());
        assertTrue(again.isWhole(table.id()));
        assertFalse(again.isWhole(later.id()));
        assertSame(segment(1), again.segment(table.id(), 0).orElseThrow());
        assertSame(segment(2), again.segment(table.id(), 1).orElseThrow());
        assertEquals(subjects(ROWS), again.subjects(table.id(), 1).orElseThrow());
        assertEquals(Optional.empty(), again.subjects(later.id(), 1));
        Map<String, String> row = new HashMap<>(Map.of("balance", "12.5"));
        row.put("overdraft", null);
        again.putOwn(table.id(), 1, List.of(row, Map.of("balance", "", "overdraft", "0")));
        assertEquals(
                List.of(row, Map.of("balance", "", "overdraft", "0")),
                again.own(table.id(), 1).orElseThrow());
        assertEquals(Optional.empty(), again.own(table.id(), 0));
        again.put(later.id(), 0, subjects(5), segment(4));
        assertSame(segment(4), again.segment(later.id(), 0).orElseThrow());
        assertThrows(
                IllegalArgumentException.class, () -> again.create(table(1, "others", LocalDate.of(2026, 10, 31))));
    }

    @Test
    void nothingStoredIsInClear() throws IOException {
        ShareTable table = table(1, "the name of a table", LocalDate.EPOCH);
        store.create(table);
        store.put(table.id(), 0, subjects(0), segment(1));
        byte[] share = segment(1).inputs().getFirst().told().orElseThrow().bytes();
        byte[] seed = segment(1).seeds()[0];
        for (byte[] file : contents()) {
            String text = new String(file, StandardCharsets.ISO_8859_1);
            assertFalse(text.contains("subject 1"));
            assertFalse(text.contains("the name of"));
            assertFalse(text.contains(new String(seed, 0, 8, StandardCharsets.ISO_8859_1)));
            assertFalse(text.contains(new String(share, 0, 8, StandardCharsets.ISO_8859_1)));
        }
    }

    private List<byte[]> contents() throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (Path file : files()) {
            all.add(Files.readAllBytes(file));
        }
        assertFalse(all.isEmpty());
        return all;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.walk(folder.resolve("tables"))) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Whoever kept copies of all files but the key's has nothing. */
    @Test
    void aTableIsGoneWithItsKey() throws IOException {
        ShareTable table = table(1, "features", LocalDate.EPOCH);
        store.create(table);
        store.put(table.id(), 0, subjects(0), segment(1));
        Path its = folder.resolve("tables").resolve(table.id().hex());
        byte[] copy = Files.readAllBytes(its.resolve("0.shares"));
        assertTrue(store.delete(table.id()));
        assertFalse(store.delete(table.id()));
        assertEquals(Optional.empty(), store.segment(table.id(), 0));
        assertFalse(Files.exists(its));
        ShareStore again = reopened();
        assertEquals(List.of(), again.tables());
        assertEquals(List.of(table.id()), again.deleted());
        assertThrows(StorageFailure.class, () -> again.create(table));
        // Nor is anything to be had from a copy in a table of the same id elsewhere.
        ShareStore other = ShareStore.open(folder.resolve("others"), key);
        other.create(table);
        Files.write(folder.resolve("others").resolve(table.id().hex()).resolve("0.shares"), copy);
        assertThrows(StorageFailure.class, () -> other.segment(table.id(), 0));
    }

    /** A process that died in the middle of a deletion: the key is overwritten, its file still there. */
    @Test
    void aDeletionThatWasCutShortIsFinishedAtTheNextStart() throws IOException {
        ShareTable table = table(1, "features", LocalDate.EPOCH);
        store.create(table);
        store.put(table.id(), 0, subjects(0), segment(1));
        Path its = folder.resolve("tables").resolve(table.id().hex());
        Path file = its.resolve("table");
        Files.write(file, new byte[(int) Files.size(file)]);
        assertEquals(List.of(), reopened().tables());
        assertFalse(Files.exists(its));
    }

    @Test
    void draftsOfFilesCountForNothing() throws IOException {
        ShareTable table = table(1, "features", LocalDate.EPOCH);
        store.create(table);
        Path its = folder.resolve("tables").resolve(table.id().hex());
        Files.write(its.resolve("0.shares.new"), new byte[100]);
        assertFalse(reopened().has(table.id(), 0));
        Path begun = Files.createDirectories(folder.resolve("tables").resolve("00".repeat(16)));
        Files.write(begun.resolve("table.new"), new byte[10]);
        assertEquals(List.of(table), reopened().tables());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.shares", "0.own"})
    void whatHasChangedOnTheDiskIsRefused(String name) throws IOException {
        ShareTable table = table(1, "features", LocalDate.EPOCH);
        store.create(table);
        store.put(table.id(), 0, subjects(0), segment(1));
        store.put(table.id(), 1, subjects(0), segment(2));
        store.putOwn(table.id(), 0, List.of(Map.of("balance", "12")));
        store.putOwn(table.id(), 1, List.of(Map.of("balance", "13")));
        Path its = folder.resolve("tables").resolve(table.id().hex());
        byte[] sound = Files.readAllBytes(its.resolve(name));
        List<byte[]> changed = new ArrayList<>();
        byte[] bit = sound.clone();
        bit[bit.length / 2] ^= 1;
        changed.add(bit);
        changed.add(Arrays.copyOf(sound, sound.length - 1));
        changed.add(Arrays.copyOf(sound, 5));
        if (sound.length > 2 * 65_564) {
            changed.add(Arrays.copyOf(sound, 65_564)); // a whole piece
            changed.add(Arrays.copyOf(sound, 2 * 65_564));
        }
        changed.add(Files.readAllBytes(its.resolve(name.replace('0', '1'))));
        for (byte[] bytes : changed) {
            Files.write(its.resolve(name), bytes);
            assertThrows(StorageFailure.class, () -> {
                ShareStore again = reopened();
                again.segment(table.id(), 0);
                again.own(table.id(), 0);
            });
        }
        Files.write(its.resolve(name), sound);
        assertSame(segment(1), reopened().segment(table.id(), 0).orElseThrow());
    }

    /** A key file that is not what it was, or what else lies in the folder, does not keep the node from its work. */
    @Test
    void whatCannotBeOpenedIsLeftOut() throws IOException {
        ShareTable table = table(1, "features", LocalDate.EPOCH);
        store.create(table);
        store.create(table(2, "features", LocalDate.EPOCH));
        Path its = folder.resolve("tables").resolve(table.id().hex());
        byte[] sound = Files.readAllBytes(its.resolve("table"));
        byte[] changed = sound.clone();
        changed[20] ^= 1;
        Files.write(its.resolve("table"), changed);
        Path other = Files.createDirectories(folder.resolve("tables").resolve("lost+found"));
        Files.write(other.resolve("file"), new byte[3]);
        assertEquals(1, reopened().tables().size());
        assertTrue(Files.exists(other.resolve("file")));
        Files.write(its.resolve("table"), sound);
        ShareStore again = reopened();
        assertEquals(2, again.tables().size());
        // A deletion that was noted and not done is done, whatever its key file has become.
        again.delete(table.id());
        Files.createDirectories(its);
        Files.write(its.resolve("table"), changed);
        Files.write(folder.resolve("tables").resolve("deleted"), new byte[10], java.nio.file.StandardOpenOption.APPEND);
        assertEquals(1, reopened().tables().size());
        assertFalse(Files.exists(its));
        assertEquals(List.of(table.id()), reopened().deleted());
    }

    @Test
    void aSegmentThatIsNoneIsRefused() {
        byte[] sound = segment(1).encoded();
        assertSame(segment(1), ShareSegment.decode(sound));
        for (int length : new int[] {0, 3, 12, 100, sound.length - 1}) {
            assertThrows(IllegalArgumentException.class, () -> ShareSegment.decode(Arrays.copyOf(sound, length)));
        }
        for (int at = 0; at < 12; at++) {
            byte[] changed = sound.clone();
            changed[at] = -1;
            assertThrows(IllegalArgumentException.class, () -> ShareSegment.decode(changed));
        }
        ShareTable table = table(1, "n\u00e4me", LocalDate.of(2026, 2, 28));
        assertEquals(table, ShareTable.decode(table.encoded()));
        assertArrayEquals(table.encoded(), ShareTable.decode(table.encoded()).encoded());
        assertThrows(IllegalArgumentException.class, () -> ShareTable.decode(new byte[20]));
        assertThrows(IllegalArgumentException.class, () -> new ShareTable.Id("../../etc"));
    }
}
