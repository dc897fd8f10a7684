package org.tallystick.bench;

import java.util.concurrent.atomic.AtomicBoolean;

/** What is left to tidy up: done once, when closed, or when this JVM is told to end before. */
final class Cleanup implements AutoCloseable {
    private final Runnable task;
    private final AtomicBoolean done = new AtomicBoolean();
    private final Thread hook = new Thread(this::once);

    Cleanup(Runnable task) {
        this.task = task;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void once() {
        if (done.compareAndSet(false, true)) {
            task.run();
        }
    }

    @Override
    public void close() {
        once();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook finds nothing left to do.
            return;
        }
    }
}
