package org.tallystick.node.data;

import java.sql.SQLException;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.storage.EmbeddedDatabase;

/** The node's own data cannot be read or loaded. The text names places (file, line, column, table), never values. */
public final class DataFailure extends NodeFailure {
    private static final long serialVersionUID = 1L;

    public DataFailure(String problem, String remedy) {
        super(problem, remedy);
    }

    public DataFailure(String problem, String remedy, Throwable cause) {
        super(problem, remedy, cause);
    }

    /** What a database error means; the database's own message may hold values and is not repeated. */
    static DataFailure of(String database, SQLException e) {
        if (EmbeddedDatabase.isDiskFull(e)) {
            return new DataFailure(
                    "the disk of the database " + database + " is full; nothing was changed",
                    "free space there, then try again",
                    e);
        }
        if (EmbeddedDatabase.hasEnded(e)) {
            return new DataFailure(
                    "the file of the database " + database + " cannot be read or written; nothing was changed",
                    "check its disk, and that this user owns it",
                    e);
        }
        if (EmbeddedDatabase.isLocked(e)) {
            return new DataFailure(
                    "the database " + database + " is in use by another process",
                    "stop the node that runs from this folder, then try again");
        }
        SQLException root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            root = cause instanceof SQLException sql ? sql : root;
        }
        String state = "(state " + root.getSQLState() + ", code " + root.getErrorCode() + ")";
        return switch (String.valueOf(root.getSQLState())) {
            case "42S02", "42S03", "42S04", "42P01" ->
                new DataFailure(
                        "the table that the query names is not in the database " + database,
                        "load it with tally import, or correct data.query in node.yaml");
            case "42S22", "42703" ->
                new DataFailure(
                        "a column that the query names is not in the database " + database,
                        "correct data.query in node.yaml");
            case "28000", "28P01" ->
                new DataFailure(
                        "the database " + database + " refuses this user",
                        "correct data.user and data.password in node.yaml");
            default ->
                new DataFailure(
                        "the database " + database + " cannot be reached, or refused a statement " + state,
                        "check that it runs, and data.url and data.query in node.yaml");
        };
    }

    /** A JDBC address without its settings, which may hold a password. */
    static String name(String url) {
        int settings = url.indexOf(';');
        String name = settings < 0 ? url : url.substring(0, settings);
        int query = name.indexOf('?');
        return query < 0 ? name : name.substring(0, query);
    }
}
