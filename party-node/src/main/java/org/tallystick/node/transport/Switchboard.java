package org.tallystick.node.transport;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.wire.Frame;
import org.tallystick.node.wire.Stop;

/** Joins connections, epochs, runs and the listener: who is told what. Lives on the event loop. */
final class Switchboard implements Links.Events, EpochAgreement.Surroundings {
    private static final Logger LOG = LoggerFactory.getLogger(Switchboard.class);
    private static final long STALL = TimeUnit.SECONDS.toNanos(15);
    private static final long LONGEST_PAUSE_SECONDS = 60;

    private final TransportConfig config;
    private final TransportListener listener;
    private final Counters counters;
    private final Gate[] gates;
    private final Sessions sessions;
    private final ScheduledExecutorService eventLoop;
    private final EpochAgreement agreement;
    private final List<ControlInbox> control = new ArrayList<>();
    private final Mailbox events = new Mailbox("transport-events");
    private volatile Optional<Epoch> epoch = Optional.empty();
    private long lastChange = System.nanoTime();
    private boolean pausing;
    private boolean closed;

    Switchboard(
            TransportConfig config,
            TransportListener listener,
            Counters counters,
            Gate[] gates,
            Sessions sessions,
            SecureRandom random,
            ScheduledExecutorService eventLoop) {
        this.config = config;
        this.listener = listener;
        this.counters = counters;
        this.gates = gates.clone();
        this.sessions = sessions;
        this.eventLoop = eventLoop;
        this.agreement = new EpochAgreement(config.group(), config.self(), random, this);
        for (int peer = 0; peer < gates.length; peer++) {
            control.add(new ControlInbox(peer, config.limits(), listener));
        }
    }

    /** Any thread. */
    Optional<Epoch> epoch() {
        return epoch;
    }

    // ---- from the connections

    @Override
    public void up(int peer, Link link) {
        gates[peer].connected(link);
        lastChange = System.nanoTime();
        events.add(() -> listener.connected(peer));
        agreement.connected(peer);
    }

    @Override
    public void down(int peer, String reason) {
        gates[peer].disconnected();
        control.get(peer).reset();
        lastChange = System.nanoTime();
        events.add(() -> listener.disconnected(peer, reason));
        agreement.disconnected(peer);
    }

    @Override
    public void frame(int peer, Frame frame) throws BadFrame {
        switch (frame.getBodyCase()) {
            case PING -> {}
            case EPOCH_HELLO -> agreement.hello(peer, frame.getEpochHello());
            case SEED_CONTRIBUTION -> agreement.contribution(peer, frame.getSeedContribution());
            case SEED_DIGEST -> agreement.digest(peer, frame.getSeedDigest());
            case CONTROL -> control.get(peer).piece(frame.getControl());
            case STOP -> {
                Stop stop = frame.getStop();
                sessions.stopped(peer, new SessionId(stop.getSessionHigh(), stop.getSessionLow()));
            }
            case HELLO, REFUSAL, DATA, BODY_NOT_SET ->
                throw new BadFrame(Rejection.MALFORMED, "a frame out of place, or of an unknown kind");
        }
    }

    @Override
    public void data(int peer, SessionId session, int number, boolean last, byte[] payload) {
        sessions.data(peer, session, number, last, payload);
    }

    @Override
    public void readComplete(int peer) {
        gates[peer].pauseIfFull();
    }

    // ---- from the agreement

    @Override
    public void send(int peer, Frame frame) {
        gates[peer].link().ifPresent(link -> link.outbox().offer(frame));
    }

    @Override
    public void live(Epoch agreed) {
        counters.epochLive();
        sessions.epochLive(agreed.id());
        epoch = Optional.of(agreed);
        LOG.info("epoch {} is live: four nodes connected, seeds agreed", agreed.id());
        events.add(() -> listener.ready(agreed));
    }

    @Override
    public void ended(EpochId id, String reason) {
        epoch = Optional.empty();
        lastChange = System.nanoTime();
        sessions.epochEnded(ProtocolAbort.Reason.PEER_LOST, "the connection epoch ended: " + reason);
        if (!closed) {
            LOG.info("epoch {} ended: {}", id, reason);
        }
        events.add(() -> listener.ended(id, reason));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the task cannot fail unseen: it only starts over
    @Override
    public void disagreement(int seed, int peer, int failures) {
        counters.disagreed();
        long pause = Math.min(LONGEST_PAUSE_SECONDS, 1L << Math.min(failures - 1, 6));
        LOG.error(
                "ALARM: the holders of seed {} disagree (seen from {}): one of them has told two stories. "
                        + "No run starts until the seeds agree; trying again in {} s",
                seed,
                config.parties().get(peer).role(),
                pause);
        pausing = true;
        eventLoop.schedule(this::renewAfterDisagreement, pause, TimeUnit.SECONDS);
    }

    private void renewAfterDisagreement() {
        pausing = false;
        if (!closed && epoch.isEmpty()) {
            agreement.renew();
        }
    }

    // ---- upkeep

    /** Starts the agreement over when all are connected and yet it does not come to an end. */
    void tick(long now) {
        if (epoch.isPresent() || pausing || now - lastChange < STALL) {
            return;
        }
        lastChange = now;
        for (int peer = 0; peer < gates.length; peer++) {
            if (peer != config.self() && gates[peer].link().isEmpty()) {
                return;
            }
        }
        LOG.warn("all nodes are connected, but their seeds are not agreed; starting over");
        agreement.renew();
    }

    void close() {
        closed = true;
        sessions.epochEnded(ProtocolAbort.Reason.STOPPED, "this node is shutting down");
        agreement.close();
        control.forEach(ControlInbox::close);
        events.close();
    }
}
