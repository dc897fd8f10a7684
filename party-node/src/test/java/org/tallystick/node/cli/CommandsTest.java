package org.tallystick.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.CreditCode;
import picocli.CommandLine;

final class CommandsTest {
    @TempDir
    private Path temporary;

    private record Outcome(int code, String out, String err) {}

    private static Outcome tally(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Tally.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        return new Outcome(line.execute(words), out.toString(), err.toString());
    }

    @Test
    void initAndImportWorkTogether() throws IOException {
        Path group = temporary.resolve("group");
        Path csv = Files.writeString(temporary.resolve("in.csv"), "subject,sales\na,1\nb,2\n");

        Outcome init = tally("init", group, "--group", "north");
        Outcome load = tally("import", "--node", group.resolve("tax"), csv);
        Outcome again = tally("import", "--node", group.resolve("tax"), csv);

        assertEquals(0, init.code(), init::err);
        assertEquals(0, load.code(), load::err);
        assertTrue(load.out().contains("Loaded 2 rows"), load::out);
        assertEquals(1, again.code());
        assertTrue(again.err().contains("line 2, column subject"), again::err);
    }

    @Test
    void creditCodesAreChecked() throws IOException {
        Path group = temporary.resolve("group");
        tally("init", group);
        String good = CreditCode.of("91350211MA34567UX");
        String bad = good.substring(0, 17) + (good.endsWith("0") ? "1" : "0");
        Path csv = Files.writeString(temporary.resolve("in.csv"), "subject,sales\n" + good + ",1\n" + bad + ",2\n");

        Outcome outcome = tally("import", "--node", group.resolve("tax"), "--id-kind", "credit-code", csv);

        assertEquals(1, outcome.code());
        assertTrue(outcome.err().contains("line 3, column subject: character 18"), outcome::err);
        assertFalse(outcome.err().contains(bad));
        assertEquals(
                2,
                tally("import", "--node", group.resolve("tax"), "--id-kind", "other", csv)
                        .code());
    }

    @Test
    void anErrorIsOneLineThatSaysWhatToDo() {
        tally("init", temporary.resolve("group"));

        Outcome outcome = tally("init", temporary.resolve("group"));

        assertEquals(1, outcome.code());
        assertTrue(outcome.err().startsWith("error: the folder "), outcome::err);
        assertTrue(outcome.err().contains("; do: "), outcome::err);
        assertEquals(1, outcome.err().lines().count(), outcome::err);
        assertTrue(tally("init", "--verbose", temporary.resolve("group")).err().contains("\tat org.tallystick"));
    }

    @Test
    void wrongUsageIsTold() {
        assertEquals(2, tally("nonsense").code());
        assertEquals(2, tally("import", "--node", temporary).code());
        Outcome help = tally("help", "import");
        assertEquals(0, help.code());
        assertTrue(help.out().contains("--id-kind"), help::out);
        assertTrue(tally("version").out().startsWith("tally "));
        assertFalse(tally().out().isEmpty());
    }
}
