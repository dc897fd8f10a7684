package org.tallystick.node.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.util.Optional;

/** A log of three receipts, of which a subject is in none. */
final class FakeReceipts implements NodeReceipts {
    volatile boolean lost;

    private static ObjectNode one(long index) {
        return Json.object()
                .put("index", index)
                .put("at", FakeNode.NOW.toString())
                .put("kind", "event")
                .put("event", "test");
    }

    @Override
    public ObjectNode head() {
        ObjectNode json = Json.object().put("size", 3);
        json.putArray("seen");
        json.putArray("contradictions");
        return json;
    }

    @Override
    public ObjectNode page(Optional<Long> from, int limit) {
        ObjectNode json = Json.object().put("size", 3);
        var receipts = json.putArray("receipts");
        long first = from.orElse(Math.max(0L, 3 - limit));
        for (long index = first; index < 3 && index < first + limit; index++) {
            receipts.add(one(index));
        }
        return json;
    }

    @Override
    public Optional<ObjectNode> receipt(long index) {
        return index < 3 ? Optional.of(one(index)) : Optional.empty();
    }

    @Override
    public ObjectNode ofSession(String session) {
        ObjectNode json = Json.object().put("size", 3);
        var receipts = json.putArray("receipts");
        if (session.equals(FakeNode.SESSION)) {
            receipts.add(one(1).put("session", session));
        }
        return json;
    }

    @Override
    public void export(OutputStream out) throws IOException {
        out.write("an export".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public ObjectNode usesOf(String subject) {
        ObjectNode json = Json.object();
        json.putArray("uses");
        return json;
    }

    @Override
    public ObjectNode statement(YearMonth month) {
        ObjectNode json = Json.object().put("month", month.toString()).put("receipts", 3);
        json.putArray("lines");
        json.putArray("dataSets");
        return json;
    }

    @Override
    public String statementCsv(YearMonth month) {
        return "month\r\n" + month + "\r\n";
    }

    @Override
    public boolean goOn(String by) {
        boolean was = lost;
        lost = false;
        return was;
    }
}
