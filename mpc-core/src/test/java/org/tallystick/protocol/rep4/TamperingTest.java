package org.tallystick.protocol.rep4;

/** With every element spread evenly. */
final class TamperingTest extends Tampering {
    TamperingTest() {
        super(0);
    }
}
