package org.tallystick.node.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Prepared statements in one line. Arguments are bound, never pasted; an Instant is bound as a timestamp. */
final class Sql {
    private Sql() {}

    /** Reads one row of a result. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** A statement's count of changed rows. */
    static int update(Connection connection, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, arguments);
            return statement.executeUpdate();
        }
    }

    static <T> List<T> all(Connection connection, String sql, RowReader<T> reader, Object... arguments)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, arguments);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> values = new ArrayList<>();
                while (rows.next()) {
                    values.add(reader.read(rows));
                }
                return values;
            }
        }
    }

    static <T> Optional<T> first(Connection connection, String sql, RowReader<T> reader, Object... arguments)
            throws SQLException {
        return all(connection, sql, reader, arguments).stream().findFirst();
    }

    static void bind(PreparedStatement statement, Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            statement.setObject(i + 1, argument instanceof Instant at ? at.atOffset(ZoneOffset.UTC) : argument);
        }
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    /** Whether a row with that key is there already. */
    static boolean isDuplicate(SQLException e) {
        return "23505".equals(e.getSQLState());
    }
}
