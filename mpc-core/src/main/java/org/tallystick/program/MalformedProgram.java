package org.tallystick.program;

/** Bytes that are not the canonical encoding of a valid program. */
public final class MalformedProgram extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedProgram(String problem) {
        super("the bytes are no program: " + problem);
    }
}
