package org.tallystick.node.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.StateDatabase;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.storage.TestState;

/** Changes of users and keys that a full disk keeps from being on record. */
@ParameterizedClass
@EnumSource(TestState.class)
final class AccessChangesTest {
    private static final String NAME = "li.na";
    private static final String OWN = "correct horse battery";
    private static final String FIRST = "first-password-1";

    @Parameter
    private TestState kind;

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final List<String> events = new ArrayList<>();
    private boolean diskIsFull;
    private StateDatabase state;
    private Access access;

    @BeforeEach
    void open() {
        state = kind.open(folder);
        access =
                TestAccess.open(new AccessRecords(state), Secrets.sha256("the node's own"), clock, (kind, by, what) -> {
                    if (diskIsFull) {
                        throw new StorageFailure("the disk is full", "free space");
                    }
                    events.add(kind + "|" + by + "|" + what);
                });
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

    private void add() {
        access.users().add("token", NAME, Set.of(AccessRole.APPROVER), FIRST);
        Access.LoggedIn in = access.login(NAME, FIRST, false);
        access.changePassword(in.caller(), FIRST, OWN);
        access.logout(in.caller());
        access.keys().add("token", "los-1", AccessRole.CLIENT, Duration.ofDays(1));
        events.clear();
    }

    @Test
    void whatIsTakenBackHoldsAlsoWhenItCannotBePutOnRecord() {
        add();
        Access.LoggedIn mine = access.login(NAME, OWN, false);
        Access.LoggedIn other = access.login(NAME, OWN, false);
        AccessFailure guess = assertThrows(
                AccessFailure.class, () -> access.changePassword(mine.caller(), "not the right one", FIRST));
        assertEquals(AccessFailure.Kind.WRONG, guess.kind());
        assertTrue(access.bearer(other.token()).isPresent(), "a guess ends sessions");
        diskIsFull = true;
        assertThrows(StorageFailure.class, () -> access.changePassword(mine.caller(), OWN, "another password 2"));
        assertEquals(Optional.empty(), access.bearer(other.token()), "a session of the old password lasts");
        assertTrue(access.bearer(mine.token()).isPresent());
        assertThrows(StorageFailure.class, () -> access.setPassword("token", NAME, FIRST));
        assertEquals(Optional.empty(), access.bearer(mine.token()), "a session of the old password lasts");
    }

    @Test
    void theyAreOnRecordAtANextStart() {
        add();
        Instant then = clock.instant();
        diskIsFull = true;
        assertThrows(StorageFailure.class, () -> access.disable("token", NAME));
        assertThrows(StorageFailure.class, () -> access.keys().revoke("token", "los-1"));
        assertThrows(StorageFailure.class, access::sweep);
        clock.advance(Duration.ofHours(1));
        again();
        assertEquals(List.of(), events);

        diskIsFull = false;
        again();
        assertEquals(
                List.of("user disabled|token|li.na, made at " + then, "key revoked|token|los-1, made at " + then),
                events);
        again();
        access.sweep();
        assertEquals(2, events.size(), "they are on record twice");
    }

    @Test
    void whatIsDoneAgainIsOnRecordBeforeItIsAnswered() {
        add();
        diskIsFull = true;
        assertThrows(StorageFailure.class, () -> access.keys().revoke("token", "los-1"));
        assertThrows(StorageFailure.class, () -> access.keys().revoke("token", "los-1"), "it is not on record");
        diskIsFull = false;
        access.keys().revoke("token", "los-1");
        access.keys().revoke("token", "los-1");
        assertEquals(List.of("key revoked|token|los-1"), events);
    }

    @Test
    void whatCannotBeForgottenIsOnRecordOnceAndKeepsNoneBehindItFromBeing() throws Exception {
        add();
        diskIsFull = true;
        assertThrows(StorageFailure.class, () -> access.disable("token", NAME));
        beside("CREATE TABLE keeps (id BIGINT REFERENCES access_change (id))");
        beside("INSERT INTO keeps SELECT id FROM access_change");
        assertThrows(StorageFailure.class, () -> access.keys().revoke("token", "los-1"));
        diskIsFull = false;
        access.sweep();
        assertEquals(List.of("user disabled|token|li.na", "key revoked|token|los-1"), events);
        access.users().enable("token", NAME);
        access.sweep();
        assertEquals("user enabled|token|li.na", events.getLast());
        assertEquals(3, events.size(), "one is on record twice");

        beside("DROP TABLE keeps");
        access.sweep();
        again();
        assertEquals(3, events.size(), "one is not forgotten");
    }

    private void beside(String statement) throws SQLException {
        try (Connection connection = kind.connect(folder);
                Statement made = connection.createStatement()) {
            made.execute(statement);
        }
    }

    @Test
    void nothingIsSaidOfWhatIsNotStored() {
        add();
        AccessRecords records = new AccessRecords(state);
        AccessRecords.StoredKey there = records.keys().getFirst();
        AccessRecords.Change change =
                new AccessRecords.Change("key added", "token", "los-1 as client", clock.instant());
        assertThrows(StorageFailure.class, () -> records.add(there, change));
        access.sweep();
        assertEquals(List.of(), events);
    }
}
