package org.tallystick.node.storage;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What the release log records. Hashes are 32 bytes; times have milliseconds. */
public sealed interface ReleaseRecord {
    /** Hash of the proposal that it is about. */
    byte[] proposal();

    Instant at();

    /**
     * This node has passed all checks of a run and lets its part of the answers go. From here on the rows count, unless
     * a {@link Voided} follows.
     *
     * @param program hash of the program
     * @param rows how many rows the run has
     * @param requests ids of the requests it answers, where the bank told them
     */
    record Authorised(byte[] proposal, byte[] program, int rows, List<String> requests, Instant at)
            implements ReleaseRecord {
        public Authorised {
            requests = List.copyOf(requests);
            check(proposal);
            check(program);
            if (requests.stream().anyMatch(id -> id.length() > 255)) {
                throw new IllegalArgumentException("a request id of more than 255 characters");
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Authorised that
                    && Arrays.equals(proposal, that.proposal)
                    && Arrays.equals(program, that.program)
                    && rows == that.rows
                    && requests.equals(that.requests)
                    && at.equals(that.at);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(proposal);
        }

        @Override
        public String toString() {
            return "Authorised[" + HexFormat.of().formatHex(proposal) + ", " + rows + " rows]";
        }
    }

    /** Nothing of the answers of an authorised run has left this node, and nothing will: its rows do not count. */
    record Voided(byte[] proposal, Instant at) implements ReleaseRecord {
        public Voided {
            check(proposal);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Voided that && Arrays.equals(proposal, that.proposal) && at.equals(that.at);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(proposal);
        }

        @Override
        public String toString() {
            return "Voided[" + HexFormat.of().formatHex(proposal) + "]";
        }
    }

    private static void check(byte[] hash) {
        if (hash.length != 32) {
            throw new IllegalArgumentException("a hash of " + hash.length + " bytes");
        }
    }

    /** The record as bytes: its kind, time, proposal, and for an authorisation program, rows and request ids. */
    default byte[] encode() {
        return switch (this) {
            case Authorised authorised -> {
                List<byte[]> requests = authorised.requests().stream()
                        .map(id -> id.getBytes(StandardCharsets.UTF_8))
                        .toList();
                int length = requests.stream().mapToInt(id -> 2 + id.length).sum();
                ByteBuffer out = ByteBuffer.allocate(1 + 8 + 32 + 32 + 4 + 4 + length);
                out.put((byte) 1).putLong(at().toEpochMilli()).put(proposal());
                out.put(authorised.program()).putInt(authorised.rows()).putInt(requests.size());
                requests.forEach(id -> out.putShort((short) id.length).put(id));
                yield out.array();
            }
            case Voided voided ->
                ByteBuffer.allocate(1 + 8 + 32)
                        .put((byte) 2)
                        .putLong(voided.at().toEpochMilli())
                        .put(voided.proposal())
                        .array();
        };
    }

    /** The record that {@link #encode} gave these bytes; empty when none did. */
    static Optional<ReleaseRecord> decode(ByteBuffer in) {
        try {
            int kind = in.get();
            Instant at = Instant.ofEpochMilli(in.getLong());
            byte[] proposal = new byte[32];
            in.get(proposal);
            ReleaseRecord record;
            if (kind == 1) {
                byte[] program = new byte[32];
                in.get(program);
                int rows = in.getInt();
                record = new Authorised(proposal, program, rows, requests(in), at);
            } else if (kind == 2) {
                record = new Voided(proposal, at);
            } else {
                return Optional.empty();
            }
            return in.hasRemaining() ? Optional.empty() : Optional.of(record);
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static List<String> requests(ByteBuffer in) {
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / 2) {
            throw new BufferUnderflowException();
        }
        List<String> requests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] id = new byte[in.getShort() & 0xffff];
            in.get(id);
            requests.add(new String(id, StandardCharsets.UTF_8));
        }
        return requests;
    }
}
