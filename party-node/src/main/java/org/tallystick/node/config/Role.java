package org.tallystick.node.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The four roles of a group, in party order. */
public enum Role {
    TAX("tax"),
    UTILITY("utility"),
    SOCIAL_SECURITY("social-security"),
    BANK("bank");

    private final String id;

    Role(String id) {
        this.id = id;
    }

    /** The name in configuration, certificates, programs and folders. */
    public String id() {
        return id;
    }

    /** The role of that name, if there is one. */
    public static Optional<Role> of(String id) {
        return Arrays.stream(values()).filter(role -> role.id.equals(id)).findFirst();
    }

    /** The names of all roles, in party order. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Role::id).toList();
    }
}
