package org.tallystick.node.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.node.data.CsvImport.IdCheck;
import org.tallystick.node.data.CsvImport.Plan;
import org.tallystick.node.data.CsvImport.Summary;
import org.tallystick.node.data.CsvImport.Target;
import org.tallystick.node.storage.ChildJvm;

final class CsvImportTest {
    @TempDir
    private Path temporary;

    @Test
    void valuesAreKeptExactlyAndTyped() throws Exception {
        Summary summary = load(
                "subject,sales,rate,code,note,empty\n"
                        + "a,12,0.10,007,\"x, \"\"y\"\"\",\n"
                        + "b,-999999999999999999,12345678901234567890.5,08,税,\n"
                        + "c,,1e-7,,,\n",
                false);

        assertEquals(3, summary.rows());
        assertEquals(
                List.of("VARCHAR(4000)", "BIGINT", "DECFLOAT(60)", "VARCHAR(4000)", "VARCHAR(4000)", "BIGINT"),
                List.copyOf(summary.types().values()));
        assertEquals(
                List.of(
                        "a|12|0.1|007|x, \"y\"|null",
                        "b|-999999999999999999|12345678901234567890.5|08|税|null",
                        "c|null|1E-7|null|null|null"),
                rows("sales, rate, code, note, empty"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        id,x\\na,1               | line 1: there is no column subject
        subject,x\\na,1\\nb      | line 3: 1 fields where the header has 2
        subject,x\\na,1\\na,2    | line 3, column subject: the same identifier as in line 2
        subject,x\\na,1\\n,2     | line 3, column subject: is empty
        subject,x\\nbad,1        | line 2, column subject: wrong check character
        subject,X,x\\na,1,2      | line 1, column x: the name is there twice
        subject,a-b\\na,1        | line 1, column 2: the name of the column is not usable
        subject,x\\na,"1\\nb,2   | is not CSV
        subject,x                | has no rows
        subject,x\\n"a\\nb",1\\nc| line 4: 1 fields
        """)
    void aBadFileChangesNothingAndIsExplained(String text, String expected) throws Exception {
        load("subject,x\nold,1\n", false);

        DataFailure failure = assertThrows(DataFailure.class, () -> load(text.replace("\\n", "\n"), true));

        assertTrue(failure.problem().contains(expected), failure::problem);
        assertFalse(failure.getMessage().contains("bad"), failure::problem);
        assertEquals(List.of("old|1"), rows("x"));
    }

    @Test
    void rowsAreAddedOrReplaced() throws Exception {
        load("subject,x\na,1\n", false);
        load("X,subject\n2,b\n", false);
        assertEquals(List.of("a|1", "b|2"), rows("x"));

        load("subject,y\nc,text\n", true);

        assertEquals(List.of("c|text"), rows("y"));
    }

    @Test
    void addingWhatDoesNotFitChangesNothing() throws Exception {
        load("subject,x\na,1\n", false);

        for (String text :
                List.of("subject,x\nb,1\na,2\n", "subject,x\nb,1.5\n", "subject,x,y\nb,1,2\n", "subject\nb\n")) {
            DataFailure failure = assertThrows(DataFailure.class, () -> load(text, false), text);
            assertTrue(failure.remedy().contains("--replace"), failure::remedy);
        }

        assertEquals(List.of("a|1"), rows("x"));
    }

    @Test
    void anIdentifierThatIsThereAlreadyIsNamedByItsLine() throws Exception {
        load("subject,x\na,1\n", false);

        DataFailure failure = assertThrows(DataFailure.class, () -> load("subject,x\nb,1\na,2\n", false));

        assertTrue(failure.problem().contains("line 3, column subject"), failure::problem);
    }

    @Test
    void otherEncodingsAreReadWhenNamed() throws Exception {
        Path file = temporary.resolve("gb.csv");
        Files.write(file, "subject,x\na,税务\n".getBytes(Charset.forName("GB18030")));

        DataFailure failure = assertThrows(
                DataFailure.class, () -> CsvImport.run(plan(file, StandardCharsets.UTF_8, false), (t, d, n) -> {}));
        assertTrue(failure.remedy().contains("--encoding"), failure::remedy);
        CsvImport.run(plan(file, Charset.forName("GB18030"), false), (t, d, n) -> {});

        assertEquals(List.of("a|税务"), rows("x"));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheHeader() throws Exception {
        load("\uFEFFsubject,x\na,1\n", false);

        assertEquals(List.of("a|1"), rows("x"));
    }

    @Test
    void manyRowsAreCountedToTheEnd() throws Exception {
        StringBuilder text = new StringBuilder("subject,x\n");
        for (int row = 0; row < 2500; row++) {
            text.append("s").append(row).append(',').append(row).append('\n');
        }
        List<Long> loaded = new ArrayList<>();
        Path file = Files.writeString(temporary.resolve("many.csv"), text);

        CsvImport.run(plan(file, StandardCharsets.UTF_8, false), (task, done, total) -> {
            if (task.equals("loading")) {
                loaded.add(done);
            }
        });

        assertEquals(List.of(1000L, 2000L, 2500L), loaded);
        assertEquals(2500, rows("x").size());
    }

    @Test
    void aDatabaseThatANodeHasOpenIsLeftAlone() throws Exception {
        load("subject,x\nold,1\n", false);
        Process node = ChildJvm.start(ImportChild.class, url());
        try (var out = node.inputReader()) {
            assertEquals("open", out.readLine());

            DataFailure failure = assertThrows(DataFailure.class, () -> load("subject,x\na,1\n", true));

            assertTrue(failure.problem().contains("in use by another process"), failure::problem);
            assertTrue(failure.remedy().contains("stop the node"), failure::remedy);
            node.outputWriter().close();
            assertEquals("closed at -1", out.readLine());
        }
        assertEquals(0, node.waitFor());
        assertEquals(List.of("old|1"), rows("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"add", "replace"})
    void aFullDiskIsToldAndTheOldRowsStay(String how) throws Exception {
        load("subject,x\nold,1\n", false);
        StringBuilder text = new StringBuilder("subject,x\n");
        for (int row = 0; row < 40_000; row++) {
            text.append(Integer.reverse(row))
                    .append("-")
                    .append(row * 7919L)
                    .append(',')
                    .append(row)
                    .append('\n');
        }
        Path file = Files.writeString(temporary.resolve("large.csv"), text);
        Process child = ChildJvm.startWithFileLimit(1024, ImportChild.class, url(), file.toString(), how);
        List<String> lines;
        try (var out = child.inputReader()) {
            lines = ChildJvm.lines(out);
        }
        child.waitFor();

        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.getFirst().contains("is full"), lines::toString);
        assertTrue(lines.getFirst().contains("free space"), lines::toString);
        assertEquals(List.of("old|1"), rows("x"));
        load("subject,x\nnew,2\n", false);
        assertEquals(List.of("new|2", "old|1"), rows("x"));
    }

    @Test
    void foreignDatabasesAndStrangeTablesAreRefused() throws Exception {
        Path file = Files.writeString(temporary.resolve("a.csv"), "subject\na\n");
        Plan good = plan(file, StandardCharsets.UTF_8, false);

        DataFailure foreign = assertThrows(
                DataFailure.class,
                () -> CsvImport.run(
                        new Plan(
                                file,
                                good.charset(),
                                new Target("jdbc:postgresql://db/tax?password=hunter2", "u", "p"),
                                "business",
                                "subject",
                                IdCheck.TEXT,
                                false),
                        (t, d, n) -> {}));
        assertFalse(foreign.getMessage().contains("hunter2"), foreign::getMessage);
        assertThrows(
                DataFailure.class,
                () -> CsvImport.run(
                        new Plan(file, good.charset(), good.target(), "a\"; DROP", "subject", IdCheck.TEXT, false),
                        (t, d, n) -> {}));
    }

    private Summary load(String text, boolean replace) throws IOException {
        Path file = Files.writeString(temporary.resolve("in.csv"), text);
        return CsvImport.run(plan(file, StandardCharsets.UTF_8, replace), (task, done, total) -> {});
    }

    private Plan plan(Path file, Charset charset, boolean replace) {
        IdCheck check = id -> id.equals("bad") ? Optional.of("wrong check character") : Optional.empty();
        return new Plan(file, charset, new Target(url(), "sa", ""), "business", "subject", check, replace);
    }

    private String url() {
        return "jdbc:h2:file:" + temporary.resolve("features")
                + ";DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
    }

    private List<String> rows(String columns) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (var connection = DriverManager.getConnection(url(), "sa", "");
                var statement = connection.createStatement();
                var result = statement.executeQuery("SELECT subject, " + columns + " FROM business ORDER BY subject")) {
            int count = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= count; column++) {
                    row.add(result.getString(column));
                }
                rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
            }
        }
        return rows;
    }
}
