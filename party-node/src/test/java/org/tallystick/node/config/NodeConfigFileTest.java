package org.tallystick.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.protocol.Profile;

final class NodeConfigFileTest {
    @TempDir
    private Path temporary;

    private Path file;

    @BeforeEach
    void write() {
        List<Path> nodes = ConsortiumFolder.write(
                new ConsortiumFolder.Plan(temporary.resolve("group"), "demo", 21_000, Approval.LISTED, true));
        file = nodes.get(1).resolve(NodeConfigFile.NAME);
    }

    @Test
    void readsWhatInitWrites() {
        NodeConfig config = NodeConfigFile.read(file.getParent());

        assertEquals(Role.UTILITY, config.role());
        assertEquals(1, config.self());
        assertEquals("demo", config.group().id());
        assertEquals(new HostPort("127.0.0.1", 21_001), config.listen());
        assertEquals(config.listen(), config.own().address());
        assertEquals(new HostPort("127.0.0.1", 21_005), config.rest().listen());
        assertEquals(
                Role.ids(), config.parties().stream().map(p -> p.role().id()).toList());
        assertEquals(file.getParent().resolve("keys/signing.pem"), config.signingKey());
        assertTrue(config.data().url().contains(file.getParent() + "/data/features"));
        assertEquals(Profile.REP4, config.policy().floor());
        assertEquals(Approval.LISTED, config.policy().approve());
        assertEquals(Duration.ofSeconds(10), config.deadlines().connect());
        assertEquals(1 << 20, config.limits().frameBytes());
        assertTrue(config.tracing());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        role: utility            | role: judge               | role: "judge" is no role
        role: utility            | rolle: utility            | role: is missing
        tracing: true            | tracing: true\\nfoo: 1    | foo: there is no such key
        tracing: true            | tracing: maybe            | tracing: "maybe" is neither true nor false
        tracing: true            | tracing: true\\ntracing: false | Duplicate field
        floor: rep4              | floor: clear              | policy.floor: "clear" is no profile of a node
        floor: rep4              | flor: rep4                | policy.flor: there is no such key
        approve: listed          | approve: some             | policy.approve: "some" is not known
        maxRows: 16384           | maxRows: 0                | policy.maxRows: 0 is out of range
        maxRows: 16384           | maxRows: many             | policy.maxRows: "many" is not a whole number
        maxRows: 16384           | maxRows: 1.5              | policy.maxRows: 1.5 is not a whole number
        listen: 127.0.0.1:21001  | listen: 127.0.0.1         | listen: "127.0.0.1" is not host:port
        listen: 127.0.0.1:21001  | listen: 127.0.0.1:70000   | listen: "127.0.0.1:70000" is not host:port
        address: 127.0.0.1:21002 | address: 127.0.0.1:21001  | parties: two parties have the same address
        - role: tax              | - role: bank              | parties[0].role: is out of order
        IN (?)                   | = 'x'                     | data.query: does not have IN (?) exactly once
        IN (?)                   | IN (?) AND y = ?          | data.query: does not have IN (?) exactly once
        url: jdbc:h2             | url: h2                   | data.url: is no JDBC address
        id: subject              | id: a b                   | data.id: "a b" is not a column name
        id: demo                 | id: De mo                 | group.id: "De mo" is not 1 to 32
        tls:                     | tls: 5\\nfoo:            | tls: is not a mapping
        state: state             | state: [a]                | state: is not a text
        state: state             | state: {dir: a}           | state.folder: is missing
        state: state             | state: {folder: a, x: 1}  | state.x: there is no such key
        state: state             | state: {folder: a, database: {url: 'jdbc:h2:mem:x'}} | state.database.url: is no address of PostgreSQL
        state: state             | state: {folder: a, database: {url: 'jdbc:postgresql://h/d?password=x'}} | state.database.url: has a password in it
        state: state             | state: {folder: a, database: {url: 'jdbc:postgresql://h/d'}} | state.database.user: is missing
        tracing: true            | tracing: true\\naccess: {idle: 1s} | access.idle: 1s is out of range
        tracing: true            | tracing: true\\naccess: {sso: {redirect: 'https://h/v1/sso/callback', clientId: c, issuer: 'http://i', roles: {a: approver}}} | access.sso.issuer: "http://i" is no address with https
        tracing: true            | tracing: true\\naccess: {sso: {redirect: 'https://h/x'}} | access.sso.redirect: does not end in /v1/sso/callback
        tracing: true            | tracing: true\\naccess: {sso: {redirect: 'https://h/v1/sso/callback', clientId: c, audience: c}} | access.sso.audience: is the clientId
        tracing: true            | tracing: true\\naccess: {sso: {redirect: 'https://h/v1/sso/callback', clientId: c, issuer: 'https://i', roles: {a: boss}}} | access.sso.roles.a: "boss" is no role
        tracing: true            | tracing: true\\nlimits: {rateAddress: 0} | limits.rateAddress: 0 is out of range
        tracing: true            | deadlines: {request: 3}   | deadlines.request: "3" is not a duration
        tracing: true            | deadlines: {request: 9h}  | deadlines.request: 9h is out of range
        tracing: true            | limits: {frameBytes: 524287} | limits.frameBytes: 524287 is out of range
        tracing: true            | limits: {frameBytes: 67108865} | limits.frameBytes: 67108865 is out of range
        tracing: true            | deadlines: {connect: 99ms} | deadlines.connect: 99ms is out of range
        tracing: true            | deadlines: {reconnect: 99ms} | deadlines.reconnect: 99ms is out of range
        tracing: true            | deadlines: {connect: 11m} | deadlines.connect: 11m is out of range
        listen: 127.0.0.1:21001  | listen: 127.0.0.1:21005   | rest.listen: 127.0.0.1:21005 is also where
        tracing: true            | 'a                        | line
        """)
    void everyErrorNamesFileKeyAndRemedy(String from, String to, String expected) throws IOException {
        String text = Files.readString(file);
        assertTrue(text.contains(from), from);
        Files.writeString(file, text.replaceFirst(java.util.regex.Pattern.quote(from), escaped(to)));

        ConfigFailure failure = assertThrows(ConfigFailure.class, () -> NodeConfigFile.read(file));

        assertTrue(failure.problem().startsWith(file + ": "), failure::problem);
        assertTrue(failure.problem().contains(expected), failure::problem);
        assertFalse(failure.remedy().isBlank());
    }

    private static String escaped(String to) {
        return java.util.regex.Matcher.quoteReplacement(to.replace("\\n", "\n"));
    }

    @Test
    void aMissingFileSaysHowToMakeOne() {
        ConfigFailure failure =
                assertThrows(ConfigFailure.class, () -> NodeConfigFile.read(temporary.resolve("nowhere")));

        assertTrue(failure.problem().contains("does not exist"), failure::problem);
        assertTrue(failure.remedy().contains("tally init"), failure::remedy);
    }

    @Test
    void aPasswordIsNotPrinted() throws IOException {
        Files.writeString(file, Files.readString(file).replace("user: sa", "user: sa\n  password: hunter2"));

        NodeConfig config = NodeConfigFile.read(file);

        assertEquals("hunter2", config.data().password());
        assertFalse(config.toString().contains("hunter2"));
    }
}
