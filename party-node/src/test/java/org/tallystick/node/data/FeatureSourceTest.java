package org.tallystick.node.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.config.NodeConfig;

final class FeatureSourceTest {
    private static final String QUERY = "SELECT * FROM business WHERE subject IN (?)";

    @TempDir
    private Path folder;

    private String url;

    @BeforeEach
    void fill() throws SQLException {
        url = "jdbc:h2:file:" + folder.resolve("features")
                + ";DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
        execute(
                "CREATE TABLE business (subject VARCHAR(64) PRIMARY KEY, Sales BIGINT, note VARCHAR(50))",
                "INSERT INTO business VALUES ('a', 1, 'x'), ('b', NULL, ''), ('c''; DROP TABLE business; --', 3, 'z')");
    }

    @Test
    void rowsComeInTheOrderAskedAndMissingOnesAreEmpty() {
        try (FeatureSource source = open(QUERY, "subject")) {
            List<Optional<Map<String, String>>> rows = source.rows(List.of("b", "nobody", "a", "b"));

            Map<String, String> b = new HashMap<>();
            b.put("subject", "b");
            b.put("Sales", null);
            b.put("note", "");
            assertEquals(Optional.of(b), rows.get(0));
            assertEquals(Optional.empty(), rows.get(1));
            assertEquals(Optional.of(Map.of("subject", "a", "Sales", "1", "note", "x")), rows.get(2));
            assertEquals(rows.get(0), rows.get(3));
            assertEquals(List.of(), source.rows(List.of()));
            assertTrue(source.isReady());
        }
    }

    @Test
    void subjectsAreNeverText() {
        try (FeatureSource source = open(QUERY, "subject")) {
            String evil = "c'; DROP TABLE business; --";

            assertEquals(
                    "3", source.rows(List.of(evil)).getFirst().orElseThrow().get("Sales"));
            assertEquals(
                    List.of(Optional.empty(), Optional.empty()), source.rows(List.of("x' OR '1'='1", "a') OR 1=1 --")));
            assertTrue(source.rows(List.of("a")).getFirst().isPresent());
        }
    }

    @Test
    void aRowIsFoundByNamesOfAnyCaseAndPrintsNoValues() {
        try (FeatureSource source = open(QUERY, "SUBJECT")) {
            Map<String, String> row = source.rows(List.of("a")).getFirst().orElseThrow();

            assertEquals("1", row.get("SALES"));
            assertTrue(row.containsKey("Note"));
            assertFalse(row.containsKey("nothing"));
            assertEquals("FeatureRow[subject, Sales, note]", row.toString());
        }
    }

    @Test
    void manySubjectsAreReadAtOnce() throws SQLException {
        execute("INSERT INTO business SELECT 's' || x, x, 'n' FROM SYSTEM_RANGE(1, 20000)");
        List<String> subjects = new ArrayList<>();
        for (int row = 20_000; row > 0; row -= 2) {
            subjects.add("s" + row);
        }
        try (FeatureSource source = open(QUERY, "subject")) {
            List<Optional<Map<String, String>>> rows = source.rows(subjects);

            for (int row = 0; row < subjects.size(); row++) {
                assertEquals(
                        "" + (20_000 - 2 * row), rows.get(row).orElseThrow().get("sales"));
            }
        }
    }

    @Test
    void otherQueriesWork() {
        String join =
                "SELECT b.subject AS code, b.sales * 2 AS twice FROM business b WHERE b.sales > 0 AND b.subject in ( ?"
                        + " ) ORDER BY 1";
        try (FeatureSource source = open(join, "code")) {
            assertEquals(
                    List.of(Optional.of(Map.of("code", "a", "twice", "2")), Optional.empty()),
                    source.rows(List.of("a", "b")));
        }
    }

    @Test
    void errorsSayWhatToCorrect() {
        assertTrue(failure("SELECT * FROM nothing WHERE subject IN (?)", "subject")
                .contains("table that the query names"));
        assertTrue(
                failure("SELECT * FROM business WHERE code IN (?)", "subject").contains("column that the query names"));
        assertTrue(failure("SELECT sales, note FROM business WHERE subject IN (?)", "subject")
                .contains("one of Sales, note"));
        assertTrue(failure("SELECT 'a' AS subject FROM business WHERE 'a' IN (?)", "subject")
                .contains("two rows for one subject"));
        assertTrue(failure("SELECT broken WHERE subject IN (?) a", "subject").contains("data.query"));
    }

    @Test
    void aDatabaseThatIsNotThereIsToldWithoutItsPassword() {
        NodeConfig.Data data = new NodeConfig.Data(
                "jdbc:h2:tcp://127.0.0.1:1/none;PASSWORD=hunter2",
                "sa",
                "hunter2",
                QUERY,
                "subject",
                NodeConfig.IdKind.TEXT);
        try (FeatureSource source = FeatureSource.open(data)) {
            DataFailure failure = assertThrows(DataFailure.class, () -> source.rows(List.of("a")));

            assertFalse(failure.getMessage().contains("hunter2"), failure::getMessage);
            assertFalse(source.isReady());
        }
    }

    private String failure(String query, String id) {
        try (FeatureSource source = open(query, id)) {
            return assertThrows(DataFailure.class, () -> source.rows(List.of("a", "b")))
                    .getMessage();
        }
    }

    private FeatureSource open(String query, String id) {
        return FeatureSource.open(new NodeConfig.Data(url, "sa", "", query, id, NodeConfig.IdKind.TEXT));
    }

    private void execute(String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection(url, "sa", "");
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
