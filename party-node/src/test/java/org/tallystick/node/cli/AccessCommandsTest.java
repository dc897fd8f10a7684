package org.tallystick.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.certs.Pem;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.server.NodeServer;
import org.tallystick.node.storage.TestPostgres;
import picocli.CommandLine;

/** {@code tally user} and {@code tally key} at a node whose state is in PostgreSQL. */
final class AccessCommandsTest {
    @TempDir
    private Path temporary;

    private Path folder;
    private NodeServer node;

    private record Outcome(int code, String out, String err) {}

    private Outcome tally(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Tally.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return new Outcome(line.execute(arguments), out.toString(), err.toString());
    }

    private String said(String... arguments) {
        Outcome outcome = tally(arguments);
        assertEquals(0, outcome.code(), outcome::err);
        return outcome.out();
    }

    @BeforeEach
    void start() throws IOException {
        List<Path> nodes = ConsortiumFolder.write(new ConsortiumFolder.Plan(
                temporary.resolve("group"), "demo", 0, Approval.LISTED, false, IdKind.CREDIT_CODE));
        folder = nodes.getFirst();
        Path csv = Files.writeString(temporary.resolve("in.csv"), "subject,sales\na,1\n");
        said("import", "--node", folder.toString(), csv.toString());
        Path yaml = folder.resolve(NodeConfigFile.NAME);
        Pem.writeSecret(folder.resolve("keys/database-password"), TestPostgres.PASSWORD + "\n");
        Files.writeString(yaml, Files.readString(yaml).replace("\nstate: state\n", """

            state:
              folder: state
              database:
                url: %s
                user: %s
                passwordFile: keys/database-password
            """.formatted(
                        TestPostgres.newDatabase(), TestPostgres.USER)));
        node = NodeServer.start(NodeConfigFile.read(folder));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void usersAndKeysOutliveTheNode() {
        String at = folder.toString();
        String added = said("user", "add", "li.na", "--node", at, "--role", "approver,auditor");
        assertTrue(
                added.matches("(?s)Added li.na as approver, auditor\\. The first password, shown this once:"
                        + " ([a-z2-9]{4}-){4}[a-z2-9]{4}\\s*"),
                added);
        String key = said("key", "--node", at, "add", "los-1", "--days", "3").strip();
        assertTrue(key.startsWith("tally_k_"), key);
        said("user", "roles", "li.na", "auditor", "--node", at);
        node.close();

        Outcome away = tally("user", "list", "--node", at);
        assertEquals(1, away.code());
        assertTrue(away.err().contains("no node answers"), away::err);
        node = NodeServer.start(NodeConfigFile.read(folder));

        assertEquals("li.na  auditor  has not chosen a password yet\n", said("user", "list", "--node", at));
        assertTrue(said("key", "list", "--node", at).startsWith("los-1  client  until 20"));
        said("user", "disable", "li.na", "--node", at);
        said("key", "revoke", "los-1", "--node", at);
        assertEquals("li.na  auditor  disabled\n", said("user", "list", "--node", at));
        assertTrue(said("key", "list", "--node", at).startsWith("los-1  client  revoked 20"));
        assertTrue(tally("user", "password", "li.na", "--node", at).err().contains("is disabled"));
        said("user", "enable", "li.na", "--node", at);
        assertTrue(said("user", "password", "li.na", "--node", at).startsWith("Set the password of li.na. The first"));
        assertFalse(Files.exists(folder.resolve("state/state.mv.db")), "the embedded database is used as well");
    }

    @Test
    void aPasswordFromAFileMustBeItsOwnersAlone() throws IOException {
        Path open = Files.writeString(temporary.resolve("open"), "correct horse battery\n");
        Path secret = temporary.resolve("secret");
        Pem.writeSecret(secret, "correct horse battery\n");
        String[] add = {"user", "add", "li", "--node", folder.toString(), "--role", "operator", "--password-file"};

        Outcome refused = tally(with(add, open.toString()));
        Outcome taken = tally(with(add, secret.toString()));
        Outcome wrong = tally("user", "add", "x", "--node", folder.toString(), "--role", "boss");

        assertTrue(refused.err().contains("chmod 600"), refused::err);
        assertEquals("Added li as operator.\n", taken.out(), taken::err);
        assertEquals(1, wrong.code());
        assertFalse(wrong.out().contains("password"), "a password is shown that nobody has");
    }

    private static String[] with(String[] words, String last) {
        String[] all = java.util.Arrays.copyOf(words, words.length + 1);
        all[words.length] = last;
        return all;
    }
}
