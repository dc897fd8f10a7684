package org.tallystick.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class TallyTest {
    @Test
    void printsItsVersion() {
        var out = new StringWriter();

        int code = Tally.commandLine().setOut(new PrintWriter(out)).execute("--version");

        assertEquals(0, code);
        assertTrue(out.toString().startsWith("tally "), out::toString);
    }
}
