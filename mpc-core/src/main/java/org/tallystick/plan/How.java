package org.tallystick.plan;

import java.util.EnumSet;
import java.util.Set;

/** A way to decide something about shared numbers. All give the same answers under the same security: rep4's. */
public enum How {
    /** On bit slices, carries by a tree: few rounds. */
    TREE("bit-sliced, carries by a tree"),
    /** On bit slices, carries one by one: few bytes. */
    RIPPLE("bit-sliced, carries by a ripple"),
    /** Garbled, a shared number in two labelled inputs: few ANDs and bytes, a SHA-256 for many labels. */
    GARBLED_TWO("garbled, two inputs a number"),
    /** Garbled, a shared number in three labelled inputs: more ANDs and bytes, hardly any SHA-256. */
    GARBLED_THREE("garbled, three inputs a number");

    /** The ways on bit slices. */
    public static final Set<How> BITS = Set.copyOf(EnumSet.of(TREE, RIPPLE));

    /** The garbled ways. */
    public static final Set<How> GARBLED = Set.copyOf(EnumSet.of(GARBLED_TWO, GARBLED_THREE));

    private final String words;

    How(String words) {
        this.words = words;
    }

    public boolean garbled() {
        return GARBLED.contains(this);
    }

    public String words() {
        return words;
    }
}
