package org.tallystick.node.data;

import java.nio.charset.Charset;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tallystick.node.storage.EmbeddedDatabase;

/**
 * Loads a CSV file into a table of the node's own embedded database: all rows, or none. Columns of whole numbers and of
 * decimal numbers become numbers, all others text; every value is kept exactly, an empty field as NULL. The file is
 * read twice, once to check it all, once to load it.
 */
public final class CsvImport {
    private static final Pattern TABLE = Pattern.compile("[\\p{L}_][\\p{L}\\p{Nd}_]{0,50}");
    private static final int BATCH = 1000;

    private final Plan plan;
    private final Progress progress;
    private final CsvFile csv;

    private CsvImport(Plan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
        this.csv = new CsvFile(plan.file(), plan.charset());
    }

    /** What stands against an identifier, in words that do not repeat it; empty when nothing does. */
    @FunctionalInterface
    public interface IdCheck {
        /** Any text of at most 255 characters. */
        IdCheck TEXT = id -> id.length() <= 255 ? Optional.empty() : Optional.of("longer than 255 characters");

        Optional<String> problem(String id);
    }

    /** Told now and then how many rows are checked or loaded. */
    @FunctionalInterface
    public interface Progress {
        /** @param total 0 while it is not known */
        void rows(String task, long done, long total);
    }

    /** Where the rows go: an H2 database in a file. */
    public record Target(String url, String user, String password) {
        @Override
        public String toString() {
            return "Target[" + DataFailure.name(url) + "]";
        }
    }

    /**
     * What to load.
     *
     * @param id the column with the identifiers, all different
     * @param replace whether the table's rows are replaced; they are added to it otherwise
     */
    public record Plan(
            Path file, Charset charset, Target target, String table, String id, IdCheck idCheck, boolean replace) {}

    /** @param types each column's type as the database calls it, in the file's order */
    public record Summary(long rows, Map<String, String> types) {}

    /** What the first reading found. */
    private record Checked(List<String> header, ColumnType[] types, int id, long rows) {}

    /** Loads the file. */
    public static Summary run(Plan plan, Progress progress) {
        if (!TABLE.matcher(plan.table()).matches()) {
            throw new DataFailure(
                    "\"" + plan.table() + "\" is not usable as the name of a table",
                    "use a letter, then at most 50 letters, digits and underscores");
        }
        if (!plan.target().url().startsWith("jdbc:h2:")) {
            throw new DataFailure(
                    "the node's data is in " + DataFailure.name(plan.target().url())
                            + ", and only an embedded database can be loaded into",
                    "load that database with its own tools, or set data.url in node.yaml to"
                            + " jdbc:h2:file:${folder}/data/features");
        }
        return new CsvImport(plan, progress).run();
    }

    private Summary run() {
        Checked checked = check();
        load(plan.target(), checked);
        Map<String, String> types = new LinkedHashMap<>();
        for (int column = 0; column < checked.types().length; column++) {
            types.put(checked.header().get(column), checked.types()[column].sql());
        }
        return new Summary(checked.rows(), types);
    }

    /** Without a background writer, so that a full disk ends the database in this thread and nowhere else. */
    private static String url(String configured) {
        String url = configured;
        for (String setting : List.of("WRITE_DELAY=0", "DB_CLOSE_ON_EXIT=FALSE")) {
            String name = setting.substring(0, setting.indexOf('=') + 1);
            url = url.toUpperCase(Locale.ROOT).contains(";" + name) ? url : url + ";" + setting;
        }
        return url;
    }

    private void load(Target target, Checked checked) {
        try {
            Connection connection = DriverManager.getConnection(url(target.url()), target.user(), target.password());
            try {
                connection.setAutoCommit(false);
                load(connection, checked);
                execute(connection, "CHECKPOINT SYNC");
            } catch (SQLException | RuntimeException e) {
                if (!EmbeddedDatabase.hasEnded(e)) {
                    connection.rollback();
                    connection.close();
                }
                throw e;
            }
            connection.close();
        } catch (SQLException e) {
            throw DataFailure.of(DataFailure.name(target.url()), e);
        }
    }

