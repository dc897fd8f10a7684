package org.tallystick.node.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.audit.TreeHead;
import org.tallystick.node.config.Role;
import org.tallystick.node.metering.Statement;
import org.tallystick.node.wire.Proposal;

/** Receipts, heads and statements as JSON. Nothing of it is about a subject. */
final class ReceiptJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ReceiptJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ObjectNode head(TreeHead head) {
        return object().put("node", Role.values()[head.party()].id())
                .put("size", head.size())
                .put("root", head.root().hex())
                .put("at", time(head.at()))
                .put("atMillis", head.at())
                .put("signature", hex(head.signature()));
    }

    static ObjectNode receipt(long index, Receipt receipt) {
        ObjectNode json = object().put("index", index).put("at", time(receipt.at()));
        switch (receipt) {
            case Receipt.Accepted accepted ->
                proposed(json.put("kind", "accepted"), accepted)
                        .put("bits", accepted.bits())
                        .put("price", accepted.price());
            case Receipt.Refused refused ->
                proposed(json.put("kind", "refused"), refused)
                        .put("reason", refused.reason())
                        .put("refusedRows", refused.rows());
            case Receipt.Authorised authorised -> {
                ArrayNode accepted = json.put("kind", "authorised")
                        .put("session", authorised.session().hex())
                        .putArray("accepted");
                authorised.accepted().forEach(party -> accepted.add(role(party)));
            }
            case Receipt.Ended ended -> {
                json.put("kind", "ended")
                        .put("session", ended.session().hex())
                        .put("outcome", ended.outcome().kind().name().toLowerCase(Locale.ROOT));
                ended.outcome().party().ifPresent(party -> json.put("by", role(party)));
                if (!ended.outcome().reason().isEmpty()) {
                    json.put("reason", ended.outcome().reason());
                }
            }
            case Receipt.Event event ->
                json.put("kind", "event")
                        .put("event", event.kind())
                        .put(
                                "content",
                                Base64.getEncoder()
                                        .encodeToString(event.content().toByteArray()));
        }
        return json;
    }

    private static String role(int party) {
        return party < Role.values().length ? Role.values()[party].id() : "party " + party;
    }

    private static ObjectNode proposed(ObjectNode json, Receipt.Proposed receipt) {
        json.put("session", receipt.session().hex());
        try {
            proposal(json.putObject("proposal"), Proposal.parseFrom(receipt.header()));
        } catch (InvalidProtocolBufferException e) {
            json.remove("proposal");
        }
        return json;
    }

    static void proposal(ObjectNode json, Proposal header) {
        json.put("kind", header.getKind().name().toLowerCase(Locale.ROOT))
                .put("program", hex(header.getProgram()))
                .put("rows", header.getRowCount())
                .put("price", header.getPrice());
        if (!header.getPurpose().isEmpty()) {
            json.put("purpose", header.getPurpose());
        }
        if (!header.getModel().isEmpty()) {
            json.put("model", hex(header.getModel()));
        }
        if (!header.getAgreement().isEmpty()) {
            json.put("agreement", hex(header.getAgreement()));
        }
    }

    static void path(ObjectNode json, List<byte[]> path) {
        ArrayNode hashes = json.putArray("path");
        path.forEach(hash -> hashes.add(HexFormat.of().formatHex(hash)));
    }

    static ObjectNode statement(Statement statement) {
        ObjectNode json = object().put("month", statement.month().toString()).put("receipts", statement.receipts());
        ArrayNode lines = json.putArray("lines");
        for (Statement.Line line : statement.lines()) {
            ObjectNode each = lines.addObject()
                    .put("agreement", line.key().agreement())
                    .put("program", line.key().program())
                    .put("model", line.key().model())
                    .put("purpose", line.key().purpose())
                    .put("kind", line.key().kind())
                    .put("price", line.key().price())
                    .put("sessions", line.sessions())
                    .put("rows", line.rows())
                    .put("charged", line.charged())
                    .put("currency", line.currency())
                    .put("amount", line.amount());
            line.shares().forEach(each.putObject("shares")::put);
        }
        ArrayNode sets = json.putArray("dataSets");
        for (Statement.DataSet set : statement.dataSets()) {
            ObjectNode each = sets.addObject().put("program", set.program());
            set.columns().forEach(each.putArray("columns")::add);
            each.put("rows", set.rows())
                    .put("charged", set.charged())
                    .put("currency", set.currency())
                    .put("revenue", set.revenue());
            set.firstUse().ifPresent(day -> each.put("firstUse", day.toString()));
            set.lastUse().ifPresent(day -> each.put("lastUse", day.toString()));
            set.asOf().forEach(day -> each.withArray("asOf").add(day.toString()));
        }
        return json;
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
