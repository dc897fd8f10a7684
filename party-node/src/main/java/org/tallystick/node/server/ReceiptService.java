package org.tallystick.node.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.YearMonth;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.tallystick.node.audit.Export;
import org.tallystick.node.audit.HeadExchange;
import org.tallystick.node.audit.Merkle;
import org.tallystick.node.audit.TreeHead;
import org.tallystick.node.config.Role;
import org.tallystick.node.metering.Ledger;
import org.tallystick.node.metering.StatementCsv;
import org.tallystick.node.rest.NodeReceipts;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Identity;
import org.tallystick.node.storage.ReceiptLog;

/** A node's receipts as its REST callers see them. */
final class ReceiptService implements NodeReceipts {
    private static final List<String> AGENCIES = Role.ids().subList(0, Role.BANK.ordinal());

    private final Identity identity;
    private final ReceiptLog log;
    private final HeadExchange exchange;
    private final Ledger ledger;
    private final Supplier<List<byte[]>> agreements;

    /** @param agreements the documents of those that were taken up here, for auditors */
    ReceiptService(
            Identity identity,
            ReceiptLog log,
            HeadExchange exchange,
            Ledger ledger,
            Supplier<List<byte[]>> agreements) {
        this.identity = identity;
        this.log = log;
        this.exchange = exchange;
        this.ledger = ledger;
        this.agreements = agreements;
    }

    @Override
    public ObjectNode head() {
        ObjectNode json = ReceiptJson.object().put("size", log.size());
        exchange.ownNow().ifPresent(head -> json.set("head", ReceiptJson.head(head)));
        ArrayNode seen = json.putArray("seen");
        exchange.known().newest().stream()
                .filter(head -> head.party() != identity.self())
                .forEach(head -> seen.add(ReceiptJson.head(head)));
        ArrayNode contradictions = json.putArray("contradictions");
        exchange.known()
                .contradictions()
                .forEach(each -> contradictions
                        .addArray()
                        .add(ReceiptJson.head(each.first()))
                        .add(ReceiptJson.head(each.second())));
        return json;
    }

    @Override
    public ObjectNode page(Optional<Long> from, int limit) {
        long size = log.size();
        long first = Math.min(size, from.orElse(Math.max(0, size - limit)));
        ObjectNode json = ReceiptJson.object().put("size", size);
        ArrayNode receipts = json.putArray("receipts");
        if (first < size) {
            log.read(first, entry -> {
                receipts.add(ReceiptJson.receipt(entry.index(), entry.receipt()));
                return receipts.size() < limit;
            });
        }
        return json;
    }

    @Override
    public Optional<ObjectNode> receipt(long index) {
        // The head first, so that it is of no fewer receipts than there are.
        Optional<TreeHead> head = exchange.own();
        long size = head.map(TreeHead::size).orElseGet(log::size);
        if (index >= size) {
            return Optional.empty();
        }
        return Optional.of(proven(log.entry(index), size, head));
    }

    private ObjectNode proven(ReceiptLog.Entry entry, long size, Optional<TreeHead> head) {
        ObjectNode json = ReceiptJson.receipt(entry.index(), entry.receipt());
        json.put("leaf", Base64.getEncoder().encodeToString(entry.leaf()));
        json.set("proof", proof(log, entry, size));
        head.ifPresent(signed -> json.set("head", ReceiptJson.head(signed)));
        return json;
    }

    @Override
    public ObjectNode ofSession(String session) {
        Optional<TreeHead> head = exchange.own();
        long size = head.map(TreeHead::size).orElseGet(log::size);
        ObjectNode json = ReceiptJson.object().put("size", size);
        ArrayNode receipts = json.putArray("receipts");
        SessionReceipts.find(log, Hash.parse(session), size).forEach(entry -> receipts.add(proven(entry, size, head)));
        return json;
    }

    /** Of a receipt in the tree of that size. */
    static ObjectNode proof(ReceiptLog log, ReceiptLog.Entry entry, long size) {
        ObjectNode proof = ReceiptJson.object()
                .put("size", size)
                .put("leafHash", HexFormat.of().formatHex(Merkle.leafHash(entry.leaf())));
        ReceiptJson.path(proof, log.tree().inclusion(entry.index(), size));
        return proof;
    }

    @Override
    public void export(OutputStream out) throws IOException {
        Optional<TreeHead> head = exchange.ownNow();
        long size = head.map(TreeHead::size).orElseGet(log::size);
        Export.Header header = new Export.Header(
                identity.group(), identity.self(), identity.key().publicKey(), head, exchange.known(), size);
        Export.Leaves leaves = sink -> {
            IOException[] failure = new IOException[1];
            if (size > 0) {
                log.read(0, entry -> {
                    try {
                        sink.leaf(entry.leaf());
                    } catch (IOException e) {
                        failure[0] = e;
                        return false;
                    }
                    return entry.index() + 1 < size;
                });
            }
            if (failure[0] != null) {
                throw failure[0];
            }
        };
        Export.write(out, header, leaves, agreements.get());
    }

    @Override
    public ObjectNode usesOf(String subject) {
        return new SubjectUses(log, subject).json(exchange.own());
    }

    @Override
    public ObjectNode statement(YearMonth month) {
        return ReceiptJson.statement(ledger.statement(month));
    }

    @Override
    public String statementCsv(YearMonth month) {
        return StatementCsv.of(ledger.statement(month), AGENCIES);
    }

    @Override
    public boolean goOn(String by) {
        return exchange.goOn(by);
    }
}
