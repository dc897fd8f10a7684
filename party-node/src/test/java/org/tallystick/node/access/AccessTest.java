package org.tallystick.node.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.tallystick.node.access.AccessFailure.Kind.CONFLICT;
import static org.tallystick.node.access.AccessFailure.Kind.INVALID;
import static org.tallystick.node.access.AccessFailure.Kind.PAUSED;
import static org.tallystick.node.access.AccessFailure.Kind.UNKNOWN;
import static org.tallystick.node.access.AccessFailure.Kind.WRONG;
import static org.tallystick.node.access.AccessRole.APPROVER;
import static org.tallystick.node.access.AccessRole.AUDITOR;
import static org.tallystick.node.access.AccessRole.CLIENT;
import static org.tallystick.node.access.AccessRole.OPERATOR;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.StateDatabase;
import org.tallystick.node.storage.TestState;

/** Users, sessions and keys, on a clock that the test moves, and after the node was started again. */
@ParameterizedClass
@EnumSource(TestState.class)
final class AccessTest {
    private static final String FIRST = "first-password-1";
    private static final String OWN = "correct horse battery";

    @Parameter
    private TestState kind;

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final List<String> events = new ArrayList<>();
    private StateDatabase state;
    private Access access;

    @BeforeEach
    void open() {
        state = kind.open(folder);
        access = TestAccess.open(
                new AccessRecords(state),
                Secrets.sha256("the node's own"),
                clock,
                (kind, by, what) -> events.add(kind + "|" + by + "|" + what));
    }

    @AfterEach
    void close() {
        access.close();
        state.close();
    }

    private void again() {
        close();
        open();
    }

    private void addLi() {
        access.users().add("token", "li.na", Set.of(APPROVER, AUDITOR), FIRST);
        Access.LoggedIn in = access.login("li.na", FIRST, false);
        access.changePassword(in.caller(), FIRST, OWN);
        access.logout(in.caller());
    }

    private static AccessFailure fails(AccessFailure.Kind kind, Executable what) {
        AccessFailure failure = assertThrows(AccessFailure.class, what);
        assertEquals(kind, failure.kind(), failure::getMessage);
        return failure;
    }

    @Test
    void theNodesOwnTokenHasAllRoles() {
        Caller caller = access.bearer("the node's own").orElseThrow();

        assertEquals(Principal.TOKEN, caller.principal());
        assertTrue(caller.principal().isToken());
        assertEquals(AccessRole.all(), caller.principal().roles());
        assertEquals(Optional.empty(), access.bearer("another"));
        assertEquals(Optional.empty(), access.cookie("the node's own"));
    }

    @Test
    void aFirstPasswordMustBeChangedBeforeRolesCount() {
        access.users().add("token", "li.na", Set.of(APPROVER), FIRST);

        Access.LoggedIn first = access.login("li.na", FIRST, false);
        assertTrue(first.caller().provisional());
        assertEquals(Set.of(), first.caller().principal().roles());
        fails(WRONG, () -> access.changePassword(first.caller(), "not the first one", OWN));
        fails(INVALID, () -> access.changePassword(first.caller(), FIRST, FIRST));
        Access.LoggedIn other = access.login("li.na", FIRST, false);
        access.changePassword(first.caller(), FIRST, OWN);

        Caller now = access.bearer(first.token()).orElseThrow();
        assertFalse(now.provisional());
        assertEquals(Set.of(APPROVER), now.principal().roles());
        assertEquals(Optional.empty(), access.bearer(other.token()), "a session of the old password lasts");
        fails(WRONG, () -> access.login("li.na", FIRST, false));
        assertEquals(
                "li.na", access.login("li.na", OWN, false).caller().principal().name());
    }

    @Test
    void usersAndSessionsOutliveTheProcess() {
        addLi();
        String token = access.login("li.na", OWN, false).token();
        String cookie = access.login("li.na", OWN, true).token();

        again();

        assertEquals(
                Set.of(APPROVER, AUDITOR),
                access.bearer(token).orElseThrow().principal().roles());
        assertEquals(Optional.empty(), access.cookie(token), "a bearer token is no cookie");
        assertEquals(Caller.By.COOKIE, access.cookie(cookie).orElseThrow().by());
        assertEquals(Optional.empty(), access.bearer(cookie), "a cookie is no bearer token");
        access.logout(access.bearer(token).orElseThrow());
        again();
        assertEquals(Optional.empty(), access.bearer(token));
    }

