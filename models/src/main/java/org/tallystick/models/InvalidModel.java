package org.tallystick.models;

/** A model or data-set file that cannot be used. The message says where, what is wrong, and what to do. */
public final class InvalidModel extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidModel(String message) {
        super(message);
    }

    static void requireFinite(double value, String what) {
        if (!Double.isFinite(value)) {
            throw new InvalidModel(what + ": must be a finite number");
        }
    }
}
