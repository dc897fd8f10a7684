package org.tallystick.node.transport;

import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one after the other on a virtual thread of its own. */
final class Mailbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;

    Mailbox(String name) {
        thread = Thread.ofVirtual().name(name).start(this::run);
    }

    void add(Runnable task) {
        tasks.add(task);
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                tasks.take().run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("a handler of {} failed", Thread.currentThread().getName(), e);
            }
        }
    }

    /** Drops what has not begun. */
    @Override
    public void close() {
        tasks.clear();
        thread.interrupt();
    }
}
