package org.tallystick.node.server;

import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.session.Receipts;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageFailure;

/**
 * Receipts in the node's append-only log, many of them to one disk write; whom a proposal is about lies sealed there.
 */
public final class LoggedReceipts implements Receipts {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedReceipts.class);

    private final ReceiptLog log;
    private final InstantSource clock;

    public LoggedReceipts(ReceiptLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    @Override
    public Written accepted(Sealed proposal, int bits, long price) {
        Receipt receipt = new Receipt.Accepted(
                clock.millis(),
                ByteString.copyFrom(proposal.header()),
                ByteString.copyFrom(proposal.signature()),
                bits,
                price);
        Optional<byte[]> rows = Optional.of(proposal.rows()).filter(bytes -> bytes.length > 0);
        return log.begin(receipt, rows)::await;
    }

    @Override
    public void refused(Sealed proposal, Refusal refusal) {
        ByteString signature = ByteString.copyFrom(proposal.signature());
        // Nothing else keeps a bank from sending what is refused faster than a disk takes it.
        log.awaitRoom();
        later(new Receipt.Refused(
                clock.millis(),
                ByteString.copyFrom(proposal.header()),
                // One of another length is none, and has no place in the format.
                signature.size() == Signing.SIGNATURE_BYTES ? signature : ByteString.EMPTY,
                refusal.reason().name(),
                refusal.rows().size()));
    }

    @Override
    public Written authorised(Hash session, List<Integer> accepted, boolean leaves) {
        Receipt receipt = new Receipt.Authorised(clock.millis(), session, accepted);
        return (leaves ? log.begin(receipt, Optional.empty()) : log.later(receipt))::await;
    }

    @Override
    public void ended(Hash session, Outcome outcome) {
        Receipt receipt = new Receipt.Ended(clock.millis(), session, outcome);
        switch (outcome.kind()) {
            case NOTHING_LEFT, DONE -> log.append(receipt);
            case RELEASED, REFUSED, ABORTED -> later(receipt);
        }
    }

    /** Begins to put an event on record that somebody waits for. */
    public Written decided(String kind, ByteString content) {
        return log.begin(new Receipt.Event(clock.millis(), kind, content), Optional.empty())::await;
    }

    /** Puts an event on record; waits for nothing and never fails. */
    public void event(String kind, ByteString content) {
        later(new Receipt.Event(clock.millis(), kind, content));
    }

    private void later(Receipt receipt) {
        try {
            log.later(receipt);
        } catch (StorageFailure e) {
            LOG.error("a receipt is not kept: {}", e.getMessage());
        }
    }
}
