package org.tallystick.node.access;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.tallystick.node.storage.AccessRecords;

/** Access whose password hashes cost next to nothing. */
public final class TestAccess {
    static final PasswordHash.Cost CHEAP = new PasswordHash.Cost(32, 1, 1);
    public static final Duration IDLE = Duration.ofMinutes(30);
    public static final Duration LENGTH = Duration.ofHours(12);

    private TestAccess() {}

    /** With the organisation's own log-in. */
    public static Access open(AccessRecords records, byte[] tokenHash, InstantSource clock, Sso sso) {
        return Access.open(
                records,
                new Access.Settings(tokenHash, IDLE, LENGTH, clock),
                Optional.of(sso),
                CHEAP,
                (kind, by, what) -> {});
    }

    public static Access open(AccessRecords records, byte[] tokenHash, InstantSource clock) {
        return open(records, tokenHash, clock, (kind, by, what) -> {});
    }

    static Access open(AccessRecords records, byte[] tokenHash, InstantSource clock, AccessEvents events) {
        return Access.open(
                records, new Access.Settings(tokenHash, IDLE, LENGTH, clock), Optional.empty(), CHEAP, events);
    }
}
