package org.tallystick.protocol.rep4;

/** With every short element in few messages: all that the run of every operation has. */
final class ShortTamperingTest extends Tampering {
    ShortTamperingTest() {
        super(1024);
    }
}
