package org.tallystick.node.access;

import java.util.Set;

/**
 * Who calls. Two calls with the same name come from the same person or system, now and ever: names of users and labels
 * of keys are never given again.
 *
 * @param name a user's name; {@code key:} and the label of a system's key; {@code sso:} and the name that the
 *     organisation's own log-in gives; or {@code token}
 */
public record Principal(String name, Set<AccessRole> roles) {
    /** The node's own token: whoever can read the node's folder. It has all roles. */
    public static final Principal TOKEN = new Principal("token", AccessRole.all());

    static final String KEY = "key:";
    static final String SSO = "sso:";

    public Principal {
        roles = Set.copyOf(roles);
    }

    /** Whether this is the node's own token rather than a person or a system. */
    public boolean isToken() {
        return name.equals(TOKEN.name);
    }

    /** Whether one of these roles is among its own. */
    public boolean hasOneOf(Set<AccessRole> wanted) {
        return wanted.stream().anyMatch(roles::contains);
    }
}
