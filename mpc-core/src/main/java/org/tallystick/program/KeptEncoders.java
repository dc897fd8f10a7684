package org.tallystick.program;

import java.util.Map;
import java.util.Optional;

/** What this party keeps in place of the rules that a program names as {@link ColumnRule.Kept}. */
@FunctionalInterface
public interface KeptEncoders {
    /** What is kept for exactly this column under this name. */
    Optional<Kept> find(ColumnRule.Kept rule);

    /** Makes a number of a row; no row at all counts as missing values. */
    @FunctionalInterface
    interface Kept {
        /** @throws ColumnRule.BadValue if the raw value is unusable */
        double number(Optional<Map<String, String>> row);
    }

    /** Nothing is kept. */
    static KeptEncoders none() {
        return rule -> Optional.empty();
    }
}
