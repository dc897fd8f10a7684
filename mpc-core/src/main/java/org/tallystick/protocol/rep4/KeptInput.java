package org.tallystick.protocol.rep4;

import java.util.Optional;
import org.tallystick.ring.PackedColumns;

/**
 * What a party keeps of a matrix that its owner p has input once: part p is zero, parts p+2 and p+3 come from seeds
 * again whenever they are wanted, so that all there is to keep is part p+1, and p+1 itself keeps nothing.
 *
 * @param told part p+1, absent at party p+1
 */
public record KeptInput(int owner, int rows, int columns, int width, Optional<PackedColumns> told) {
    public KeptInput {
        if (owner < 0 || owner > 3 || rows < 1 || columns < 1 || width < 1 || width > 64) {
            throw new IllegalArgumentException(
                    rows + " x " + columns + " elements of " + width + " bits of party " + owner);
        }
        told.ifPresent(part -> {
            if (part.rows() != rows || part.columns() != columns || part.width() != width) {
                throw new IllegalArgumentException("the part kept is " + part);
            }
        });
    }
}
