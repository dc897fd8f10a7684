package org.tallystick.node.session;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;

/** Tables that are destroyed at one node are destroyed at all. */
final class TableDeletions {
    private static final Logger LOG = LoggerFactory.getLogger(TableDeletions.class);

    private final Tables tables;
    private final Consumer<String> about;
    private final Consumer<byte[]> all;

    /**
     * @param about told of each table that is about to be destroyed here
     * @param all sends a message about tables to every other node that is connected
     */
    TableDeletions(Tables tables, Consumer<String> about, Consumer<byte[]> all) {
        this.tables = tables;
        this.about = about;
        this.all = all;
    }

    /** Destroys a table here, and tells the others to; whether there was one. */
    boolean delete(String id) {
        boolean known = tables.find(id).isPresent();
        try {
            return known && destroy(id);
        } finally {
            // Also when it could not be noted, on a full disk: its key is gone.
            if (tables.isDeleted(id) || known && tables.find(id).isEmpty()) {
                tell(List.of(id));
            }
        }
    }

    private boolean destroy(String id) {
        about.accept(id);
        return tables.delete(id);
    }

    /** Tells the others of all that were destroyed here: some may have been away. */
    void tellAll() {
        List<String> deleted = tables.deleted();
        for (int from = 0; from < deleted.size(); from += TableFormat.MAX_DELETED) {
            tell(deleted.subList(from, Math.min(deleted.size(), from + TableFormat.MAX_DELETED)));
        }
    }

    private void tell(List<String> ids) {
        all.accept(TableFormat.deleted(ids));
    }

    /** A peer has destroyed its part; without it the others' are of no use, and it may be its data. */
    void deleted(int peer, List<String> ids) {
        List<String> known =
                ids.stream().filter(id -> tables.find(id).isPresent()).toList();
        if (known.isEmpty()) {
            return;
        }
        Thread.ofVirtual().name("table").start(() -> {
            for (String id : known) {
                try {
                    if (destroy(id)) {
                        LOG.info("table {} is destroyed, as at party {}", id, peer);
                    }
                } catch (NodeFailure e) {
                    LOG.error("table {} is to be destroyed and could not be: {}", id, e.getMessage());
                }
            }
        });
    }
}
