package org.tallystick.node.server;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.NodeService;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.transport.Transport;

/** What a node tells its REST callers, in whichever role it is. */
record Service(
        Role ownRole,
        Optional<NodeService.Bank> bank,
        Optional<NodeService.Agency> agency,
        RunHistory history,
        BooleanSupplier storageWritable,
        Transport transport,
        Sessions runs)
        implements NodeService {
    @Override
    public String role() {
        return ownRole.id();
    }

    @Override
    public Health health() {
        return new Health(storageWritable.getAsBoolean());
    }

    @Override
    public Readiness readiness() {
        List<String> missing =
                runs.missing().stream().map(peer -> Role.values()[peer].id()).toList();
        return new Readiness(transport.epoch().isPresent(), missing);
    }

    @Override
    public List<Session> sessions(int limit) {
        return history.latest(limit);
    }

    @Override
    public Optional<SessionTrace> session(String id) {
        return history.find(id);
    }
}
