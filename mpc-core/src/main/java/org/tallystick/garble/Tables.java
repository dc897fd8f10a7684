package org.tallystick.garble;

/** Garbled tables: 32 bytes an AND and instance. */
public final class Tables {
    /** Bytes of a piece: small enough to stay in cache, large enough for one call of the network. */
    public static final int PIECE = 1 << 16;

    private Tables() {}

    /** Bytes of the tables of a circuit. */
    public static long bytes(Circuit circuit, int instances) {
        return 2L * Labels.BYTES * circuit.ands() * instances;
    }

    /** Cuts what is written into pieces. */
    static final class Writer {
        private final TableSink sink;
        private byte[] piece = new byte[PIECE];
        private int filled;

        Writer(TableSink sink) {
            this.sink = sink;
        }

        void write(byte[] rows, int bytes) {
            for (int done = 0; done < bytes; ) {
                int now = Math.min(bytes - done, PIECE - filled);
                System.arraycopy(rows, done, piece, filled, now);
                filled += now;
                done += now;
                if (filled == PIECE) {
                    flush();
                }
            }
        }

        void flush() {
            if (filled > 0) {
                piece = sink.take(piece, filled);
                filled = 0;
            }
        }
    }

    /** Gives back what was written, in any portions of at most one batch. */
    static final class Reader {
        private final TableSource source;
        private long left;
        private byte[] piece = new byte[0];
        private int length;
        private int at;
        private final byte[] joined = new byte[2 * HalfGates.BYTES];
        private byte[] current = joined;
        private int offset;

        Reader(TableSource source, long bytes) {
            this.source = source;
            this.left = bytes;
        }

        /** The next bytes are in {@link #array} from {@link #offset} on. */
        void read(int bytes) {
            if (length - at >= bytes) {
                current = piece;
                offset = at;
                at += bytes;
                return;
            }
            current = joined;
            offset = 0;
            for (int done = 0; done < bytes; ) {
                if (at == length) {
                    refill();
                }
                int now = Math.min(bytes - done, length - at);
                System.arraycopy(piece, at, joined, done, now);
                at += now;
                done += now;
            }
        }

        private void refill() {
            length = (int) Math.min(PIECE, left);
            piece = source.next(length);
            left -= length;
            at = 0;
        }

        byte[] array() {
            return current;
        }

        int offset() {
            return offset;
        }
    }
}
