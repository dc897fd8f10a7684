package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.storage.TrainingRecords.Status;

class TrainingRecordsTest {
    private static final byte[] HASH = new byte[32];

    @TempDir
    Path folder;

    /** As a new process finds it: nothing has to be closed. */
    private TrainingRecords open() {
        StorageKey key = StorageKey.openOrCreate(folder.resolve(StorageKey.FILE));
        return TrainingRecords.open(SealedFolder.open(folder.resolve("records"), key, "test"));
    }

    @Test
    void everyChangeIsThereInTheNextProcess() {
        byte[] request = new byte[20_000];
        byte[] origin = new byte[32];
        origin[5] = 7;
        TrainingRecords records = open();
        assertTrue(records.add("a", "mine", HASH, "name", HASH, request));
        assertFalse(records.add("b", "mine", HASH, "name", HASH, request));
        assertEquals(1, open().unfinished().size());
        records.proposed("a", origin);
        records.proposed("a", origin);
        TrainingRecords.Training proposed = open().find("a").orElseThrow();
        assertEquals(2, proposed.proposals());
        assertArrayEquals(origin, proposed.origin().orElseThrow());
        assertArrayEquals(request, proposed.request().orElseThrow());
        records.restarted("a");
        assertEquals(Optional.empty(), open().find("a").orElseThrow().origin());
        records.end("a", Status.STOPPED, new byte[3000]);
        TrainingRecords again = open();
        TrainingRecords.Training ended = again.findRequest("mine").orElseThrow();
        assertEquals(Status.STOPPED, ended.status());
        assertEquals(Optional.empty(), ended.request());
        assertEquals(3000, ended.state().orElseThrow().length);
        assertEquals(List.of(), again.unfinished());
        again.add("c", "other", HASH, "name", HASH, request);
        assertEquals("c", again.latest(1).getFirst().id());
    }
}
