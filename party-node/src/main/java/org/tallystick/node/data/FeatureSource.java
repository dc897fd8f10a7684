package org.tallystick.node.data;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.tallystick.node.config.NodeConfig;

/**
 * Reads this node's own columns over JDBC: one query for a whole batch of subjects, who appear in it as parameters and
 * never as text. The query comes from the node's configuration and has {@code IN (?)} where the subjects belong.
 */
public final class FeatureSource implements AutoCloseable {
    private static final Pattern IN_LIST = Pattern.compile("(?i)\\bIN\\s*\\(\\s*\\?\\s*\\)");
    private static final int CONNECTIONS = 8;
    private static final int LIST_LENGTH = 500;
    private static final int ARRAY_LENGTH = 16_384;

    /** H2 finds each id by the index, but then compares each row with the whole array. */
    private static final int H2_ARRAY_LENGTH = 32;

    private static final int TIMEOUT_SECONDS = 60;

    private final NodeConfig.Data data;
    private final String database;
    private final String anyOf;
    private final HikariDataSource pool;

    private FeatureSource(NodeConfig.Data data, HikariDataSource pool) {
        this.data = data;
        this.database = DataFailure.name(data.url());
        this.anyOf = query(data, "= ANY(?)");
        this.pool = pool;
    }

    /** Connects when the first rows are read, so that a node starts while its database does not run. */
    public static FeatureSource open(NodeConfig.Data data) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("data");
        config.setJdbcUrl(data.url());
        config.setUsername(data.user());
        config.setPassword(data.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1);
        config.setReadOnly(true);
        config.setAutoCommit(false);
        return new FeatureSource(data, new HikariDataSource(config));
    }

    /**
     * The raw columns of each subject, in the order asked, by name; empty for a subject without a row. A value that the
     * database does not have is null in its map.
     *
     * @throws DataFailure when the database cannot be read, or has two rows for one subject
     */
    public List<Optional<Map<String, String>>> rows(List<String> subjects) {
        if (subjects.isEmpty()) {
            return List.of();
        }
        Map<String, FeatureRow> found = new HashMap<>(2 * subjects.size());
        try (Connection connection = pool.getConnection()) {
            // In the order of the index, so that ids of one page are looked up one after the other.
            List<String> distinct = List.copyOf(new TreeSet<>(subjects));
            switch (connection.getMetaData().getDatabaseProductName()) {
                case "H2" -> readArrays(connection, distinct, H2_ARRAY_LENGTH, found);
                case "PostgreSQL" -> readArrays(connection, distinct, ARRAY_LENGTH, found);
                default -> readLists(connection, distinct, found);
            }
            // What only reads has nothing to undo, and a rollback would make H2 forget how it runs the query.
            connection.commit();
        } catch (SQLException e) {
            throw DataFailure.of(database, e);
        }
        List<Optional<Map<String, String>>> rows = new ArrayList<>(subjects.size());
        for (String subject : subjects) {
            rows.add(Optional.ofNullable(found.get(subject)));
        }
        return rows;
    }

    /** Whether the database answers now: for readiness. */
    public boolean isReady() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(2);
        } catch (SQLException e) {
            return false;
        }
    }

    private void readArrays(Connection connection, List<String> subjects, int length, Map<String, FeatureRow> found)
            throws SQLException {
        try (PreparedStatement query = prepare(connection, anyOf)) {
            Optional<FeatureRow.Columns> columns = Optional.empty();
            for (int from = 0; from < subjects.size(); from += length) {
                List<String> part = subjects.subList(from, Math.min(subjects.size(), from + length));
                query.setArray(1, connection.createArrayOf("VARCHAR", part.toArray()));
                columns = Optional.of(read(query, columns, found));
            }
        }
    }

    private void readLists(Connection connection, List<String> subjects, Map<String, FeatureRow> found)
            throws SQLException {
        for (int from = 0; from < subjects.size(); from += LIST_LENGTH) {
            List<String> part = subjects.subList(from, Math.min(subjects.size(), from + LIST_LENGTH));
            String places = String.join(", ", Collections.nCopies(part.size(), "?"));
            try (PreparedStatement query = prepare(connection, query(data, "IN (" + places + ")"))) {
                for (int parameter = 0; parameter < part.size(); parameter++) {
                    query.setString(parameter + 1, part.get(parameter));
                }
                read(query, Optional.empty(), found);
            }
        }
    }

    private static String query(NodeConfig.Data data, String condition) {
        return IN_LIST.matcher(data.query()).replaceFirst(condition);
    }

    private static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement query = connection.prepareStatement(sql);
        query.setFetchSize(4096);
        // A command of its own in H2, whose connections keep it.
        if (query.getQueryTimeout() != TIMEOUT_SECONDS) {
            query.setQueryTimeout(TIMEOUT_SECONDS);
        }
        return query;
    }

    /** Adds the rows of one execution; its columns are those of the statement's first one, which are returned. */
    private FeatureRow.Columns read(
            PreparedStatement query, Optional<FeatureRow.Columns> known, Map<String, FeatureRow> found)
            throws SQLException {
        try (ResultSet result = query.executeQuery()) {
            FeatureRow.Columns columns = known.isPresent() ? known.get() : columns(result.getMetaData());
            int id = columns.position(data.id()).orElseThrow(() -> noId(columns));
            int count = columns.names().size();
            while (result.next()) {
                String[] values = new String[count];
                for (int column = 0; column < count; column++) {
                    values[column] = result.getString(column + 1);
                }
                if (values[id] != null && found.put(values[id], new FeatureRow(columns, values)) != null) {
                    throw new DataFailure(
                            "the database " + database + " has two rows for one subject",
                            "make data.query in node.yaml return one row for each " + data.id());
                }
            }
            return columns;
        }
    }

    private static FeatureRow.Columns columns(ResultSetMetaData metadata) throws SQLException {
        List<String> names = new ArrayList<>();
        for (int column = 1; column <= metadata.getColumnCount(); column++) {
            names.add(metadata.getColumnLabel(column));
        }
        return new FeatureRow.Columns(names);
    }

    private DataFailure noId(FeatureRow.Columns columns) {
        return new DataFailure(
                "the query of the database " + database + " returns no column " + data.id(),
                "set data.id in node.yaml to one of " + String.join(", ", columns.names()));
    }

    @Override
    public void close() {
        pool.close();
    }
}
