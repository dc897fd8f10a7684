package org.tallystick.node.transport;

/** A frame that ends the connection it came on. Never holds any of the frame's contents. */
final class BadFrame extends Exception {
    private static final long serialVersionUID = 1L;

    private final Rejection rejection;

    BadFrame(Rejection rejection, String message) {
        super(message, null, false, false);
        this.rejection = rejection;
    }

    Rejection rejection() {
        return rejection;
    }
}
