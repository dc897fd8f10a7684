package org.tallystick.node.audit;

import com.google.protobuf.ByteString;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;

/**
 * Receipts to bytes and back. Version (1 byte), kind (1), time (8), and by kind:
 *
 * <pre>
 * 1 accepted    header (4 + n), signature (1 + n), bits (4), price (8)
 * 2 refused     header (4 + n), signature (1 + n), reason (2 + n), rows (4)
 * 3 authorised  session (32), set of parties that accepted (1)
 * 4 ended       session (32), outcome (1), party or 255 (1), reason (2 + n)
 * 5 event       kind (2 + n), content (4 + n)
 * </pre>
 *
 * Numbers are big-endian, texts UTF-8. A receipt has one encoding only; whatever else is not decoded.
 */
final class ReceiptFormat {
    /** Longest leaf. */
    static final int MAX_LEAF = 6 << 20;

    private static final byte VERSION = 1;
    private static final byte ACCEPTED = 1;
    private static final byte REFUSED = 2;
    private static final byte AUTHORISED = 3;
    private static final byte ENDED = 4;
    private static final byte EVENT = 5;
    private static final int NOBODY = 255;
    private static final int MAX_TEXT = 512;
    private static final int MAX_SIGNATURE = 255;
    private static final int PARTIES = 8;

    private ReceiptFormat() {}

    static byte[] encode(Receipt receipt) {
        ByteBuffer out = switch (receipt) {
            case Receipt.Accepted r ->
                proposed(ACCEPTED, r, Integer.BYTES + Long.BYTES)
                        .putInt(r.bits())
                        .putLong(r.price());
            case Receipt.Refused r -> {
                byte[] reason = text(r.reason());
                yield put(proposed(REFUSED, r, Short.BYTES + reason.length + Integer.BYTES), reason)
                        .putInt(r.rows());
            }
            case Receipt.Authorised r -> {
                int parties =
                        r.accepted().stream().mapToInt(party -> 1 << party).reduce(0, (a, b) -> a | b);
                yield start(AUTHORISED, r, Hash.BYTES + 1)
                        .put(r.session().bytes())
                        .put((byte) parties);
            }
            case Receipt.Ended r -> {
                byte[] reason = text(r.outcome().reason());
                ByteBuffer to = start(ENDED, r, Hash.BYTES + 2 + Short.BYTES + reason.length);
                to.put(r.session().bytes()).put((byte) (r.outcome().kind().ordinal() + 1));
                yield put(to.put((byte) r.outcome().party().orElse(NOBODY)), reason);
            }
            case Receipt.Event r -> {
                byte[] kind = text(r.kind());
                int length =
                        Short.BYTES + kind.length + Integer.BYTES + r.content().size();
                yield put(start(EVENT, r, length), kind)
                        .putInt(r.content().size())
                        .put(r.content().asReadOnlyByteBuffer());
            }
        };
        byte[] leaf = new byte[out.position()];
        out.flip().get(leaf);
        if (leaf.length > MAX_LEAF) {
            throw new IllegalArgumentException("a receipt of " + leaf.length + " bytes");
        }
        return leaf;
    }

    private static ByteBuffer start(byte kind, Receipt receipt, int length) {
        return ByteBuffer.allocate(2 + Long.BYTES + length)
                .put(VERSION)
                .put(kind)
                .putLong(receipt.at());
    }

    private static ByteBuffer proposed(byte kind, Receipt.Proposed receipt, int length) {
        int signature = receipt.signature().size();
        if (signature > MAX_SIGNATURE) {
            throw new IllegalArgumentException("a signature of " + signature + " bytes");
        }
        ByteBuffer out = start(kind, receipt, Integer.BYTES + receipt.header().size() + 1 + signature + length);
        out.putInt(receipt.header().size()).put(receipt.header().asReadOnlyByteBuffer());
        return out.put((byte) signature).put(receipt.signature().asReadOnlyByteBuffer());
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT) {
            throw new IllegalArgumentException("a text of " + bytes.length + " bytes");
        }
        return bytes;
    }

    private static ByteBuffer put(ByteBuffer out, byte[] text) {
        return out.putShort((short) text.length).put(text);
    }

    /** @throws MalformedReceipt when no receipt has these bytes */
    static Receipt decode(byte[] leaf) throws MalformedReceipt {
        if (leaf.length > MAX_LEAF) {
            throw new MalformedReceipt("it has " + leaf.length + " bytes");
        }
        Receipt receipt;
        try {
            receipt = read(ByteBuffer.wrap(leaf));
        } catch (BufferUnderflowException e) {
            throw new MalformedReceipt("it ends too early");
        }
        if (!Arrays.equals(encode(receipt), leaf)) {
            throw new MalformedReceipt("it is not written as a receipt is");
        }
        return receipt;
    }

    private static Receipt read(ByteBuffer in) throws MalformedReceipt {
        require(in.get() == VERSION, "its version is unknown");
        byte kind = in.get();
        long at = in.getLong();
        return switch (kind) {
            case ACCEPTED ->
                new Receipt.Accepted(at, bytes(in, in.getInt()), bytes(in, in.get() & 255), in.getInt(), in.getLong());
            case REFUSED ->
                new Receipt.Refused(at, bytes(in, in.getInt()), bytes(in, in.get() & 255), text(in), in.getInt());
            case AUTHORISED -> new Receipt.Authorised(at, hash(in), parties(in.get()));
            case ENDED -> new Receipt.Ended(at, hash(in), outcome(in.get(), in.get() & 255, text(in)));
            case EVENT -> new Receipt.Event(at, text(in), bytes(in, in.getInt()));
            default -> throw new MalformedReceipt("its kind is unknown");
        };
    }

    private static List<Integer> parties(byte set) {
        List<Integer> parties = new ArrayList<>();
        for (int party = 0; party < PARTIES; party++) {
            if ((set >> party & 1) == 1) {
                parties.add(party);
            }
        }
        return parties;
    }

    private static Outcome outcome(int kind, int party, String reason) throws MalformedReceipt {
        require(kind >= 1 && kind <= Outcome.Kind.values().length, "its outcome is unknown");
        require((kind == Outcome.Kind.REFUSED.ordinal() + 1) == (party != NOBODY), "its outcome is about nobody");
        require(party < PARTIES || party == NOBODY, "its outcome is about nobody");
        return new Outcome(Outcome.Kind.values()[kind - 1], party == NOBODY ? Outcome.NOBODY : party, reason);
    }

    private static Hash hash(ByteBuffer in) {
        byte[] hash = new byte[Hash.BYTES];
        in.get(hash);
        return Hash.of(hash);
    }

    private static ByteString bytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return ByteString.copyFrom(in, length);
    }

    private static String text(ByteBuffer in) throws MalformedReceipt {
        int length = in.getShort();
        require(length >= 0 && length <= MAX_TEXT, "it has a text that is too long");
        return bytes(in, length).toStringUtf8();
    }

    private static void require(boolean holds, String otherwise) throws MalformedReceipt {
        if (!holds) {
            throw new MalformedReceipt(otherwise);
        }
    }
}
