package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.tallystick.node.NodeFailure;

/**
 * The node's storage did not do what was asked. Whatever was stored before is still there; what was asked is not
 * stored, or not durably. The text never holds stored values (a database's own messages may, so they are not repeated).
 */
public final class StorageFailure extends NodeFailure {
    private static final long serialVersionUID = 1L;

    private static final String INTACT = ", then start the node again; what was stored before is intact";

    public StorageFailure(String problem, String remedy) {
        super(problem, remedy);
    }

    public StorageFailure(String problem, String remedy, Throwable cause) {
        super(problem, remedy, cause);
    }

    /** What a database error means to an operator. */
    static StorageFailure of(Path folder, SQLException e) {
        if (EmbeddedDatabase.isDiskFull(e)) {
            return new StorageFailure(
                    "the disk of " + folder + " is full, or a quota is used up", "free space there" + INTACT, e);
        }
        return switch (e.getErrorCode()) {
            case 90020 ->
                new StorageFailure(
                        "the database in " + folder + " is open in another process",
                        "stop the node that runs from this folder first",
                        e);
            case 90028, 90031 ->
                new StorageFailure(
                        "the database in " + folder + " cannot be read or written",
                        "check the disk and that this user owns the folder" + INTACT,
                        e);
            case 90030 ->
                new StorageFailure(
                        "the database in " + folder + " is damaged",
                        "restore the folder from a backup, and keep this one",
                        e);
            case 90007, 90067, 90098, 90121 ->
                new StorageFailure(
                        "the database in " + folder + " was closed by an earlier error or by shutdown",
                        "look at the first error in the log" + INTACT,
                        e);
            default ->
                new StorageFailure(
                        "the database in " + folder + " refused a statement (state " + e.getSQLState() + ", code "
                                + e.getErrorCode() + ")",
                        "report this with the log; nothing was changed");
        };
    }

    static StorageFailure of(Path file, IOException e) {
        if (EmbeddedDatabase.isDiskFull(e)) {
            return new StorageFailure(
                    "the disk of " + file + " is full, or a quota is used up", "free space there" + INTACT, e);
        }
        return new StorageFailure(
                file + " cannot be read or written (" + e.getMessage() + ")",
                "check the disk and that this user owns the file" + INTACT,
                e);
    }
}