    private Checked check() {
        List<String> header = csv.header();
        int id = position(header);
        ColumnType[] types = new ColumnType[header.size()];
        Arrays.fill(types, ColumnType.INTEGER);
        types[id] = ColumnType.TEXT;
        Map<String, Long> lines = new HashMap<>();
        csv.read((line, fields) -> {
            checkId(line, fields.get(id), lines);
            for (int column = 0; column < types.length; column++) {
                types[column] = types[column].widened(fields.get(column));
            }
            report("checking", lines.size(), 0);
        });
        if (lines.isEmpty()) {
            throw new DataFailure(plan.file() + " has no rows", "name a file with rows under its header");
        }
        return new Checked(header, types, id, lines.size());
    }

    private int position(List<String> header) {
        for (int column = 0; column < header.size(); column++) {
            if (header.get(column).equalsIgnoreCase(plan.id())) {
                return column;
            }
        }
        throw new DataFailure(
                plan.file() + ", line 1: there is no column " + plan.id(),
                "name the column with the identifiers, for example --id " + header.getFirst());
    }

    private void checkId(long line, String id, Map<String, Long> lines) {
        if (id.isEmpty()) {
            throw csv.failure(line, plan.id(), "is empty", "write the identifier of this row");
        }
        plan.idCheck().problem(id).ifPresent(problem -> {
            throw csv.failure(line, plan.id(), problem, "correct the identifier, or leave the row out");
        });
        Long first = lines.putIfAbsent(id, line);
        if (first != null) {
            throw csv.failure(line, plan.id(), "the same identifier as in line " + first, "keep one of the two rows");
        }
    }

    private void report(String task, long done, long total) {
        if (done % BATCH == 0 || done == total) {
            progress.rows(task, done, total);
        }
    }

    /** A new table is filled beside the old one and takes its place at the end; rows are added in one transaction. */
    private void load(Connection connection, Checked checked) throws SQLException {
        String staging = plan.table() + "__new";
        String previous = plan.table() + "__old";
        execute(connection, "DROP TABLE IF EXISTS " + quoted(staging));
        if (!exists(connection, plan.table()) && exists(connection, previous)) {
            execute(connection, rename(previous, plan.table()));
        }
        if (exists(connection, plan.table()) && !plan.replace()) {
            checkColumns(connection, checked);
            insert(connection, plan.table(), checked, true);
            connection.commit();
            return;
        }
        execute(connection, create(staging, checked));
        try {
            insert(connection, staging, checked, false);
            connection.commit();
            // An index that is made at the end is written once and in order.
            String id = quoted(checked.header().get(checked.id()));
            execute(connection, "ALTER TABLE " + quoted(staging) + " ADD PRIMARY KEY (" + id + ")");
        } catch (SQLException | RuntimeException e) {
            if (!EmbeddedDatabase.hasEnded(e)) {
                connection.rollback();
                execute(connection, "DROP TABLE IF EXISTS " + quoted(staging));
            }
            throw e;
        }
        execute(connection, "DROP TABLE IF EXISTS " + quoted(previous));
        if (exists(connection, plan.table())) {
            execute(connection, rename(plan.table(), previous));
        }
        execute(connection, rename(staging, plan.table()));
        execute(connection, "DROP TABLE IF EXISTS " + quoted(previous));
    }

    private static String rename(String from, String to) {
        return "ALTER TABLE " + quoted(from) + " RENAME TO " + quoted(to);
    }

    private static String create(String table, Checked checked) {
        List<String> columns = new ArrayList<>();
        for (int column = 0; column < checked.types().length; column++) {
            boolean isId = column == checked.id();
            columns.add(quoted(checked.header().get(column)) + " "
                    + (isId ? "VARCHAR(255) NOT NULL" : checked.types()[column].sql()));
        }
        return "CREATE TABLE " + quoted(table) + " (" + String.join(", ", columns) + ")";
    }

