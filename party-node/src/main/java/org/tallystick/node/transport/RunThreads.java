package org.tallystick.node.transport;

import java.lang.reflect.Constructor;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Virtual threads carried by the transport's event loop. A short run is a chain of tiny messages, each of which would
 * otherwise cost two changes of thread: from the event loop to the run and back. On the event loop itself it costs
 * none, and a round between four nodes on two cores takes half the time.
 *
 * <p>The JDK has such a scheduler for its virtual threads, but no public way to it yet: it is used where the JVM runs
 * with {@code --add-opens java.base/java.lang=ALL-UNNAMED}, and elsewhere the runs get ordinary virtual threads.
 */
final class RunThreads {
    private static final Logger LOG = LoggerFactory.getLogger(RunThreads.class);
    private static final Optional<Constructor<?>> SCHEDULED = constructor();

    private RunThreads() {}

    /** A factory of virtual threads that run on {@code carrier}, or of ordinary ones. */
    static ThreadFactory on(Executor carrier) {
        if (SCHEDULED.isPresent()) {
            try {
                Thread.Builder builder = (Thread.Builder) SCHEDULED.get().newInstance(carrier);
                return builder.name("run-", 0).factory();
            } catch (ReflectiveOperationException e) {
                LOG.debug("no virtual threads on the event loop", e);
            }
        }
        return Thread.ofVirtual().name("run-", 0).factory();
    }

    /** Whether runs are carried by the event loop in this JVM. */
    static boolean onEventLoop() {
        return SCHEDULED.isPresent();
    }

    private static Optional<Constructor<?>> constructor() {
        try {
            Constructor<?> constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return Optional.of(constructor);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("no virtual threads on the event loop", e);
            return Optional.empty();
        }
    }
}
