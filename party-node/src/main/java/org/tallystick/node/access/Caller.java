package org.tallystick.node.access;

import java.time.Instant;
import java.util.Optional;

/**
 * A caller whose credential holds now.
 *
 * @param provisional whether a password that somebody else has set must be changed first; such a caller has no roles
 * @param session the hash of the session's token, if it came by one
 * @param until when the credential ends, if it does
 */
public record Caller(
        Principal principal, By by, boolean provisional, Optional<String> session, Optional<Instant> until) {
    /** How a caller showed who it is. */
    public enum By {
        TOKEN,
        KEY,
        SESSION,
        COOKIE,
        SSO
    }

    @Override
    public String toString() {
        return "Caller[" + principal.name() + ", " + by + "]";
    }
}
