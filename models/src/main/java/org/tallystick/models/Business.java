package org.tallystick.models;

import java.util.Map;
import java.util.Optional;

/**
 * One subject of a data set.
 *
 * @param rows by role, that party's raw columns; a role without a row knows nothing of the subject
 * @param bad whether it defaulted, where that is known
 */
public record Business(String id, Map<String, Map<String, String>> rows, Optional<Boolean> bad) {
    @Override
    public String toString() {
        return "Business[rows at " + rows.keySet() + "]";
    }
}
