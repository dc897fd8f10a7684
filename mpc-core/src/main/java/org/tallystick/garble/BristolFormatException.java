package org.tallystick.garble;

import java.io.IOException;

/** A circuit file does not hold what its format says. */
public final class BristolFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    BristolFormatException(long line, String what) {
        super("line " + line + ": " + what);
    }
}
