package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a node's state when its process is killed, its disk is full, or its folder is in use. */
final class StateEndsTest {
    @TempDir
    private Path folder;

    @Test
    void aKilledProcessHasEverythingItCommitted() throws Exception {
        Process child = ChildJvm.start(StateChild.class, folder.toString());
        List<String> lines = new ArrayList<>();
        try (var out = child.inputReader()) {
            while (lines.size() < 30) {
                lines.add(out.readLine());
            }
            StorageFailure failure = assertThrows(StorageFailure.class, () -> StateDatabase.open(folder));
            assertTrue(failure.problem().contains("open in another process"), failure::problem);
            child.toHandle().destroyForcibly();
            lines.addAll(ChildJvm.lines(out));
        }
        child.waitFor();

        assertStored(lines);
    }

    @Test
    void aFullDiskIsToldAndEverythingCommittedIsThereAfterwards() throws Exception {
        Process child = ChildJvm.startWithFileLimit(4096, StateChild.class, folder.toString());
        List<String> lines;
        try (var out = child.inputReader()) {
            lines = ChildJvm.lines(out);
        }

        assertEquals(3, child.waitFor(), lines::toString);
        String failure = lines.getLast();
        assertTrue(failure.contains("is full") && failure.contains("free space"), failure);
        assertTrue(lines.size() > 5, lines::toString);
        assertStored(lines.subList(0, lines.size() - 1));
    }

    private void assertStored(List<String> numbers) {
        try (StateDatabase database = StateDatabase.open(folder)) {
            Programs programs = new Programs(database);
            for (String number : numbers) {
                assertEquals(
                        20_000,
                        programs.find(StateChild.hash(Integer.parseInt(number)))
                                .orElseThrow()
                                .encoding()
                                .length);
            }
            programs.add(StateChild.hash(1_000_000), "later", new byte[1]);
            assertTrue(programs.find(StateChild.hash(1_000_000)).isPresent());
        }
    }
}
