package org.tallystick.node.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * What a stored table is: columns of all owners by the rules of one program, about some subjects, as of a day. The rows
 * are in segments, numbered from 0.
 *
 * @param id 16 random bytes
 * @param program whose inputs are its columns
 * @param segmentRows how many rows each segment has; the last has what is left
 */
public record ShareTable(
        Id id, String name, LocalDate asOf, byte[] program, int rows, int segmentRows, Instant createdAt) {
    /** A table's id: 16 bytes, told as hexadecimal digits. */
    public record Id(String hex) {
        public static final int BYTES = 16;

        static boolean isOne(String hex) {
            return hex.matches("[0-9a-f]{" + 2 * BYTES + "}");
        }

        public Id {
            if (!isOne(hex)) {
                throw new IllegalArgumentException("the id of a table has " + 2 * BYTES + " hexadecimal digits");
            }
        }

        public static Id of(byte[] bytes) {
            return new Id(java.util.HexFormat.of().formatHex(bytes));
        }

        public byte[] bytes() {
            return java.util.HexFormat.of().parseHex(hex);
        }

        @Override
        public String toString() {
            return hex;
        }
    }

    private static final int HASH = 32;
    private static final int FIXED = Id.BYTES + HASH + 2 * Integer.BYTES + 2 * Long.BYTES;

    public ShareTable {
        if (rows < 1 || segmentRows < 1 || program.length != HASH) {
            throw new IllegalArgumentException(rows + " rows in segments of " + segmentRows);
        }
    }

    /** How many segments it has when it is whole. */
    public int segments() {
        return Math.ceilDiv(rows, segmentRows);
    }

    /** How many rows the segment at a position has. */
    public int rowsOf(int position) {
        return Math.min(segmentRows, rows - Math.multiplyExact(position, segmentRows));
    }

    /** The same but for when it was made. */
    boolean isLike(ShareTable other) {
        return equals(new ShareTable(
                other.id, other.name, other.asOf, other.program, other.rows, other.segmentRows, createdAt));
    }

    byte[] encoded() {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED + text.length)
                .put(id.bytes())
                .put(program)
                .putInt(rows)
                .putInt(segmentRows)
                .putLong(asOf.toEpochDay())
                .putLong(createdAt.toEpochMilli())
                .put(text)
                .array();
    }

    /** @throws IllegalArgumentException if it is none */
    static ShareTable decode(byte[] encoded) {
        if (encoded.length < FIXED) {
            throw new IllegalArgumentException("too short for a table");
        }
        ByteBuffer in = ByteBuffer.wrap(encoded);
        byte[] id = new byte[Id.BYTES];
        byte[] program = new byte[HASH];
        in.get(id).get(program);
        int rows = in.getInt();
        int segmentRows = in.getInt();
        try {
            LocalDate asOf = LocalDate.ofEpochDay(in.getLong());
            Instant createdAt = Instant.ofEpochMilli(in.getLong());
            String name = new String(encoded, FIXED, encoded.length - FIXED, StandardCharsets.UTF_8);
            return new ShareTable(Id.of(id), name, asOf, program, rows, segmentRows, createdAt);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a table of no day", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShareTable table && Arrays.equals(encoded(), table.encoded());
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "ShareTable[" + id + ", " + name + " as of " + asOf + ", " + rows + " rows]";
    }
}
