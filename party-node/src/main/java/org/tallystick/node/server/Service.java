package org.tallystick.node.server;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Governor;
import org.tallystick.node.rest.NodeReceipts;
import org.tallystick.node.rest.NodeService;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.ShareTable;
import org.tallystick.node.transport.Transport;

/** What a node tells its REST callers, in whichever role it is. */
record Service(
        Role ownRole,
        Optional<NodeService.Bank> bank,
        Optional<NodeService.Agency> agency,
        Optional<Governor> governance,
        StoredTables kept,
        RunHistory history,
        NodeHealth works,
        NodeReceipts receipts,
        CertificateFiles files,
        Transport transport,
        Sessions runs)
        implements NodeService {
    @Override
    public String role() {
        return ownRole.id();
    }

    @Override
    public Health health() {
        return works.now();
    }

    @Override
    public Readiness readiness() {
        List<String> missing =
                runs.missing().stream().map(peer -> Role.values()[peer].id()).toList();
        return new Readiness(transport.epoch().isPresent(), missing);
    }

    @Override
    public List<Table> tables() {
        return kept.store().tables().stream().map(this::view).toList();
    }

    @Override
    public Optional<Table> table(String id) {
        return kept.store().find(new ShareTable.Id(id)).map(this::view);
    }

    @Override
    public Optional<Table> deleteTable(String id) {
        Optional<Table> known = table(id);
        known.ifPresent(table -> runs.deleteTable(id));
        return known;
    }

    private Table view(ShareTable table) {
        return new Table(
                table.id().hex(),
                table.name(),
                table.asOf(),
                HexFormat.of().formatHex(table.program()),
                table.rows(),
                kept.store().isWhole(table.id()),
                table.createdAt());
    }

    @Override
    public NodeService.Certificates certificates() {
        return files.view();
    }

    @Override
    public NodeService.Certificates reloadCertificates() {
        return files.reloadForCaller();
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
