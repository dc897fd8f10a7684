package org.tallystick.node.transport;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.Frame;
import org.tallystick.node.wire.Stop;

/**
 * A node's side of the group's network: one connection of mutual TLS 1.3 to each peer, the seeds agreed anew whenever a
 * connection changes, control messages, and any number of runs at a time. One event loop does all input and output, so
 * its state needs no locks; runs are blocking code on virtual threads.
 */
public final class Transport implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
    private static final long TICK_MILLIS = 100;
    private static final Duration START = Duration.ofSeconds(30);

    private final TransportConfig config;
    private final ContextInternal context;
    private final Counters counters = new Counters();
    private final Gate[] gates = new Gate[TransportConfig.PARTIES];
    private final ReentrantLock[] controlOrder = new ReentrantLock[TransportConfig.PARTIES];
    private final Sessions sessions;
    private final Links links;
    private final Switchboard switchboard;
    private final ThreadFactory runThreads;
    private Optional<ScheduledFuture<?>> clock = Optional.empty();

    private Transport(VertxInternal vertx, TransportConfig config, TransportListener listener) {
        this.config = config;
        this.context = vertx.createEventLoopContext();
        for (int peer = 0; peer < gates.length; peer++) {
            gates[peer] = new Gate(config.limits().inbound());
            controlOrder[peer] = new ReentrantLock();
        }
        this.sessions = new Sessions(config, counters, context.nettyEventLoop(), gates);
        this.switchboard = new Switchboard(
                config, listener, counters, gates, sessions, new SecureRandom(), context.nettyEventLoop());
        this.runThreads = RunThreads.on(context.nettyEventLoop());
        this.links = new Links(vertx, context, config, counters, switchboard);
    }

    /**
     * Starts to listen and to connect; returns when this node listens. Not to be called on an event loop.
     *
     * @throws IOException when the node cannot listen on its port
     */
    public static Transport start(Vertx vertx, TransportConfig config, TransportListener listener) throws IOException {
        // Loads the native library here: it takes long on its first use, too long for an event loop.
        String engine = Tls.engine();
        Transport transport = new Transport((VertxInternal) vertx, config, listener);
        try {
            transport.call(transport::startOnEventLoop).get(START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            transport.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "cannot listen on " + config.listenHost() + ":" + config.listenPort() + ": " + cause.getMessage(),
                    cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            transport.close();
            throw new IOException("interrupted while starting to listen", e);
        }
        LOG.info(
                "{} is party {} of {}, TLS by {}",
                config.parties().get(config.self()).role(),
                config.self(),
                config.group(),
                engine);
        return transport;
    }

    private Future<Void> startOnEventLoop() {
        clock = Optional.of(context.nettyEventLoop()
                .scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS));
        return links.start();
    }

    private CompletableFuture<Void> call(Supplier<Future<Void>> task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(none -> task.get().onComplete(result -> {
            if (result.succeeded()) {
                done.complete(null);
            } else {
                done.completeExceptionally(result.cause());
            }
        }));
        return done;
    }

    private void tick() {
        long now = System.nanoTime();
        links.tick(now);
        sessions.tick(now);
        switchboard.tick(now);
    }

    /** The live epoch; empty while a peer is missing or the seeds are not agreed. */
    public Optional<Epoch> epoch() {
        return switchboard.epoch();
    }

    /** Whether the connection to a peer is up. */
    public boolean isConnected(int peer) {
        return gates[peer].link().isPresent();
    }

    /**
     * Opens a run. What peers have sent for it ahead of time is there to be received.
     *
     * @param deadline the longest a single receive may wait
     * @throws ProtocolAbort when {@code epoch} is not the live one
     * @throws IllegalStateException when a run with this id has been opened before
     */
    public SessionMesh open(SessionId id, EpochId epoch, Duration deadline) {
        return sessions.open(id, epoch, deadline);
    }

    /** Stops a run here and tells all peers to stop it, and never why. Harmless when it is not open. */
    public void stop(SessionId id) {
        sessions.stop(id);
        Frame stop = Frame.newBuilder()
                .setStop(Stop.newBuilder().setSessionHigh(id.high()).setSessionLow(id.low()))
                .build();
        for (Gate gate : gates) {
            gate.link().ifPresent(link -> link.outbox().offer(stop));
        }
    }

    /**
     * Sends a control message; those to one peer arrive in the order of the calls. The message must not change
     * afterwards.
     *
     * @return false when the peer is not connected, or too slow to take what was sent to it before
     */
    public boolean control(int peer, ControlKind kind, byte[] message) {
        if (message.length > config.limits().control()) {
            throw new IllegalArgumentException("a control message of " + message.length + " bytes, where "
                    + config.limits().control() + " are allowed");
        }
        controlOrder[peer].lock();
        try {
            Optional<Link> link = gates[peer].link();
            return link.isPresent() && link.get().outbox().offer(kind, message);
        } finally {
            controlOrder[peer].unlock();
        }
    }

    /**
     * Makes the threads on which short runs should live: virtual threads carried by the event loop where the JVM allows
     * it (see {@link #runsOnEventLoop}), ordinary ones elsewhere. Code on them may wait for messages, locks and
     * futures, but must not compute for long (a batch of very many rows belongs on an ordinary virtual thread) and must
     * not read or write files: while it does, this node neither sends nor receives.
     */
    public ThreadFactory runThreads() {
        return runThreads;
    }

    /**
     * Does a short run on one of the {@link #runThreads} and waits for its result; what it throws is thrown here. An
     * interrupt of the caller is passed on.
     */
    public <T> T onRunThread(Supplier<T> run) {
        FutureTask<T> task = new FutureTask<>(run::get);
        Thread thread = runThreads.newThread(task);
        thread.start();
        while (true) {
            try {
                return task.get();
            } catch (InterruptedException e) {
                thread.interrupt();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) e.getCause();
            }
        }
    }

    /**
     * Whether {@link #runThreads} are carried by the event loop: true with {@code --add-opens
     * java.base/java.lang=ALL-UNNAMED}.
     */
    public static boolean runsOnEventLoop() {
        return RunThreads.onEventLoop();
    }

    public Counters counters() {
        return counters;
    }

    /** Runs that are open at this moment. */
    public int openSessions() {
        return sessions.count();
    }

    /** Bytes of open runs that have yet to leave. */
    public long unsentBytes() {
        return sessions.unsentBytes();
    }

    /** Drops the connection to a peer; whoever dials makes it again, and a new epoch follows. */
    public void reconnect(int peer) {
        context.nettyEventLoop().execute(() -> links.drop(peer, "dropped at this node's wish"));
    }

    /**
     * Shows another certificate to peers, and accepts theirs by other authorities, pins and refusals, from the next
     * connection on; existing connections stay unless their certificate is refused now. Not to be called on an event
     * loop.
     *
     * @param pins for each party the fingerprint of the only certificate that is accepted, if there is one
     * @throws IOException when the certificate or its key cannot be used; refusals hold all the same
     */
    public void renew(TlsMaterial tls, List<Optional<String>> pins) throws IOException {
        try {
            call(() -> links.renew(tls, pins)).get(START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("the certificate or its key cannot be used: " + cause.getMessage(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while certificates were renewed", e);
        }
    }

    /**
     * Refuses peers' certificates by these fingerprints and pins from now on, and closes the connections under those
     * that are refused now; what this node shows, and by whose authority it accepts, stays. Does not wait.
     */
    public void refuse(Set<String> refused, List<Optional<String>> pins) {
        context.nettyEventLoop().execute(() -> links.refuse(refused, pins));
    }

    /** Ends all runs, closes all connections, stops listening. */
    @Override
    public void close() {
        CompletableFuture<Void> done = call(() -> {
            clock.ifPresent(timer -> timer.cancel(false));
            switchboard.close();
            return links.close();
        });
        try {
            done.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("closing the transport took too long or failed: {}", String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
