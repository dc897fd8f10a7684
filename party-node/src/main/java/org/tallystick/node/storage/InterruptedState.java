package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the embedded database back to its last commit after its process was killed. H2 2.5.252, opening such a file,
 * follows its chunks from the header and the end of the file and now and then stops at an older one, and so forgets
 * commits whose bytes are in the file, forced ones too; asked to, its store looks at the whole file and finds the
 * newest.
 */
final class InterruptedState {
    private static final Logger LOG = LoggerFactory.getLogger(InterruptedState.class);
    private static final String MARK = "state.open";

    private InterruptedState() {}

    /**
     * Before the database is opened: recovers it, unless it was closed, and marks it as open. While another process has
     * it open, nothing happens.
     */
    static void recover(Path folder, Path database) throws IOException {
        Path mark = folder.resolve(MARK);
        if (Files.exists(mark) && Files.exists(database)) {
            try {
                new MVStore.Builder()
                        .fileName(database.toString())
                        .recoveryMode()
                        .autoCommitDisabled()
                        .open()
                        .close();
            } catch (MVStoreException e) {
                LOG.warn("the database {} was not looked through: {}", database, e.getMessage());
            }
        } else {
            Files.write(mark, new byte[0]);
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** After the database was closed. */
    static void closed(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve(MARK));
        } catch (IOException e) {
            LOG.warn("{} could not be deleted; the next start takes a little longer", MARK);
        }
    }
}
