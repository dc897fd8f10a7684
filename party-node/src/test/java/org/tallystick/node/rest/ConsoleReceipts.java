package org.tallystick.node.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.audit.Merkle;

/** A log of receipts with right proofs, and one that is not: the last, whose bytes are other ones than its leaf. */
final class ConsoleReceipts implements NodeReceipts {
    private static final int SESSIONS = 6;
    private static final long AT = 1_795_200_000_000L;

    private final List<ObjectNode> receipts = new ArrayList<>();
    private final List<byte[]> leaves = new ArrayList<>();
    private final String program;
    private final String agreement;

    ConsoleReceipts(String program, String agreement) {
        this.program = program;
        this.agreement = agreement;
        for (int number = 0; number < SESSIONS; number++) {
            session(number, "%064x".formatted(0xbeefL * (number + 3)));
        }
        String what = agreement + "\nwang.fang\nagreement signed";
        add(Json.object()
                .put("kind", "event")
                .put("event", "agreement.signed")
                .put("content", base64(what.getBytes(StandardCharsets.UTF_8))));
        for (ObjectNode receipt : receipts) {
            leaves.add(receipt.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void session(int number, String session) {
        ObjectNode accepted =
                Json.object().put("kind", number == 2 ? "refused" : "accepted").put("session", session);
        accepted.putObject("proposal")
                .put("kind", "score")
                .put("program", program)
                .put("rows", 1 + 3 * number)
                .put("price", 100)
                .put("purpose", "loan approval")
                .put("agreement", agreement);
        if (number == 2) {
            add(accepted.put("reason", "BUDGET").put("refusedRows", 1));
            return;
        }
        add(accepted.put("bits", 3).put("price", 100));
        ObjectNode authorised = Json.object().put("kind", "authorised").put("session", session);
        List.of("tax", "utility", "social-security", "bank").forEach(authorised.putArray("accepted")::add);
        add(authorised);
        if (number != SESSIONS - 1) {
            add(Json.object().put("kind", "ended").put("session", session).put("outcome", "released"));
        }
    }

    private void add(ObjectNode receipt) {
        long index = receipts.size();
        receipts.add(receipt.put("index", index)
                .put("at", Instant.ofEpochMilli(AT + 1000 * index).toString()));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** RFC 6962, section 2.1. */
    private byte[] root(int from, int to) {
        if (to - from == 1) {
            return Merkle.leafHash(leaves.get(from));
        }
        int split = from + Integer.highestOneBit(to - from - 1);
        return Merkle.nodeHash(root(from, split), root(split, to));
    }

    /** RFC 6962, section 2.1.1: from the leaf up. */
    private void path(int index, int from, int to, ArrayNode path) {
        if (to - from == 1) {
            return;
        }
        int split = from + Integer.highestOneBit(to - from - 1);
        if (index < split) {
            path(index, from, split, path);
            path.add(hex(root(split, to)));
        } else {
            path(index, split, to, path);
            path.add(hex(root(from, split)));
        }
    }

    private ObjectNode headOf(String node) {
        return Json.object()
                .put("node", node)
                .put("size", leaves.size())
                .put("root", hex(root(0, leaves.size())))
                .put("at", Instant.ofEpochMilli(AT).toString())
                .put("atMillis", AT)
                .put("signature", "00".repeat(64));
    }

    @Override
    public ObjectNode head() {
        ObjectNode json = Json.object().put("size", leaves.size());
        json.set("head", headOf("tax"));
        json.putArray("seen").add(headOf("utility")).add(headOf("bank"));
        json.putArray("contradictions");
        return json;
    }

    @Override
    public ObjectNode page(Optional<Long> from, int limit) {
        ObjectNode json = Json.object().put("size", receipts.size());
        ArrayNode page = json.putArray("receipts");
        int first = from.map(Long::intValue).orElse(Math.max(0, receipts.size() - limit));
        receipts.stream().skip(first).limit(limit).forEach(page::add);
        return json;
    }

    private ObjectNode proof(int index) {
        ObjectNode proof =
                Json.object().put("size", leaves.size()).put("leafHash", hex(Merkle.leafHash(leaves.get(index))));
        path(index, 0, leaves.size(), proof.putArray("path"));
        return proof;
    }

    @Override
    public ObjectNode ofSession(String session) {
        ObjectNode json = Json.object().put("size", receipts.size());
        ArrayNode found = json.putArray("receipts");
        receipts.stream()
                .filter(receipt -> receipt.path("session").asText().equals(session))
                .map(receipt -> receipt(receipt.get("index").asLong()).orElseThrow())
                .forEach(found::add);
        return json;
    }

    @Override
    public Optional<ObjectNode> receipt(long index) {
        if (index >= receipts.size()) {
            return Optional.empty();
        }
        int at = (int) index;
        byte[] leaf = leaves.get(at).clone();
        if (at == receipts.size() - 1) {
            leaf[0] ^= 1;
        }
        ObjectNode json = receipts.get(at).deepCopy().put("leaf", base64(leaf));
        json.set("proof", proof(at));
        json.set("head", headOf("tax"));
        return Optional.of(json);
    }

    @Override
    public void export(OutputStream out) throws IOException {
        out.write(new byte[32]);
    }

    @Override
    public ObjectNode usesOf(String subject) {
        ObjectNode json = Json.object();
        ObjectNode use = json.putArray("uses")
                .addObject()
                .put("at", Instant.ofEpochMilli(AT).toString())
                .put("session", receipts.getFirst().get("session").textValue())
                .put("outcome", "answered")
                .put("receipt", 0)
                .put("leaf", base64(leaves.getFirst()));
        use.set("proof", proof(0));
        use.set("proposal", receipts.getFirst().get("proposal"));
        use.putArray("rows");
        return json;
    }

    @Override
    public ObjectNode statement(YearMonth month) {
        ObjectNode json = Json.object().put("month", month.toString()).put("receipts", receipts.size());
        ArrayNode lines = json.putArray("lines");
        line(lines, "loan approval", 100, 5210);
        line(lines, "supply chain credit", 100, 1480);
        line(lines, "relief of hardship", 0, 312);
        ObjectNode set = json.putArray("dataSets")
                .addObject()
                .put("program", program)
                .put("rows", 7002)
                .put("charged", 6690)
                .put("currency", "CNY")
                .put("revenue", 334_500)
                .put("firstUse", month.atDay(2).toString())
                .put("lastUse", month.atDay(20).toString());
        set.putArray("columns").add("declared revenue").add("vat paid");
        set.putArray("asOf").add(month.atDay(1).toString());
        return json;
    }

    private void line(ArrayNode lines, String purpose, long price, long rows) {
        ObjectNode line = lines.addObject()
                .put("agreement", agreement)
                .put("program", program)
                .put("model", "cd".repeat(32))
                .put("purpose", purpose)
                .put("kind", "score")
                .put("price", price)
                .put("sessions", rows / 10)
                .put("rows", rows)
                .put("charged", price == 0 ? 0 : rows)
                .put("currency", "CNY")
                .put("amount", price * rows);
        line.putObject("shares")
                .put("tax", price * rows / 2)
                .put("utility", price * rows / 5)
                .put("social-security", price * rows * 3 / 10);
    }

    @Override
    public String statementCsv(YearMonth month) {
        return "month\r\n" + month + "\r\n";
    }

    @Override
    public boolean goOn(String by) {
        return false;
    }
}
