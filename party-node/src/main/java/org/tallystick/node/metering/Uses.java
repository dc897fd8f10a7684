package org.tallystick.node.metering;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.metering.Use.Charge;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.wire.Proposal;
import org.tallystick.node.wire.ProposalRows;
import org.tallystick.node.wire.TableSegment;

/** The sessions that count, read off a log of receipts and nothing else. */
final class Uses {
    private final ReceiptLog log;
    private final Map<Hash, Pending> pending = new HashMap<>();
    private final Map<Hash, Stored> stored = new HashMap<>();
    /** Segments of which the log does not say that they were stored. */
    private final Map<Hash, Pending> unstored = new HashMap<>();

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
                    read(known, receipt.at());
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
            unstored.put(accepted.session(), pending.get(accepted.session()));
        }
    }

    /** A segment that is read was stored, though the node may have been killed before it could say so. */
    private void read(Pending reading, long at) {
        Optional<Hash> filled = hash(reading.header().getTable().getFilled());
        Optional<Pending> segment = filled.map(unstored::remove);
        segment.ifPresent(found -> counted.add(new Counted(found, filled.orElseThrow(), at)));
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
            unstored.remove(ended.session());
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
                charges(counted, header, readsTable),
                !header.getResumes().isEmpty(),
                segment.map(Stored::asOf));
    }

    private static Optional<Hash> hash(ByteString bytes) {
        return bytes.isEmpty() ? Optional.empty() : Optional.of(Hash.of(bytes.toByteArray()));
    }

    private List<Charge> charges(Counted counted, Proposal header, boolean readsTable) {
        byte[] terms = terms(header);
        if (readsTable) {
            TableSegment table = header.getTable();
            return List.of(charge(terms, table.getRequest(), table.getFilled().toByteArray()));
        }
        ProposalRows rows = rows(log.attachment(counted.of.index()));
        return switch (header.getKind()) {
            case TRAIN, EVALUATE ->
                List.of(charge(
                        terms,
                        header.getTraining(),
                        digest("learning", rows.getLearningList()),
                        digest("testing", rows.getTestingList())));
            case STORE -> {
                // Stored anew under another id it is another table.
                TableSegment table = header.getTable();
                byte[] position =
                        ByteBuffer.allocate(4).putInt(table.getPosition()).array();
                yield List.of(charge(terms, table.getId(), position, digest("subjects", rows.getSubjectsList())));
            }
            default ->
                rows.getRowsList().stream()
                        .map(row -> charge(terms, row.getRequest(), utf8(row.getSubject())))
                        .toList();
        };
    }

    /** What a request has to share with an earlier one to be the same. */
    private static byte[] terms(Proposal header) {
        return Hash.over(
                        "tallystick/charge/terms",
                        utf8(header.getKind().name()),
                        header.getProgram().toByteArray(),
                        header.getModel().toByteArray(),
                        utf8(header.getPurpose()),
                        header.getAgreement().toByteArray(),
                        ByteBuffer.allocate(8).putLong(header.getPrice()).array())
                .bytes();
    }

    private static Charge charge(byte[] terms, ByteString request, byte[]... about) {
        byte[][] parts = new byte[about.length + 2][];
        parts[0] = terms;
        parts[1] = request.toByteArray();
        System.arraycopy(about, 0, parts, 2, about.length);
        return Charge.of(Hash.over("tallystick/charge", parts));
    }

    private static byte[] digest(String what, List<String> subjects) {
        return Hash.over(what, subjects.stream().map(Uses::utf8).toArray(byte[][]::new))
                .bytes();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ProposalRows rows(Optional<byte[]> rows) {
        try {
            return ProposalRows.parseFrom(rows.orElse(new byte[0]));
        } catch (InvalidProtocolBufferException e) {
            throw new StorageFailure("the rows of a receipt cannot be read", "run a newer version of tally", e);
        }
    }
}
