package org.tallystick.node.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a person or a system may do at a node. One may have several roles. */
public enum AccessRole {
    /** Keeps the node going: health, sessions, connections, tables, users, keys. */
    OPERATOR("operator"),
    /** Prepares: models, trainings, agreements; reads budgets and statements. */
    DATA_OFFICER("data-officer"),
    /** Decides: programs, agreements. Never about what the same person proposed. */
    APPROVER("approver"),
    /** Reads what was done, and nothing else; the regulator's role. */
    AUDITOR("auditor"),
    /** A bank's system: scores and jobs. */
    CLIENT("client");

    private final String id;

    AccessRole(String id) {
        this.id = id;
    }

    /** The name in JSON, configuration and records. */
    public String id() {
        return id;
    }

    /** The role of that name, if there is one. */
    public static Optional<AccessRole> of(String id) {
        return Arrays.stream(values()).filter(role -> role.id.equals(id)).findFirst();
    }

    /** The names of all roles. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(AccessRole::id).toList();
    }

    /** Every role: the node's own token. */
    public static Set<AccessRole> all() {
        return EnumSet.allOf(AccessRole.class);
    }

    /** The names, in one order, with commas between them. */
    static String text(Set<AccessRole> roles) {
        return roles.stream().sorted().map(AccessRole::id).collect(Collectors.joining(","));
    }

    /** What {@link #text} wrote. */
    static Set<AccessRole> parse(String text) {
        Set<AccessRole> roles = EnumSet.noneOf(AccessRole.class);
        if (!text.isEmpty()) {
            for (String id : text.split(",", -1)) {
                roles.add(of(id).orElseThrow(() -> new IllegalStateException("a stored role that is none")));
            }
        }
        return roles;
    }
}
