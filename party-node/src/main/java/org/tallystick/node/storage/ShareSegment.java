package org.tallystick.node.storage;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tallystick.protocol.rep4.KeptInput;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.PackedColumns;

/**
 * This node's shares of some consecutive rows of a table: what it has kept of each input of the table's program, in the
 * program's order, and the seeds that give the rest.
 *
 * @param filled hash of the proposal that filled it, 32 bytes
 * @param seeds 32 bytes from each party's complement, {@code null} at this node's own index
 */
public record ShareSegment(int self, byte[] filled, byte[][] seeds, List<KeptInput> inputs) {
    private static final int FORMAT = 0x54535331;
    private static final int PARTIES = 4;
    private static final int HASH = 32;
    private static final int MOST_INPUTS = 1 << 16;

    public ShareSegment {
        inputs = List.copyOf(inputs);
        if (inputs.isEmpty() || seeds.length != PARTIES || filled.length != HASH) {
            throw new IllegalArgumentException("a segment without inputs");
        }
    }

    public int rows() {
        return inputs.getFirst().rows();
    }

    /** As runs use them; {@code null} at this node's own index. */
    public SharedSeed[] sharedSeeds() {
        SharedSeed[] shared = new SharedSeed[PARTIES];
        for (int j = 0; j < PARTIES; j++) {
            if (j != self) {
                shared[j] = SharedSeed.of(seeds[j]);
            }
        }
        return shared;
    }

    byte[] encoded() {
        int size = 3 * Integer.BYTES + HASH + PARTIES * SharedSeed.BYTES;
        for (KeptInput input : inputs) {
            size += 5 * Integer.BYTES + input.told().map(ShareSegment::length).orElse(0);
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(FORMAT).putInt(self).putInt(inputs.size()).put(filled);
        for (int j = 0; j < PARTIES; j++) {
            out.put(j == self ? new byte[SharedSeed.BYTES] : seeds[j]);
        }
        for (KeptInput input : inputs) {
            out.putInt(input.owner())
                    .putInt(input.rows())
                    .putInt(input.columns())
                    .putInt(input.width());
            out.putInt(input.told().isPresent() ? 1 : 0);
            input.told().ifPresent(told -> out.put(told.bytes(), told.from(), length(told)));
        }
        return out.array();
    }

    /** Encoded, with something behind it. */
    byte[] with(byte[] behind) {
        byte[] own = encoded();
        return ByteBuffer.allocate(Math.addExact(own.length + Integer.BYTES, behind.length))
                .put(own)
                .put(behind)
                .putInt(behind.length)
                .array();
    }

    /** What {@link #with} has put there. */
    static byte[] behind(byte[] encoded) {
        int end = encoded.length - Integer.BYTES;
        int length = end < 0 ? -1 : ByteBuffer.wrap(encoded).getInt(end);
        if (length < 0 || length > end) {
            throw new IllegalArgumentException("no segment");
        }
        return java.util.Arrays.copyOfRange(encoded, end - length, end);
    }

    /**
     * Reads a segment, which refers to the bytes given.
     *
     * @throws IllegalArgumentException if it is none
     */
    static ShareSegment decode(byte[] encoded) {
        ByteBuffer in = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (in.getInt() != FORMAT) {
                throw new IllegalArgumentException("no segment");
            }
            int self = in.getInt();
            int count = in.getInt();
            if (self < 0 || self >= PARTIES || count < 1 || count > MOST_INPUTS) {
                throw new IllegalArgumentException("no segment");
            }
            byte[] filled = new byte[HASH];
            in.get(filled);
            byte[][] seeds = new byte[PARTIES][SharedSeed.BYTES];
            for (byte[] seed : seeds) {
                in.get(seed);
            }
            seeds[self] = null;
            List<KeptInput> inputs = new ArrayList<>();
            for (int k = 0; k < count; k++) {
                inputs.add(input(in, encoded));
            }
            return new ShareSegment(self, filled, seeds, inputs);
        } catch (BufferUnderflowException | ArithmeticException e) {
            throw new IllegalArgumentException("a segment that is cut short", e);
        }
    }

    private static KeptInput input(ByteBuffer in, byte[] encoded) {
        int owner = in.getInt();
        int rows = in.getInt();
        int columns = in.getInt();
        int width = in.getInt();
        if (in.getInt() == 0) {
            return new KeptInput(owner, rows, columns, width, Optional.empty());
        }
        PackedColumns told = new PackedColumns(rows, columns, width, encoded, in.position());
        in.position(in.position() + length(told));
        return new KeptInput(owner, rows, columns, width, Optional.of(told));
    }

    private static int length(PackedColumns told) {
        return PackedColumns.length(told.rows(), told.columns(), told.width());
    }

    /** All of it is secret. */
    @Override
    public String toString() {
        return "ShareSegment[" + rows() + " rows, " + inputs.size() + " inputs]";
    }
}
