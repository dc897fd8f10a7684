package org.tallystick.bench;

import java.util.Arrays;

/**
 * What a piece of work costs on the network.
 *
 * @param rounds the longest chain of messages that depend on one another
 * @param bytesSent by each party; digests included, framing and TLS not
 */
record Traffic(int rounds, long[] bytesSent) {
    long total() {
        return Arrays.stream(bytesSent).sum();
    }
}
