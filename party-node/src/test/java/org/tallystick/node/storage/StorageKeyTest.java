package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.storage.StorageKey.Sealing;

class StorageKeyTest {
    private static final byte[] PLAIN = {1, 2, 3, 4, 5};
    private static final byte[] CONTEXT = {9};

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve(StorageKey.FILE);
    }

    private Sealing sealing(String purpose, int id) {
        return StorageKey.openOrCreate(file()).derive(purpose, new byte[] {(byte) id});
    }

    @Test
    void isMadeOnceForItsOwnerAlone() throws IOException {
        byte[] sealed = sealing("one", 1).seal(PLAIN, CONTEXT);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file()), files.toList());
        }
        assertArrayEquals(PLAIN, sealing("one", 1).open(sealed, CONTEXT));
        assertEquals(PLAIN.length + Sealing.OVERHEAD, sealed.length);
        assertFalse(Arrays.equals(sealed, sealing("one", 1).seal(PLAIN, CONTEXT)));
    }

    @Test
    void opensOnlyWhatItSealedAsItWasSealed() {
        byte[] sealed = sealing("one", 1).seal(PLAIN, CONTEXT);
        assertThrows(StorageFailure.class, () -> sealing("one", 2).open(sealed, CONTEXT));
        assertThrows(StorageFailure.class, () -> sealing("two", 1).open(sealed, CONTEXT));
        assertThrows(StorageFailure.class, () -> sealing("one", 1).open(sealed, new byte[] {8}));
        assertThrows(StorageFailure.class, () -> sealing("one", 1).open(Arrays.copyOf(sealed, 20), CONTEXT));
        for (int k = 0; k < sealed.length; k++) {
            byte[] changed = sealed.clone();
            changed[k] ^= 1;
            assertThrows(StorageFailure.class, () -> sealing("one", 1).open(changed, CONTEXT));
        }
    }

    @Test
    void refusesAKeyThatOthersMayReadOrThatIsNone() throws IOException {
        StorageKey.openOrCreate(file());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        StorageFailure open = assertThrows(StorageFailure.class, () -> StorageKey.openOrCreate(file()));
        assertTrue(open.getMessage().contains("chmod 600"), open.getMessage());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        Files.write(file(), new byte[31]);
        assertThrows(StorageFailure.class, () -> StorageKey.openOrCreate(file()));
    }
}
