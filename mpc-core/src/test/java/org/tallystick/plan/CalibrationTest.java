package org.tallystick.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tallystick.net.DelayingMesh;
import org.tallystick.net.EmulatedNetwork;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;

class CalibrationTest {
    @Test
    void allPartiesHaveTheSameFiguresAndNoneBetterThanTheNetwork() {
        List<Mesh> meshes = EmulatedNetwork.wrap(Trial.direct(), Duration.ofMillis(1), 1e9);
        List<Network> networks = InProcessMesh.run(meshes, NetworkProbe::measure);
        assertEquals(1, networks.stream().distinct().count());
        assertTrue(networks.getFirst().roundTripSeconds() >= 2e-3, networks::toString);
        // A long message takes at least its bits, and its round trip at least the least one.
        assertTrue(networks.getFirst().bitsPerSecond() > 0, networks::toString);
    }

    @Test
    void theLongestRoundTripIsToldToAll() {
        // The links of party 1 alone are long.
        List<Mesh> meshes = new ArrayList<>(Trial.direct());
        try (DelayingMesh far = new DelayingMesh(meshes.get(1), Duration.ofMillis(5), 1e12)) {
            meshes.set(1, far);
            List<Double> seconds = InProcessMesh.run(meshes, NetworkProbe::roundTripSeconds);
            assertEquals(1, seconds.stream().distinct().count());
            assertTrue(seconds.getFirst() >= 5e-3, seconds::toString);
        }
    }

    @Test
    void aPeerThatTellsNonsenseEndsTheProbe() {
        byte[] nonsense =
                ByteBuffer.allocate(16).putDouble(Double.NaN).putDouble(1).array();
        ProtocolAbort abort = assertThrows(
                ProtocolAbort.class,
                () -> InProcessMesh.run(Trial.direct(), mesh -> {
                    Mesh own = mesh.self() != 2
                            ? mesh
                            : new FaultyMesh(
                                    mesh,
                                    (_, _, message) -> List.of(message.length == 16 ? nonsense.clone() : message));
                    return NetworkProbe.measure(own);
                }));
        assertEquals(ProtocolAbort.Reason.MALFORMED, abort.reason());
    }
}
