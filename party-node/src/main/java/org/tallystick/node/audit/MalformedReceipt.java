package org.tallystick.node.audit;

/** Bytes that are no receipt, head or proof; the text never repeats them. */
public final class MalformedReceipt extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedReceipt(String message) {
        super(message);
    }
}
