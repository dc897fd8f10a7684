package org.tallystick.node.access;

import java.util.Set;
import java.util.regex.Pattern;

/** What names, labels and passwords may be. */
public final class Names {
    /** Of users and of keys; safe in a path. */
    public static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,62}");

    private static final int SHORTEST = 12;
    private static final int LONGEST = 128;
    private static final int LEAST_KINDS = 5;

    private Names() {}

    static void check(String what, String name) {
        if (!NAME.matcher(name).matches() || name.equals(Principal.TOKEN.name())) {
            throw AccessFailure.invalid(
                    "the " + what + " is not valid",
                    "write 1 to 63 lower-case letters, digits, dots, hyphens, underscores and @; not \"token\"");
        }
    }

    static void check(Set<AccessRole> roles) {
        if (roles.isEmpty()) {
            throw AccessFailure.invalid("there is no role", "give one of " + AccessRole.ids());
        }
    }

    /** Long, not all the same few characters, and without the name in it; what else it is made of is free. */
    static void checkPassword(String name, String password) {
        if (password.length() < SHORTEST || password.length() > LONGEST) {
            throw AccessFailure.invalid(
                    "the password is too short or too long",
                    "choose one of " + SHORTEST + " to " + LONGEST + " characters, for example five words");
        }
        if (password.chars().distinct().count() < LEAST_KINDS
                || password.toLowerCase(java.util.Locale.ROOT).contains(name)) {
            throw AccessFailure.invalid(
                    "the password is easy to guess",
                    "choose one of at least " + LEAST_KINDS + " different characters without the user's name in it");
        }
    }
}
