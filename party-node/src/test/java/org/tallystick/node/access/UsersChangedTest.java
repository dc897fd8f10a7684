package org.tallystick.node.access;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.StateDatabase;

/** Changes of users that take long, and what others do meanwhile. */
@Timeout(15)
final class UsersChangedTest {
    private static final String NAME = "li.na";
    private static final String FIRST = "first-password-1";
    private static final String OTHER = "correct horse battery";

    @TempDir
    private Path folder;

    private final List<String> events = new ArrayList<>();
    private StateDatabase state;
    private Access access;
    private Runnable meanwhile = () -> {};
    private final TestClock clock = new TestClock();
    /** What the thread that hashes passwords waits for when it looks at the clock. */
    private volatile CountDownLatch held = new CountDownLatch(0);

    @BeforeEach
    void open() {
        state = StateDatabase.open(folder);
        access = TestAccess.open(
                new AccessRecords(state), Secrets.sha256("the node's own"), this::now, (kind, by, what) -> {
                    meanwhile.run();
                    events.add(kind + "|" + by + "|" + what);
                });
    }

    private Instant now() {
        if (Thread.currentThread().getName().equals("passwords")) {
            assertDoesNotThrow(() -> held.await());
        }
        return clock.instant();
    }

    @AfterEach
    void close() {
        access.close();
        state.close();
    }

    @Test
    void peopleLogInWhileAChangeIsPutOnRecord() {
        meanwhile = () -> access.login(NAME, FIRST, false);
        access.users().add("token", NAME, Set.of(AccessRole.APPROVER), FIRST);
        access.users().setRoles("token", NAME, Set.of(AccessRole.OPERATOR));
        assertEquals(
                List.of("user added|token|li.na as approver", "roles set|token|li.na from approver to operator"),
                events);
    }

    @Test
    void aPasswordThatNobodyWaitedForEndsTheSessionsTooAndIsOnRecordInTheEnd() {
        access.users().add("token", NAME, Set.of(AccessRole.APPROVER), FIRST);
        String session = access.login(NAME, FIRST, false).token();
        held = new CountDownLatch(1);
        Thread.currentThread().interrupt();
        AccessFailure failure = assertThrows(AccessFailure.class, () -> access.setPassword("token", NAME, OTHER));
        assertTrue(Thread.interrupted());
        assertEquals(AccessFailure.Kind.BUSY, failure.kind());
        assertEquals(Optional.empty(), access.bearer(session), "a session of the old password lasts");
        held.countDown();
        access.login(NAME, OTHER, false);
        access.sweep();
        access.sweep();
        assertEquals(List.of("user added|token|li.na as approver", "password set|token|li.na"), events);
    }
}
