package org.tallystick.node.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.audit.TreeHead;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.session.RowProofs;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.wire.Proposal;

/**
 * Every use of one business's data at this node, for the business: found in the sealed rows of what the node accepted,
 * each with the proof that the receipt is in the log and that the row is in the signed proposal. Reads the whole log
 * and opens every row.
 */
final class SubjectUses {
    private final ReceiptLog log;
    private final String subject;
    private final List<Found> found = new ArrayList<>();
    private final Map<Hash, Found> bySession = new HashMap<>();

    private static final class Found {
        private final ReceiptLog.Entry entry;
        private final Proposal header;
        private final List<RowProofs.RowProof> rows;
        private String outcome = "open";

        Found(ReceiptLog.Entry entry, Proposal header, List<RowProofs.RowProof> rows) {
            this.entry = entry;
            this.header = header;
            this.rows = rows;
        }
    }

    SubjectUses(ReceiptLog log, String subject) {
        this.log = log;
        this.subject = subject;
        log.read(0, entry -> {
            add(entry);
            return true;
        });
    }

    private void add(ReceiptLog.Entry entry) {
        switch (entry.receipt()) {
            case Receipt.Accepted accepted -> accepted(entry, accepted);
            case Receipt.Authorised authorised -> mark(authorised.session(), "answered");
            case Receipt.Ended ended -> {
                if (ended.outcome().kind() != Outcome.Kind.RELEASED) {
                    mark(ended.session(), ended.outcome().kind().name().toLowerCase(Locale.ROOT));
                }
            }
            case Receipt.Refused _, Receipt.Event _ -> {}
        }
    }

    private void mark(Hash session, String outcome) {
        Optional.ofNullable(bySession.get(session)).ifPresent(use -> use.outcome = outcome);
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
        List<RowProofs.RowProof> rows = log.attachment(entry.index())
                .map(bytes -> RowProofs.of(bytes, subject))
                .orElse(List.of());
        // A score of a table has no rows of its own: it uses those of the segment.
        boolean reads = header.getKind() == Proposal.Kind.SCORE
                && header.hasTable()
                && bySession.containsKey(Hash.of(header.getTable().getFilled().toByteArray()));
        if (!rows.isEmpty() || reads) {
            Found use = new Found(entry, header, rows);
            found.add(use);
            bySession.put(accepted.session(), use);
        }
    }

    ObjectNode json(Optional<TreeHead> head) {
        long size = head.map(TreeHead::size).orElseGet(log::size);
        ObjectNode json = ReceiptJson.object();
        ArrayNode uses = json.putArray("uses");
        for (Found use : found) {
            if (use.entry.index() < size) {
                uses.add(json(use, size));
            }
        }
        head.ifPresent(signed -> json.set("head", ReceiptJson.head(signed)));
        return json;
    }

    private ObjectNode json(Found use, long size) {
        ObjectNode json = ReceiptJson.object()
                .put("at", ReceiptJson.time(use.entry.receipt().at()))
                .put(
                        "session",
                        ((Receipt.Accepted) use.entry.receipt()).session().hex())
                .put("outcome", use.outcome);
        ReceiptJson.proposal(json.putObject("proposal"), use.header);
        json.put("receipt", use.entry.index()).put("leaf", Base64.getEncoder().encodeToString(use.entry.leaf()));
        json.set("proof", ReceiptService.proof(log, use.entry, size));
        ArrayNode rows = json.putArray("rows");
        for (RowProofs.RowProof row : use.rows) {
            ObjectNode each = rows.addObject()
                    .put("row", row.row())
                    .put("leaf", Base64.getEncoder().encodeToString(row.leaf()));
            ReceiptJson.path(each, row.path());
        }
        return json;
    }
}
