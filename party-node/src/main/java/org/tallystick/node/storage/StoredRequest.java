package org.tallystick.node.storage;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * A request as stored: where it stands after a change. Times have milliseconds.
 *
 * @param model the model asked, and for what
 * @param attempts how often it was begun
 * @param answer present once it is done
 * @param kept present when its answer is kept for a time only
 */
record StoredRequest(
        String id,
        String subject,
        String model,
        Status status,
        int attempts,
        Optional<String> answer,
        Optional<Requests.Kept> kept,
        Instant createdAt,
        Instant changedAt) {
    private static final int KEPT = 1;

    /** Where a request stands; the order is part of the log's format. */
    enum Status {
        RUNNING,
        DONE,
        FAILED
    }

    boolean isRunning() {
        return status == Status.RUNNING;
    }

    /** Whether it is not to be known any more. */
    boolean isOver(Instant now) {
        return kept.filter(each -> !now.isBefore(each.until())).isPresent();
    }

    StoredRequest begunAgain(Instant now) {
        return ended(Status.RUNNING, attempts + 1, Optional.empty(), Optional.empty(), now);
    }

    StoredRequest done(Requests.Given given, Instant now) {
        return ended(Status.DONE, attempts, Optional.of(given.answer()), given.kept(), now);
    }

    StoredRequest failed(Instant now) {
        return ended(Status.FAILED, attempts, Optional.empty(), Optional.empty(), now);
    }

    private StoredRequest ended(
            Status now, int times, Optional<String> given, Optional<Requests.Kept> again, Instant at) {
        return new StoredRequest(id, subject, model, now, times, given, again, createdAt, at);
    }

    /**
     * As bytes: status, attempts, times, and the texts with their lengths; where the answer is kept for a time, until
     * when, and the texts that go with it.
     */
    byte[] encode() {
        byte[][] texts = {bytes(id), bytes(subject), bytes(model), bytes(answer.orElse(""))};
        int length = 1 + Integer.BYTES + 2 * Long.BYTES + lengthOf(texts);
        byte[][] more = kept.map(again -> new byte[][] {bytes(again.model()), bytes(again.consent())})
                .orElse(new byte[0][]);
        length += more.length == 0 ? 0 : 1 + Long.BYTES + lengthOf(more);
        ByteBuffer out = ByteBuffer.allocate(length)
                .put((byte) status.ordinal())
                .putInt(attempts)
                .putLong(createdAt.toEpochMilli())
                .putLong(changedAt.toEpochMilli());
        put(out, texts);
        kept.ifPresent(again -> {
            out.put((byte) KEPT).putLong(again.until().toEpochMilli());
            put(out, more);
        });
        return out.array();
    }

    private static int lengthOf(byte[][] texts) {
        int length = 0;
        for (byte[] text : texts) {
            length += Integer.BYTES + text.length;
        }
        return length;
    }

    private static void put(ByteBuffer out, byte[][] texts) {
        for (byte[] text : texts) {
            out.putInt(text.length).put(text);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The request that {@link #encode} gave these bytes; empty when none did. */
    static Optional<StoredRequest> decode(ByteBuffer in) {
        try {
            int ordinal = in.get();
            if (ordinal < 0 || ordinal >= Status.values().length) {
                return Optional.empty();
            }
            Status status = Status.values()[ordinal];
            int attempts = in.getInt();
            Instant createdAt = Instant.ofEpochMilli(in.getLong());
            Instant changedAt = Instant.ofEpochMilli(in.getLong());
            String id = text(in);
            String subject = text(in);
            String model = text(in);
            Optional<String> answer = Optional.of(text(in)).filter(given -> status == Status.DONE);
            Optional<Requests.Kept> again =
                    in.hasRemaining() && in.get() == KEPT ? Optional.of(kept(in)) : Optional.empty();
            return in.hasRemaining()
                    ? Optional.empty()
                    : Optional.of(new StoredRequest(
                            id, subject, model, status, attempts, answer, again, createdAt, changedAt));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static Requests.Kept kept(ByteBuffer in) {
        Instant until = Instant.ofEpochMilli(in.getLong());
        return new Requests.Kept(text(in), text(in), until);
    }

    private static String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] text = new byte[length];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "StoredRequest[" + id + ", " + status + "]";
    }
}
