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
 */
record StoredRequest(
        String id,
        String subject,
        String model,
        Status status,
        int attempts,
        Optional<String> answer,
        Instant createdAt,
        Instant changedAt) {

    /** Where a request stands; the order is part of the log's format. */
    enum Status {
        RUNNING,
        DONE,
        FAILED
    }

    boolean isRunning() {
        return status == Status.RUNNING;
    }

    StoredRequest begunAgain(Instant now) {
        return new StoredRequest(id, subject, model, Status.RUNNING, attempts + 1, Optional.empty(), createdAt, now);
    }

    StoredRequest done(String given, Instant now) {
        return new StoredRequest(id, subject, model, Status.DONE, attempts, Optional.of(given), createdAt, now);
    }

    StoredRequest failed(Instant now) {
        return new StoredRequest(id, subject, model, Status.FAILED, attempts, Optional.empty(), createdAt, now);
    }

    /** As bytes: status, attempts, times, and the texts with their lengths. */
    byte[] encode() {
        byte[][] texts = {bytes(id), bytes(subject), bytes(model), bytes(answer.orElse(""))};
        int length = 1 + Integer.BYTES + 2 * Long.BYTES;
        for (byte[] text : texts) {
            length += Integer.BYTES + text.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length)
                .put((byte) status.ordinal())
                .putInt(attempts)
                .putLong(createdAt.toEpochMilli())
                .putLong(changedAt.toEpochMilli());
        for (byte[] text : texts) {
            out.putInt(text.length).put(text);
        }
        return out.array();
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
            return in.hasRemaining()
                    ? Optional.empty()
                    : Optional.of(
                            new StoredRequest(id, subject, model, status, attempts, answer, createdAt, changedAt));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
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
