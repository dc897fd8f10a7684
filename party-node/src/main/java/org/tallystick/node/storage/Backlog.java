package org.tallystick.node.storage;

/** How many bytes wait for the disk. For several threads. */
final class Backlog {
    private long bytes;

    /** @param more negative when they are written, or will not be */
    synchronized void add(long more) {
        bytes += more;
        notifyAll();
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Returns when it is no more than that, or the thread is interrupted. */
    synchronized void awaitAtMost(long most) {
        while (bytes > most) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
