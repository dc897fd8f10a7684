package org.tallystick.node.rest;

import java.util.Set;
import org.tallystick.node.access.AccessRole;

/** Who may call a route. */
sealed interface Callers {
    /** Anybody, also without a credential. */
    record Everyone() implements Callers {}

    /** Whoever shows a credential, whatever the roles. */
    record Known() implements Callers {}

    /** Whoever has one of these roles. */
    record Having(Set<AccessRole> roles) implements Callers {
        public Having {
            roles = Set.copyOf(roles);
        }
    }
}
