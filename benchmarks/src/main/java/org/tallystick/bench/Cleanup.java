package org.tallystick.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** What is left to tidy up: done once, when closed, or when this JVM is told to end before. */
final class Cleanup implements AutoCloseable {
    private final Runnable task;
    private final AtomicBoolean done = new AtomicBoolean();
    private final Thread hook = new Thread(this::once);

    Cleanup(Runnable task) {
        this.task = task;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Deletes a folder and all in it. */
    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
