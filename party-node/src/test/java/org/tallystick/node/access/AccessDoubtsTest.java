package org.tallystick.node.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.StateDatabase;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.storage.UnsureState;

/** Changes of users and keys that are committed and of which nobody knows whether the disk has them. */
final class AccessDoubtsTest {
    private static final String NAME = "li.na";
    private static final String PASSWORD = "first-password-1";

    @TempDir
    private Path folder;

    private final List<String> events = new ArrayList<>();
    private UnsureState engine;
    private StateDatabase state;
    private Access access;
    private Runnable whenOnRecord = () -> {};
    private String secret;

    @BeforeEach
    void open() {
        engine = new UnsureState(folder);
        state = engine.open();
        access = TestAccess.open(
                new AccessRecords(state), Secrets.sha256("the node's own"), new TestClock(), (kind, by, what) -> {
                    whenOnRecord.run();
                    events.add(kind + "|" + by + "|" + what);
                });
        access.users().add("token", NAME, Set.of(AccessRole.APPROVER), PASSWORD);
        secret = access.keys()
                .add("token", "los-1", AccessRole.CLIENT, Duration.ofDays(1))
                .secret();
        events.clear();
    }

    @AfterEach
    void close() {
        access.close();
        state.close();
    }

    private void unsurely(Runnable change) {
        engine.unsure(true);
        assertThrows(StorageFailure.class, change::run);
        engine.unsure(false);
    }

    @Test
    void aKeyThatIsOnRecordAsRevokedLetsNobodyIn() {
        unsurely(() -> access.keys().revoke("token", "los-1"));
        List<Boolean> letIn = new ArrayList<>();
        whenOnRecord = () -> letIn.add(access.bearer(secret).isPresent());
        access.sweep();
        assertEquals(List.of("key revoked|token|los-1"), events);
        assertEquals(List.of(false), letIn);
        access.keys().revoke("token", "los-1");
        assertEquals(1, events.size(), "it is revoked twice");
    }

    @Test
    void aUserWhoIsOnRecordAsDisabledIsNot() {
        unsurely(() -> access.disable("token", NAME));
        whenOnRecord = () -> assertEquals(Optional.empty(), access.users().enabled(NAME));
        access.sweep();
        assertEquals(List.of("user disabled|token|li.na"), events);
        assertThrows(AccessFailure.class, () -> access.login(NAME, PASSWORD, false));
    }

    /** Each wrong password is stored with the rest of the user. */
    @Test
    void whatIsStoredNextDoesNotUndoIt() {
        unsurely(() -> access.disable("token", NAME));
        assertThrows(AccessFailure.class, () -> access.login(NAME, "not the right one", false));
        assertFalse(new AccessRecords(state).findUser(NAME).orElseThrow().enabled());
        unsurely(() -> access.users().enable("token", NAME));
        access.login(NAME, PASSWORD, false);
    }

    @Test
    void whoWasAddedIsKnown() {
        unsurely(() -> access.users().add("token", "wang.wei", Set.of(AccessRole.OPERATOR), PASSWORD));
        access.sweep();
        access.login("wang.wei", PASSWORD, false);
        assertEquals(List.of("user added|token|wang.wei as operator"), events);
    }

    @Test
    void nothingIsOnRecordBeforeTheDiskHasIt() {
        engine.unsure(true);
        assertThrows(StorageFailure.class, () -> access.disable("token", NAME));
        assertThrows(StorageFailure.class, access::sweep);
        assertEquals(List.of(), events);
        engine.unsure(false);
        access.sweep();
        assertEquals(List.of("user disabled|token|li.na"), events);
    }
}
