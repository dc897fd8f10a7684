package org.tallystick.bench;

import java.time.Duration;
import java.util.function.Function;
import org.tallystick.net.Mesh;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.transport.SessionId;
import org.tallystick.node.transport.SessionMesh;
import org.tallystick.node.transport.Transport;

/** Runs over a node's transport. */
record MeshSessions(Transport transport, EpochId epoch, int self) implements Sessions {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @Override
    public <T> T run(long number, Function<Mesh, T> body) {
        SessionId id = new SessionId(epoch.hashCode(), number);
        try (SessionMesh mesh = transport.open(id, epoch, DEADLINE)) {
            return body.apply(mesh);
        } catch (RuntimeException e) {
            transport.stop(id);
            throw e;
        }
    }
}
