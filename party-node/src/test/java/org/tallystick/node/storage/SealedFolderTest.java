package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedFolderTest {
    private static final int PIECE = 1 << 20;

    @TempDir
    Path folder;

    private SealedFolder sealed;

    @BeforeEach
    void open() {
        sealed = opened("test");
    }

    private SealedFolder opened(String purpose) {
        return SealedFolder.open(
                folder.resolve("sealed"), StorageKey.openOrCreate(folder.resolve(StorageKey.FILE)), purpose);
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }

    private Optional<byte[]> read(SealedFolder from, String set, String name) {
        return from.get(set, name, DataInputStream::readAllBytes);
    }

    private Path file(String set, String name) {
        return folder.resolve("sealed").resolve(set).resolve(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 77})
    void givesBackWhatWasPut(int length) {
        sealed.put("set", "name", out -> out.write(content(length)));
        assertArrayEquals(content(length), read(opened("test"), "set", "name").orElseThrow());
    }

    @Test
    void namesAreListedReplacedAndRemoved() {
        sealed.put("one", "b", out -> out.writeInt(1));
        sealed.put("one", "a", out -> out.writeInt(2));
        sealed.put("two", "a", out -> out.writeInt(3));
        sealed.put("one", "b", out -> out.writeInt(4));
        assertEquals(List.of("a", "b"), sealed.names("one"));
        assertEquals(List.of("one", "two"), sealed.sets());
        assertEquals(Optional.of(4), sealed.get("one", "b", DataInputStream::readInt));
        sealed.remove("one", "a");
        assertEquals(List.of("b"), sealed.names("one"));
        assertEquals(Optional.empty(), read(sealed, "one", "a"));
        sealed.removeSet("one");
        assertEquals(List.of("two"), sealed.sets());
        assertEquals(List.of(), sealed.names("one"));
        assertThrows(IllegalArgumentException.class, () -> sealed.put("../out", "a", out -> {}));
        assertThrows(IllegalArgumentException.class, () -> sealed.put("one", "a/b", out -> {}));
    }

    @Test
    void whatFailsLeavesWhatWasThere() {
        sealed.put("set", "name", out -> out.writeInt(1));
        assertThrows(
                StorageFailure.class,
                () -> sealed.put("set", "name", out -> {
                    out.writeInt(2);
                    throw new IOException("full");
                }));
        assertEquals(Optional.of(1), sealed.get("set", "name", DataInputStream::readInt));
        assertEquals(List.of("name"), sealed.names("set"));
    }

    @Test
    void whatWasSwappedCutOrChangedDoesNotOpen() throws IOException {
        sealed.put("set", "one", out -> out.write(content(PIECE + 5)));
        sealed.put("set", "two", out -> out.write(content(10)));
        byte[] one = Files.readAllBytes(file("set", "one"));
        assertThrows(StorageFailure.class, () -> read(opened("other"), "set", "one"));
        Files.createDirectories(file("moved", "one").getParent());
        for (Path elsewhere : List.of(file("moved", "one"), file("set", "two"))) {
            Files.write(elsewhere, one);
        }
        assertThrows(StorageFailure.class, () -> read(sealed, "moved", "one"));
        assertThrows(StorageFailure.class, () -> read(sealed, "set", "two"));
        // Without its last piece, and within it.
        for (int length : new int[] {0, 3, 4, 100, 4 + PIECE + StorageKey.Sealing.OVERHEAD, one.length - 1}) {
            Files.write(file("set", "one"), Arrays.copyOf(one, length));
            assertThrows(StorageFailure.class, () -> read(sealed, "set", "one"), "of " + length);
        }
        for (int at : new int[] {0, 3, 4, 20, one.length - 1}) {
            byte[] changed = one.clone();
            changed[at] ^= 1;
            Files.write(file("set", "one"), changed);
            assertThrows(StorageFailure.class, () -> read(sealed, "set", "one"), "at " + at);
        }
    }
}
