package org.tallystick.node.data;

import java.sql.SQLException;
import org.tallystick.node.NodeFailure;

/** The node's own data cannot be read or loaded. The text names places (file, line, column, table), never values. */
public final class DataFailure extends NodeFailure {
    private static final long serialVersionUID = 1L;

    /** H2: the file is locked by another process. */
    private static final int LOCKED = 90020;

    public DataFailure(String problem, String remedy) {
        super(problem, remedy);
    }

    public DataFailure(String problem, String remedy, Throwable cause) {
        super(problem, remedy, cause);
    }

    /** What a database error means; the database's own message may hold values and is not repeated. */
    static DataFailure of(String database, SQLException e) {
        SQLException root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("No space left") || message.contains("File too large")) {
                return new DataFailure(
                        "the disk of the database " + database + " is full; nothing was changed",
                        "free space there, then try again");
            }
            root = cause instanceof SQLException sql ? sql : root;
        }
        if (root.getErrorCode() == LOCKED) {
            return new DataFailure(
                    "the database " + database + " is in use by another process",
                    "stop the node that runs from this folder, then try again");
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
