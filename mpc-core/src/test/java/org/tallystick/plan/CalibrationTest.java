package org.tallystick.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
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
    void theRoundTripsOfAllLinksAreToldToAll() {
        // The links of party 1 alone are long.
        List<Mesh> meshes = new ArrayList<>(Trial.direct());
        try (DelayingMesh far = new DelayingMesh(meshes.get(1), Duration.ofMillis(5), 1e12)) {
            meshes.set(1, far);
            List<RoundTrips> told = InProcessMesh.run(meshes, NetworkProbe::roundTrips);
            assertEquals(1, told.stream().distinct().count());
            assertTrue(told.getFirst().longest() >= 5e-3, told::toString);
            RoundTrips others = new RoundTrips(0, 1, 0, 1, 0, 1);
            assertTrue(told.getFirst().least(others).longest() < 5e-3, "the other links are short: " + told);
        }
    }

    @Test
    void aShortLinkIsAskedOftenAndALongOneTwiceMore() {
        List<Mesh> meshes = new ArrayList<>(Trial.direct());
        AtomicIntegerArray pings = new AtomicIntegerArray(4);
        try (DelayingMesh far = new DelayingMesh(meshes.get(3), Duration.ofMillis(5), 1e12)) {
            meshes.set(3, far);
            InProcessMesh.run(
                    meshes,
                    mesh -> NetworkProbe.roundTrips(new FaultyMesh(mesh, (_, to, message) -> {
                        if (message.length == 1 && to < mesh.self()) {
                            pings.incrementAndGet(mesh.self());
                        }
                        return List.of(message);
                    })));
        }
        assertEquals(3 * 3, pings.get(3));
        assertTrue(pings.get(2) > 2 * 3, pings::toString);
    }

    @Test
    void whoTellsOfNoTimeEndsTheProbe() {
        byte[] nonsense = ByteBuffer.allocate(16).putDouble(1).putDouble(-1).array();
        ProtocolAbort abort = assertThrows(
                ProtocolAbort.class,
                () -> InProcessMesh.run(
                        Trial.direct(),
                        mesh -> NetworkProbe.roundTrips(
                                mesh.self() != 2
                                        ? mesh
                                        : new FaultyMesh(
                                                mesh,
                                                (_, _, message) ->
                                                        List.of(message.length == 16 ? nonsense.clone() : message)))));
        assertEquals(ProtocolAbort.Reason.MALFORMED, abort.reason());
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
