package org.tallystick.node.metering;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.metering.Use.RequestId;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.wire.Proposal;
import org.tallystick.node.wire.ProposalRows;

/** The sessions that count, read off a log of receipts and nothing else. */
final class Uses {
    private final ReceiptLog log;
    private final Map<Hash, Pending> pending = new HashMap<>();
    private final Map<Hash, Stored> stored = new HashMap<>();
    private final List<Counted> counted = new ArrayList<>();
    private final Map<Hash, Counted> authorised = new HashMap<>();

    private Uses(ReceiptLog log) {
        this.log = log;
    }

    private record Pending(Proposal header, long index) {}

    private record Stored(int rows, LocalDate asOf) {}

    private static final class Counted {
        private final Pending of;
        private final Hash session;
        private final long at;
        private boolean voided;

        Counted(Pending of, Hash session, long at) {
            this.of = of;
            this.session = session;
            this.at = at;
        }
    }

    /**
     * All uses in the order in which they were authorised. One pass over the log; the sealed rows are opened only of
     * those that count.
     */
    static List<Use> of(ReceiptLog log) {
        Uses uses = new Uses(log);
        log.read(0, entry -> {
            uses.add(entry);
            return true;
        });
        return uses.counted.stream().filter(each -> !each.voided).map(uses::use).toList();
    }

    private void add(ReceiptLog.Entry entry) {
        switch (entry.receipt()) {
            case Receipt.Accepted accepted -> accepted(entry, accepted);
            case Receipt.Authorised receipt -> {
                Pending known = pending.remove(receipt.session());
                if (known != null) {
                    Counted use = new Counted(known, receipt.session(), receipt.at());
                    counted.add(use);
                    authorised.put(receipt.session(), use);
                }
            }
            case Receipt.Ended ended -> ended(ended);
            case Receipt.Refused _, Receipt.Event _ -> {}
        }
    }

    private void accepted(ReceiptLog.Entry entry, Receipt.Accepted accepted) {
        Proposal header;
        try {
            header = Proposal.parseFrom(accepted.header());
        } catch (InvalidProtocolBufferException e) {
            throw new StorageFailure(
                    "receipt " + entry.index() + " has a proposal that cannot be read",
                    "run a newer version of tally",
                    e);
        }
        pending.put(accepted.session(), new Pending(header, entry.index()));
        if (header.getKind() == Proposal.Kind.STORE) {
            LocalDate asOf = LocalDate.ofEpochDay(header.getTable().getAsOf());
            stored.put(accepted.session(), new Stored(header.getRowCount(), asOf));
        }
    }

    private void ended(Receipt.Ended ended) {
        Counted use = authorised.remove(ended.session());
        if (use != null) {
            use.voided = ended.outcome().kind() == Outcome.Kind.NOTHING_LEFT;
        }
        Pending known = pending.remove(ended.session());
        // What opens nothing is never authorised; a segment that was stored is a use all the same.
        if (known != null
                && known.header().getKind() == Proposal.Kind.STORE
                && ended.outcome().kind() == Outcome.Kind.DONE) {
            counted.add(new Counted(known, ended.session(), ended.at()));
        }
    }

    private Use use(Counted counted) {
        Proposal header = counted.of.header();
        Optional<Stored> segment = header.getKind() == Proposal.Kind.STORE
                ? Optional.ofNullable(stored.get(counted.session))
                : hash(header.getTable().getFilled()).map(stored::get);
        boolean readsTable = header.getKind() == Proposal.Kind.SCORE && header.hasTable();
        int rows = readsTable ? segment.map(Stored::rows).orElse(0) : header.getRowCount();
        return new Use(
                counted.session,
                counted.at,
                header.getKind().name().toLowerCase(Locale.ROOT),
                Hash.of(header.getProgram().toByteArray()),
                hash(header.getAgreement()),
                hash(header.getModel()),
                header.getPurpose(),
                header.getPrice(),
                rows,
                ids(counted, header, readsTable),
                segment.map(Stored::asOf));
    }

    private static Optional<Hash> hash(ByteString bytes) {
        return bytes.isEmpty() ? Optional.empty() : Optional.of(Hash.of(bytes.toByteArray()));
    }

    private List<RequestId> ids(Counted counted, Proposal header, boolean readsTable) {
        if (readsTable) {
            return List.of(id(header.getTable().getRequest()));
        }
        return switch (header.getKind()) {
            case TRAIN, EVALUATE -> List.of(id(header.getTraining()));
            case STORE -> {
                // Stored anew under another id it is another table.
                RequestId table = id(header.getTable().getId());
                yield List.of(new RequestId(
                        table.high(), table.low() + header.getTable().getPosition()));
            }
            default -> rowIds(log.attachment(counted.of.index()));
        };
    }

    private static List<RequestId> rowIds(Optional<byte[]> rows) {
        try {
            return ProposalRows.parseFrom(rows.orElse(new byte[0])).getRowsList().stream()
                    .map(row -> id(row.getRequest()))
                    .toList();
        } catch (InvalidProtocolBufferException e) {
            throw new StorageFailure("the rows of a receipt cannot be read", "run a newer version of tally", e);
        }
    }

    private static RequestId id(ByteString bytes) {
        ByteBuffer id = ByteBuffer.wrap(bytes.toByteArray());
        return id.remaining() == 16 ? new RequestId(id.getLong(), id.getLong()) : new RequestId(0, 0);
    }
}