    @Test
    void noSecretIsInTheFiles() throws IOException {
        addLi();
        String token = access.login("li.na", OWN, false).token();
        String key =
                access.keys().add("token", "los-1", CLIENT, Duration.ofDays(1)).secret();
        close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (String secret : List.of(FIRST, OWN, token, key)) {
                    assertFalse(text.contains(secret), "a secret is in " + file.getFileName());
                }
            }
        }
        open();
    }

    @Test
    void aSessionEndsWithoutUseAndAtItsLastHour() {
        addLi();
        String token = access.login("li.na", OWN, false).token();
        String unused = access.login("li.na", OWN, false).token();
        Duration step = TestAccess.IDLE.minusSeconds(1);

        clock.advance(step);
        assertTrue(access.bearer(token).isPresent());
        clock.advance(step);
        assertTrue(access.bearer(token).isPresent(), "a session that is used ends");
        assertEquals(Optional.empty(), access.bearer(unused));
        access.sweep();
        again();
        assertTrue(access.bearer(token).isPresent(), "its use is forgotten");
        for (Duration used = step.multipliedBy(2);
                used.plus(step).compareTo(TestAccess.LENGTH) < 0;
                used = used.plus(step)) {
            clock.advance(step);
            assertTrue(access.bearer(token).isPresent());
        }
        clock.advance(step);
        assertEquals(Optional.empty(), access.bearer(token), "a session lasts for ever");
    }

    @Test
    void oneWithManySessionsLosesTheOldest() {
        addLi();
        String oldest = access.login("li.na", OWN, false).token();
        String newest = "";
        for (int k = 0; k < 20; k++) {
            clock.advance(Duration.ofSeconds(1));
            newest = access.login("li.na", OWN, false).token();
        }

        assertEquals(Optional.empty(), access.bearer(oldest));
        assertTrue(access.bearer(newest).isPresent());
    }

    @Test
    void rolesAndDisablingTakeEffectAtOnce() {
        addLi();
        String token = access.login("li.na", OWN, false).token();

        access.users().setRoles("token", "li.na", Set.of(OPERATOR));
        assertEquals(
                Set.of(OPERATOR), access.bearer(token).orElseThrow().principal().roles());
        access.disable("wang", "li.na");
        assertEquals(Optional.empty(), access.bearer(token));
        fails(WRONG, () -> access.login("li.na", OWN, false));
        fails(CONFLICT, () -> access.setPassword("token", "li.na", FIRST));
        fails(CONFLICT, () -> access.users().setRoles("token", "li.na", Set.of(OPERATOR)));
        again();
        fails(WRONG, () -> access.login("li.na", OWN, false));
        access.users().enable("token", "li.na");
        assertEquals(
                Set.of(OPERATOR),
                access.login("li.na", OWN, false).caller().principal().roles());
        assertEquals(
                List.of(
                        "user added|token|li.na as approver,auditor",
                        "password changed|li.na|li.na",
                        "roles set|token|li.na from approver,auditor to operator",
                        "user disabled|wang|li.na",
                        "user enabled|token|li.na"),
                events);
    }

    @ParameterizedTest
    @ValueSource(strings = {"li.na", "nobody"})
    void wrongPasswordsMakeGrowingPausesWhoeverItIs(String name) {
        addLi();
        for (int k = 0; k < 5; k++) {
            fails(WRONG, () -> access.login(name, "wrong password", false));
        }

        AccessFailure pause = fails(PAUSED, () -> access.login(name, OWN, false));
        assertEquals(1, pause.after().toSeconds());
        clock.advance(Duration.ofSeconds(1));
        fails(WRONG, () -> access.login(name, "wrong password", false));
        assertEquals(
                2, fails(PAUSED, () -> access.login(name, OWN, false)).after().toSeconds());
        for (int k = 0; k < 20; k++) {
            clock.advance(Duration.ofMinutes(15));
            fails(WRONG, () -> access.login(name, "wrong password", false));
        }
        assertEquals(
                Duration.ofMinutes(15).toSeconds(),
                fails(PAUSED, () -> access.login(name, OWN, false)).after().toSeconds());
    }

    @Test
    void aPauseOutlivesTheProcessAndEndsWithANewPassword() {
        addLi();
        for (int k = 0; k < 5; k++) {
            fails(WRONG, () -> access.login("li.na", "wrong password", false));
        }

        again();

        fails(PAUSED, () -> access.login("li.na", OWN, false));
        access.setPassword("token", "li.na", FIRST);
        assertTrue(access.login("li.na", FIRST, false).caller().provisional());
    }

    @Test
    void theRightPasswordForgetsTheWrongOnes() {
        addLi();
        for (int round = 0; round < 3; round++) {
            for (int k = 0; k < 4; k++) {
                fails(WRONG, () -> access.login("li.na", "wrong password", false));
            }
            access.login("li.na", OWN, false);
        }
    }

    @Test
    void aKeyHoldsUntilItEndsOrIsRevoked() {
        ApiKeys.NewKey one = access.keys().add("token", "los-1", CLIENT, Duration.ofDays(2));
        ApiKeys.NewKey two = access.keys().add("token", "los-2", CLIENT, Duration.ofDays(2));

        again();
        Caller caller = access.bearer(one.secret()).orElseThrow();
        assertEquals(new Principal("key:los-1", Set.of(CLIENT)), caller.principal());
        access.keys().revoke("token", "los-1");
        access.keys().revoke("token", "los-1");
        assertEquals(Optional.empty(), access.bearer(one.secret()));
        again();
        assertEquals(Optional.empty(), access.bearer(one.secret()));
        assertEquals(Optional.empty(), access.bearer(two.secret() + "x"));
        assertTrue(access.bearer(two.secret()).isPresent());
        clock.advance(Duration.ofDays(2));
        assertEquals(Optional.empty(), access.bearer(two.secret()));
        assertEquals(
                List.of("los-1", "los-2"),
                access.keys().all().stream().map(ApiKeys.Key::label).toList());
        fails(CONFLICT, () -> access.keys().add("token", "los-1", CLIENT, Duration.ofDays(1)));
        fails(UNKNOWN, () -> access.keys().revoke("token", "los-3"));
        fails(INVALID, () -> access.keys().add("token", "bot", APPROVER, Duration.ofDays(1)));
        fails(CONFLICT, () -> access.logout(caller));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "token", "Li", "a b", "-x", "key:x", "../x", "李娜"})
    void namesThatCannotBe(String name) {
        fails(INVALID, () -> access.users().add("token", name, Set.of(OPERATOR), FIRST));
        fails(INVALID, () -> access.keys().add("token", name, CLIENT, Duration.ofDays(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "aaaaaaaaaaaaaaa", "my name is li.na ok"})
    void passwordsThatAreEasy(String password) {
        fails(INVALID, () -> access.users().add("token", "wang", Set.of(OPERATOR), OWN.repeat(9)));
        fails(INVALID, () -> access.users().add("token", "li.na", Set.of(OPERATOR), password));
        assertEquals(List.of(), access.users().all());
    }

    @Test
    void aNameIsGivenOnce() {
        addLi();
        access.disable("token", "li.na");

        fails(CONFLICT, () -> access.users().add("token", "li.na", Set.of(OPERATOR), FIRST));
        fails(UNKNOWN, () -> access.setPassword("token", "wang", FIRST));
        fails(INVALID, () -> access.users().add("token", "wang", Set.of(), FIRST));
    }

    @Test
    void hashesSayWhatTheyCostAndAreRaised() {
        String hash = PasswordHash.of(OWN, TestAccess.CHEAP);
        assertTrue(hash.startsWith("$argon2id$v=19$m=32,t=1,p=1$"), hash);
        assertTrue(PasswordHash.matches(hash, OWN));
        assertFalse(PasswordHash.matches(hash, OWN + " "));
        assertNotEquals(hash, PasswordHash.of(OWN, TestAccess.CHEAP), "two hashes share a salt");
        addLi();
        access.close();
        PasswordHash.Cost dearer = new PasswordHash.Cost(64, 2, 1);
        AccessRecords records = new AccessRecords(state);
        access = Access.open(
                records,
                new Access.Settings(new byte[32], TestAccess.IDLE, TestAccess.LENGTH, clock),
                Optional.empty(),
                dearer,
                (kind, by, what) -> {});
        access.login("li.na", OWN, false);

        String raised = records.users().getFirst().password();
        assertFalse(PasswordHash.costsOther(raised, dearer));
        assertTrue(PasswordHash.matches(raised, OWN));
        assertEquals(
                "argon2id m=65536 t=3 p=4",
                "argon2id m=" + PasswordHash.STANDARD.kibibytes() + " t=" + PasswordHash.STANDARD.passes() + " p="
                        + PasswordHash.STANDARD.lanes());
    }

    @Test
    void nothingShowsASecret() {
        addLi();
        Access.LoggedIn in = access.login("li.na", OWN, false);
        ApiKeys.NewKey key = access.keys().add("token", "los-1", CLIENT, Duration.ofDays(1));
        String hash = new AccessRecords(state).users().getFirst().password();

        for (String text : List.of(
                in.toString(),
                key.toString(),
                new AccessRecords(state).users().toString(),
                new AccessRecords(state).keys().toString(),
                new AccessRecords(state).sessions().toString(),
                in.caller().toString())) {
            assertFalse(text.contains(in.token()) || text.contains(key.secret()) || text.contains(hash), text);
            assertFalse(text.contains(Secrets.hash(in.token())), text);
        }
    }
}
