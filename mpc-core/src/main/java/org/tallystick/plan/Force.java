package org.tallystick.plan;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What somebody insists on, whatever the model says. */
public enum Force {
    /** Nothing: the model chooses. */
    NONE,
    /** A garbled way. */
    GARBLED,
    /** A way on bit slices. */
    BITS;

    /**
     * {@code garbled} or {@code bits}.
     *
     * @throws IllegalArgumentException naming both
     */
    public static Force parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "garbled" -> GARBLED;
            case "bits" -> BITS;
            default -> throw new IllegalArgumentException("'" + text + "' is neither garbled nor bits");
        };
    }

    /** What is left of the ways that are possible. */
    public Set<How> of(Set<How> possible) {
        EnumSet<How> left = EnumSet.noneOf(How.class);
        for (How how : possible) {
            if (this == NONE || how.garbled() == (this == GARBLED)) {
                left.add(how);
            }
        }
        return left;
    }
}
