package org.tallystick.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.SealedFolder;
import org.tallystick.node.storage.StorageKey;

final class StoredTrainingsTest {
    @TempDir
    private Path folder;

    private SealedFolder sealed(String name) {
        StorageKey key = StorageKey.openOrCreate(folder.resolve(StorageKey.FILE));
        return SealedFolder.open(folder.resolve(name), key, "test " + name);
    }

    @Test
    void checkpointsThatNobodyTouchesGoByTheirAge() throws IOException {
        StoredTrainings trainings = new StoredTrainings(sealed("trainings"), sealed("encoders"));
        Hash old = Hash.over("test", new byte[] {1});
        Hash other = Hash.over("test", new byte[] {2});
        for (Hash each : List.of(old, other)) {
            for (String name : List.of("start", "step-000001")) {
                trainings.put(each, name, out -> out.writeInt(7));
                age(each, name, Duration.ofDays(8));
            }
        }
        trainings.put(other, "step-000002", out -> out.writeInt(8));

        trainings.dropUntouchedSince(Instant.now().minus(StoredTrainings.MOST_REST));

        assertEquals(List.of(), trainings.names(old));
        assertEquals(List.of("start", "step-000001", "step-000002"), trainings.names(other));
        age(other, "step-000002", Duration.ofDays(8));
        trainings.dropUntouchedSince(Instant.now().minus(StoredTrainings.MOST_REST));
        assertEquals(List.of(), trainings.names(other));
    }

    private void age(Hash training, String name, Duration age) throws IOException {
        Path file = folder.resolve("trainings").resolve(training.hex()).resolve(name);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }
}
