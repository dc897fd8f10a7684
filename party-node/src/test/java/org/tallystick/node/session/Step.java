package org.tallystick.node.session;

/** Around each record that a node writes of a score. */
enum Step {
    ACCEPTING,
    ACCEPTED,
    AUTHORISING,
    AUTHORISED,
    ENDING
}
