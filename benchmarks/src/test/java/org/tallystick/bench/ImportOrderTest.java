package org.tallystick.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The project keeps its order of packages, and the check that says so catches what breaks it. */
final class ImportOrderTest {
    @TempDir
    private Path made;

    @BeforeEach
    void aProjectInOrder() throws IOException {
        write("mpc-core", "org.tallystick.ring", "import java.util.List;");
        write("models", "org.tallystick.models", "import org.tallystick.program.Program;");
        write("party-node", "org.tallystick.node.bank", "import org.tallystick.models.Scorecard;");
        write("benchmarks", "org.tallystick.bench", "import org.tallystick.node.bank.Bank;");
    }

    @Test
    void theProjectKeepsTheOrder() throws IOException {
        // Surefire runs in the module's folder, an IDE perhaps in the project's.
        Path here = Path.of("").toAbsolutePath();
        Path project = Files.isDirectory(here.resolve("mpc-core")) ? here : here.getParent();

        assertEquals(List.of(), ImportOrder.violations(project));
    }

    @Test
    void anOrderedProjectPasses() throws IOException {
        write("mpc-core", "org.tallystick.program", "import org.tallystick.gadget.Compare;");
        write("mpc-core", "org.tallystick.protocol.semi2k", "import static org.tallystick.ot.Extension.extend;");
        write("mpc-core", "org.tallystick.net", "/* org.tallystick.share.X */ // import org.tallystick.share.X;");
        write("mpc-core", "org.tallystick.share", "String s = \"/*\"; String t = \"org.tallystick.program.X */\";");

        assertEquals(List.of(), ImportOrder.violations(made));
    }

    @ParameterizedTest
    @CsvSource({
        "mpc-core, ring, org.tallystick.net.Mesh",
        "mpc-core, ring, org.tallystick.random.Prg",
        "mpc-core, net, org.tallystick.share.Share",
        "mpc-core, random, org.tallystick.protocol.Cost",
        "mpc-core, share, org.tallystick.protocol.Protocol",
        "mpc-core, protocol.rep4, org.tallystick.convert.ToBits",
        "mpc-core, ot, org.tallystick.gadget.Compare",
        "mpc-core, garble, org.tallystick.program.Program",
        "mpc-core, gadget, org.tallystick.program.Program",
        "mpc-core, program, org.tallystick.models.Scorecard",
        "mpc-core, program, io.vertx.core.Vertx",
        "mpc-core, program, com.google.protobuf.Message",
        "mpc-core, program, com.fasterxml.jackson.databind.ObjectMapper",
        "models, models, org.tallystick.share.Rep4Share",
        "models, models, org.tallystick.net.Mesh",
        "models, models.scorecard, org.tallystick.node.bank.Bank",
        "party-node, node.transport, org.tallystick.models.Scorecard",
        "party-node, node.session, org.tallystick.models.Scorecard",
        "party-node, node.policy, org.tallystick.models.Scorecard",
        "party-node, node.storage, org.tallystick.models.Scorecard",
        "party-node, node.data, org.tallystick.models.Scorecard",
        "party-node, node, org.tallystick.models.Scorecard",
    })
    void aForbiddenImportIsCaught(String module, String packageName, String imported) throws IOException {
        write(module, "org.tallystick." + packageName, "import " + imported + ";");

        assertOneViolation("org.tallystick." + packageName + " may not name " + imported);
    }

    @Test
    void aForbiddenNameWithoutImportIsCaught() throws IOException {
        write("mpc-core", "org.tallystick.share", "Object x = org.tallystick.program.Program.NONE;");

        assertOneViolation("may not name org.tallystick.program.Program.NONE");
    }

    @Test
    void aPackageOutsideTheRootsIsCaught() throws IOException {
        write("mpc-core", "org.tallystick.util", "");

        assertOneViolation("package org.tallystick.util is none of");
    }

    @Test
    void aCircleWithinALevelIsCaught() throws IOException {
        write("mpc-core", "org.tallystick.ot", "import org.tallystick.garble.HalfGates;");
        write("mpc-core", "org.tallystick.garble", "import org.tallystick.protocol.Cost;");
        write("mpc-core", "org.tallystick.protocol", "import org.tallystick.ot.Extension;");

        List<String> violations = ImportOrder.violations(made);

        assertEquals(3, violations.size(), violations::toString);
        assertTrue(violations.getFirst().startsWith("package garble sees itself"), violations::toString);
    }

    @Test
    void aModuleWithoutSourcesIsCaught() throws IOException {
        Files.delete(file("models", "org.tallystick.models"));

        assertOneViolation("no sources in");
    }

    private void assertOneViolation(String part) throws IOException {
        List<String> violations = ImportOrder.violations(made);

        assertEquals(1, violations.size(), violations::toString);
        assertTrue(violations.getFirst().contains(part), violations::toString);
    }

    private void write(String module, String packageName, String body) throws IOException {
        Path file = file(module, packageName);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "package " + packageName + ";\n" + body + "\n");
    }

    private Path file(String module, String packageName) {
        return made.resolve(module, "src/main/java", packageName.replace('.', '/'), "Made.java");
    }
}
