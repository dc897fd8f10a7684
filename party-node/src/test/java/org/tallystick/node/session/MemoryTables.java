package org.tallystick.node.session;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.tallystick.node.storage.StorageFailure;

/** Tables in memory. */
final class MemoryTables implements Tables {
    final Map<String, Table> tables = new ConcurrentHashMap<>();
    final Map<String, Segment> segments = new ConcurrentHashMap<>();
    final Map<String, List<String>> subjects = new ConcurrentHashMap<>();
    final List<String> deleted = new CopyOnWriteArrayList<>();
    volatile boolean diskIsFull;

    /** Its keys can be overwritten, but nothing more be written. */
    volatile boolean notesFail;

    @Override
    public Optional<Table> find(String id) {
        return Optional.ofNullable(tables.get(id));
    }

    @Override
    public long rowsBeside(String id) {
        return tables.values().stream()
                .filter(table -> !table.id().equals(id))
                .mapToLong(Table::rows)
                .sum();
    }

    @Override
    public void keep(Table table, int position, List<String> subjects, Segment segment) {
        if (diskIsFull) {
            throw new StorageFailure("the disk is full", "free space");
        }
        tables.put(table.id(), table);
        segments.put(table.id() + position, segment);
        this.subjects.put(table.id() + position, List.copyOf(subjects));
    }

    @Override
    public Optional<Segment> segment(String id, int position) {
        return Optional.ofNullable(segments.get(id + position));
    }

    @Override
    public Optional<List<String>> subjects(String id, int position) {
        return Optional.ofNullable(subjects.get(id + position));
    }

    @Override
    public boolean delete(String id) {
        segments.keySet().removeIf(key -> key.startsWith(id));
        boolean known = tables.remove(id) != null;
        if (notesFail) {
            throw new StorageFailure("the disk is full", "free space");
        }
        deleted.add(id);
        return known;
    }

    @Override
    public boolean isDeleted(String id) {
        return deleted.contains(id);
    }

    @Override
    public List<String> deleted() {
        return List.copyOf(deleted);
    }
}
