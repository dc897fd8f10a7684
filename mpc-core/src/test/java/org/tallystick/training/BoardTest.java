package org.tallystick.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.Parties;
import org.tallystick.net.ProtocolAbort;

class BoardTest {
    @Test
    void everybodyReadsEverything() {
        List<List<byte[]>> boards = Parties.run(4, mesh -> Board.exchange(mesh, new byte[mesh.self() * 3]));
        for (List<byte[]> board : boards) {
            for (int party = 0; party < 4; party++) {
                assertArrayEquals(new byte[party * 3], board.get(party));
            }
        }
    }

    /** Whom it tells something else finds out, and so do the others. */
    @Test
    void whoTellsOneSomethingElseStopsAll() {
        AtomicInteger checks = new AtomicInteger();
        List<Mesh> meshes = new ArrayList<>(InProcessMesh.of(4, Duration.ofSeconds(30)));
        meshes.set(1, new FaultyMesh(meshes.get(1), (index, to, message) -> {
            if (to == 2 && message.length == 3) {
                message[1] ^= 1;
            }
            return List.of(message);
        }));
        assertThrows(
                ProtocolAbort.class,
                () -> InProcessMesh.run(meshes, mesh -> {
                    try {
                        return Board.exchange(mesh, new byte[] {1, 2, 3});
                    } catch (ProtocolAbort e) {
                        if (e.reason() == ProtocolAbort.Reason.CHECK_FAILED) {
                            checks.incrementAndGet();
                        }
                        throw e;
                    }
                }));
        assertEquals(4, checks.get());
    }

    @Test
    void aPostOfAnImpossibleLengthIsRefused() {
        List<Mesh> meshes = new ArrayList<>(InProcessMesh.of(2, Duration.ofSeconds(30)));
        meshes.set(1, new FaultyMesh(meshes.get(1), (index, to, message) -> {
            message[0] = (byte) 0x7f;
            return List.of(message);
        }));
        ProtocolAbort abort = assertThrows(
                ProtocolAbort.class,
                () -> InProcessMesh.run(meshes, mesh -> {
                    if (mesh.self() == 1) {
                        Board.send(mesh, 0, new byte[1]);
                        return 0;
                    }
                    return Board.receive(mesh, 1).length;
                }));
        assertEquals(ProtocolAbort.Reason.MALFORMED, abort.reason());
    }
}
