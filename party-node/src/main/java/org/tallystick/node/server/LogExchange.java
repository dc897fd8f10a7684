package org.tallystick.node.server;

import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.audit.HeadExchange;
import org.tallystick.node.audit.KnownHeads;
import org.tallystick.node.audit.MalformedReceipt;
import org.tallystick.node.config.Role;
import org.tallystick.node.metrics.Metrics;
import org.tallystick.node.session.Identity;
import org.tallystick.node.storage.HeadFile;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.transport.Complaints;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.wire.ControlKind;

/** The exchange of heads between this node's log and those of its peers, over control messages. */
final class LogExchange {
    private static final Logger LOG = LoggerFactory.getLogger(LogExchange.class);

    /** How long after a group of receipts its head is told to the others, at most. */
    private static final long EVERY_MILLIS = 250;

    private final AtomicReference<Transport> transport = new AtomicReference<>();
    private final Complaints complaints = new Complaints(LOG);
    private final HeadExchange exchange;

    LogExchange(Identity identity, ReceiptLog log, LoggedReceipts receipts, HeadFile file) {
        this.exchange = new HeadExchange(identity, log.tree(), file.load(), new HeadExchange.Surroundings() {
            @Override
            public boolean send(int peer, byte[] message) {
                Transport live = transport.get();
                return live != null && live.control(peer, ControlKind.RECEIPT, message);
            }

            @Override
            public void save(KnownHeads known) {
                file.save(known);
            }

            @Override
            public void record(String kind, ByteString content) {
                receipts.event(kind, content);
            }

            @Override
            public void decided(String kind, ByteString content) {
                receipts.decided(kind, content).await();
            }

            @Override
            public InstantSource clock() {
                return InstantSource.system();
            }
        });
    }

    HeadExchange exchange() {
        return exchange;
    }

    /** From here on there is something to send by, and it is sent; until what this returns is closed. */
    AutoCloseable over(Transport live) {
        transport.set(live);
        // A platform thread, since it waits for the disk now and then.
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                work -> Thread.ofPlatform().name("log-heads").daemon().unstarted(work));
        ScheduledFuture<?> beat =
                timer.scheduleWithFixedDelay(this::tick, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return () -> {
            beat.cancel(false);
            timer.close();
        };
    }

    void received(int peer, byte[] message) {
        try {
            exchange.received(peer, message);
        } catch (MalformedReceipt e) {
            complaints.warn("party " + peer + " sent a message about receipts that is ignored", e.getMessage());
        }
    }

    private void tick() {
        try {
            exchange.tick();
        } catch (StorageFailure e) {
            complaints.warn("what is known of the nodes' logs is not saved", e.getMessage());
        } catch (RuntimeException e) {
            // One that got out would end the timer for good.
            LOG.error("heads of logs were not told", e);
        }
    }

    List<String> warnings() {
        return exchange.warnings(Role.ids());
    }

    void figures(Metrics metrics, ReceiptLog log) {
        metrics.gauge("tally_receipts", "Receipts in this node's log", Map.of(), log::size);
        metrics.count("tally_receipt_syncs", "Forced writes of this node's log", Map.of(), log::syncs);
        metrics.gauge(
                "tally_receipts_writable",
                "1, or 0 when this node's log is not written any more until the node is started again",
                Map.of(),
                () -> log.ended().isEmpty() ? 1 : 0);
        for (Role role : Role.values()) {
            metrics.gauge(
                    "tally_log_contradictions",
                    "Contradictions among the signed heads of a node's log",
                    Map.of("party", role.id()),
                    () -> exchange.contradictions(role.ordinal()));
        }
    }
}