    private void checkColumns(Connection connection, Checked checked) throws SQLException {
        Map<String, ColumnType> existing = columns(connection);
        for (int column = 0; column < checked.types().length; column++) {
            String name = checked.header().get(column);
            ColumnType type = existing.remove(name.toLowerCase(Locale.ROOT));
            if (type == null) {
                throw csv.failure(
                        1,
                        name,
                        "is not in the table " + plan.table(),
                        "leave it out, or load all anew with --replace");
            }
            if (!type.holds(checked.types()[column])) {
                throw csv.failure(
                        1,
                        name,
                        "has values that do not fit the table's type " + type.sql(),
                        "correct them, or load all anew with --replace");
            }
        }
        if (!existing.isEmpty()) {
            throw csv.failure(
                    1,
                    "",
                    "the table " + plan.table() + " also has " + String.join(", ", existing.keySet()),
                    "add these columns, or load all anew with --replace");
        }
    }

    private Map<String, ColumnType> columns(Connection connection) throws SQLException {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT column_name, data_type FROM INFORMATION_SCHEMA.COLUMNS"
                        + " WHERE LOWER(table_name) = LOWER(?) ORDER BY ordinal_position")) {
            query.setString(1, plan.table());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    types.put(rows.getString(1).toLowerCase(Locale.ROOT), ColumnType.ofSql(rows.getString(2)));
                }
            }
        }
        return types;
    }

    private void insert(Connection connection, String table, Checked checked, boolean compare) throws SQLException {
        String columns = checked.header().stream().map(CsvImport::quoted).collect(Collectors.joining(", "));
        String places = checked.header().stream().map(name -> "?").collect(Collectors.joining(", "));
        String sql = "INSERT INTO " + quoted(table) + " (" + columns + ") VALUES (" + places + ")";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            Map<String, Long> batch = new HashMap<>();
            long[] done = new long[1];
            csv.read((line, fields) -> {
                try {
                    for (int column = 0; column < checked.types().length; column++) {
                        checked.types()[column].bind(insert, column + 1, fields.get(column));
                    }
                    insert.addBatch();
                    batch.put(fields.get(checked.id()), line);
                    if (batch.size() == BATCH) {
                        flush(connection, insert, checked, batch, compare);
                    }
                } catch (SQLException e) {
                    throw DataFailure.of(DataFailure.name(plan.target().url()), e);
                }
                report("loading", ++done[0], checked.rows());
            });
            flush(connection, insert, checked, batch, compare);
        }
    }

    private void flush(
            Connection connection, PreparedStatement insert, Checked checked, Map<String, Long> batch, boolean compare)
            throws SQLException {
        if (compare) {
            rejectExisting(connection, checked, batch);
        }
        insert.executeBatch();
        batch.clear();
    }

    private void rejectExisting(Connection connection, Checked checked, Map<String, Long> batch) throws SQLException {
        String id = quoted(checked.header().get(checked.id()));
        String sql = "SELECT " + id + " FROM " + quoted(plan.table()) + " WHERE " + id + " = ANY(?)";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setArray(1, connection.createArrayOf("VARCHAR", batch.keySet().toArray()));
            try (ResultSet rows = query.executeQuery()) {
                if (rows.next()) {
                    throw csv.failure(
                            batch.getOrDefault(rows.getString(1), 0L),
                            plan.id(),
                            "the table " + plan.table() + " has this identifier already",
                            "leave the row out, or load all anew with --replace");
                }
            }
        }
    }

    private static boolean exists(Connection connection, String table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE LOWER(table_name) = LOWER(?)")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Names are checked to be letters, digits and underscores before they come here. */
    private static String quoted(String name) {
        return '"' + name + '"';
    }
}
