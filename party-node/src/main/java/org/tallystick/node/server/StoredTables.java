package org.tallystick.node.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Tables;
import org.tallystick.node.storage.ShareSegment;
import org.tallystick.node.storage.ShareStore;
import org.tallystick.node.storage.ShareTable;

/** The session layer's tables in this node's share store. */
public record StoredTables(int self, ShareStore store) implements Tables {
    @Override
    public Optional<Table> find(String id) {
        return store.find(new ShareTable.Id(id)).map(StoredTables::view);
    }

    @Override
    public long rowsBeside(String id) {
        return store.tables().stream()
                .filter(table -> !table.id().hex().equals(id))
                .mapToLong(ShareTable::rows)
                .sum();
    }

    static Table view(ShareTable table) {
        return new Table(
                table.id().hex(),
                table.name(),
                table.asOf(),
                Hash.of(table.program()),
                table.rows(),
                table.segmentRows());
    }

    @Override
    public void keep(Table table, int position, List<String> subjects, Segment segment) {
        ShareTable.Id id = new ShareTable.Id(table.id());
        store.create(new ShareTable(
                id,
                table.name(),
                table.asOf(),
                table.program().bytes(),
                table.rows(),
                table.segmentRows(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS)));
        store.put(
                id,
                position,
                subjects,
                new ShareSegment(self, segment.filled().bytes(), segment.seeds(), segment.inputs()));
    }

    @Override
    public Optional<Segment> segment(String id, int position) {
        return store.segment(new ShareTable.Id(id), position)
                .map(found -> new Segment(Hash.of(found.filled()), found.seeds(), found.inputs()));
    }

    @Override
    public Optional<List<String>> subjects(String id, int position) {
        return store.subjects(new ShareTable.Id(id), position);
    }

    @Override
    public boolean delete(String id) {
        return store.delete(new ShareTable.Id(id));
    }

    @Override
    public boolean isDeleted(String id) {
        return store.isDeleted(new ShareTable.Id(id));
    }

    @Override
    public List<String> deleted() {
        return store.deleted().stream().map(ShareTable.Id::hex).toList();
    }
}
