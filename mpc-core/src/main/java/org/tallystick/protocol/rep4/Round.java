package org.tallystick.protocol.rep4;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.protocol.rep4.Lanes.Parity;
import org.tallystick.protocol.rep4.Run.Domain;
import org.tallystick.random.UniversalHash;

/**
 * One round of rep4: all that leaves and arrives together. Every party lists the same items in the same order; each
 * then sends at most one message to each peer, receives at most one from each, compares every digest and tag addressed
 * to it, and only then hands on what has arrived. So nothing of a later round can depend on an unchecked message, the
 * values of {@link #plain} apart (an owner's input, whose check rides with the first product).
 *
 * <p>Digests and tags are {@link UniversalHash} values under keys that are fresh for (round, item, channel) and that
 * the author of the message lacks.
 */
final class Round {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Run run;
    private final List<Item> items = new ArrayList<>();
    private final byte[][] out = new byte[4][];
    private final byte[][] in = new byte[4][];
    private final int[] outAt = new int[4];
    private final int[] inAt = new int[4];
    private long difference;

    /** Something that leaves and arrives in this round; visited twice, for sending and for receiving. */
    private interface Item {
        /** Adds to {@code outAt} and {@code inAt} what this party will send and receive. */
        void measure();

        void write();

        /** Reads, and compares; what differs goes into {@link #difference}. */
        void read();

        /** Hands on what was read, once everything of the round has been compared. */
        void deliver();
    }

    Round(Run run) {
        this.run = run;
    }

    /** The number the next item will have. */
    int nextItem() {
        return items.size();
    }

    /** A joint message: the sender's value and, in the same round, the backup's digest of it. */
    void joint(int sender, int backup, int receiver, Lanes lanes, Parity parity, long[] packed, Consumer<long[]> sink) {
        items.add(new Joint(nextItem(), sender, backup, receiver, lanes, parity, packed, sink));
    }

    /** A value from one party to another, not checked in this round. */
    void plain(int sender, int receiver, Lanes lanes, long[] packed, Consumer<long[]> sink) {
        items.add(new Plain(sender, receiver, lanes, packed, sink));
    }

    /**
     * The two holders of a value that {@code author} sent them compare it by exchanging digests under a key that the
     * author lacks.
     */
    void crossCheck(int author, int one, int other, long[] packed) {
        items.add(new CrossCheck(nextItem(), author, one, other, packed));
    }

    /**
     * Both holders tell {@code judge}, who must not see the value, a digest of it hidden by a pad that the judge lacks.
     */
    void tags(int author, int one, int other, int judge, long[] packed) {
        items.add(new Tags(nextItem(), author, one, other, judge, packed));
    }

    /** Sends, receives, compares, hands on. */
    void exchange() {
        for (Item item : items) {
            item.measure();
        }
        send();
        receive();
        for (Item item : items) {
            item.read();
        }
        if (difference != 0) {
            throw new ProtocolAbort(ProtocolAbort.Reason.CHECK_FAILED, "a check of this run failed; the run has ended");
        }
        run.nextRound();
        for (Item item : items) {
            item.deliver();
        }
    }

    private void send() {
        for (int peer = 0; peer < 4; peer++) {
            if (outAt[peer] > 0) {
                out[peer] = new byte[outAt[peer]];
                outAt[peer] = 0;
            }
        }
        for (Item item : items) {
            item.write();
        }
        for (int peer = 0; peer < 4; peer++) {
            if (out[peer] != null) {
                run.mesh().to(peer).send(out[peer]);
            }
        }
    }

    private void receive() {
        for (int peer = 0; peer < 4; peer++) {
            if (inAt[peer] > 0) {
                in[peer] = run.mesh().to(peer).receive(inAt[peer]);
                inAt[peer] = 0;
            }
        }
    }

    private void writeWords(int peer, long[] packed, int bytes) {
        byte[] target = out[peer];
        int at = outAt[peer];
        int whole = bytes >>> 3;
        for (int i = 0; i < whole; i++) {
            LONGS.set(target, at + 8 * i, packed[i]);
        }
        for (int i = 8 * whole; i < bytes; i++) {
            target[at + i] = (byte) (packed[whole] >>> 8 * (i & 7));
        }
        outAt[peer] = at + bytes;
    }

    /** Reads a packed value of that many bits and demands that its padding is zero. */
    private long[] readWords(int peer, long bits) {
        byte[] source = in[peer];
        int at = inAt[peer];
        int bytes = Math.toIntExact((bits + 7) >>> 3);
        long[] packed = new long[(bytes + 7) >>> 3];
        int whole = bytes >>> 3;
        for (int i = 0; i < whole; i++) {
            packed[i] = (long) LONGS.get(source, at + 8 * i);
        }
        for (int i = 8 * whole; i < bytes; i++) {
            packed[whole] |= (source[at + i] & 0xFFL) << 8 * (i & 7);
        }
        inAt[peer] = at + bytes;
        if ((bits & 63) != 0 && packed[packed.length - 1] >>> (bits & 63) != 0) {
            throw new ProtocolAbort(ProtocolAbort.Reason.MALFORMED, "a message has bits set in its padding");
        }
        return packed;
    }

    private long[] digest(int author, Domain domain, int channel, int item, long[] packed) {
        long[] key = run.shared(author, domain, channel, item, UniversalHash.keyWords(packed.length));
        return UniversalHash.digest(packed, key);
    }

    private void compare(long[] mine, long[] theirs) {
        difference |= (mine[0] ^ theirs[0]) | (mine[1] ^ theirs[1]);
    }

    private final class Joint implements Item {
        private final int item;
        private final int sender;
        private final int backup;
        private final int receiver;
        private final Lanes lanes;
        private final Parity parity;
        private final long[] packed;
        private final Consumer<long[]> sink;
        private long[] received;

        Joint(
                int item,
                int sender,
                int backup,
                int receiver,
                Lanes lanes,
                Parity parity,
                long[] packed,
                Consumer<long[]> sink) {
            this.item = item;
            this.sender = sender;
            this.backup = backup;
            this.receiver = receiver;
            this.lanes = lanes;
            this.parity = parity;
            this.packed = packed;
            this.sink = sink;
        }

        @Override
        public void measure() {
            int bytes = lanes.byteCount(parity);
            if (run.self() == sender) {
                outAt[receiver] += bytes;
            } else if (run.self() == backup) {
                outAt[receiver] += UniversalHash.BYTES;
            } else if (run.self() == receiver) {
                inAt[sender] += bytes;
                inAt[backup] += UniversalHash.BYTES;
            }
        }

        @Override
        public void write() {
            if (run.self() == sender) {
                writeWords(receiver, packed, lanes.byteCount(parity));
            } else if (run.self() == backup) {
                writeWords(receiver, digestOf(packed), UniversalHash.BYTES);
            }
        }

        @Override
        public void read() {
            if (run.self() == receiver) {
                received = readWords(sender, lanes.bitCount(parity));
                compare(digestOf(received), readWords(backup, 8L * UniversalHash.BYTES));
            }
        }

        @Override
        public void deliver() {
            if (run.self() == receiver) {
                sink.accept(received);
            }
        }

        private long[] digestOf(long[] value) {
            return digest(sender, Domain.DIGEST_KEY, Run.channel(sender, backup, receiver), item, value);
        }
    }

    private final class Plain implements Item {
        private final int sender;
        private final int receiver;
        private final Lanes lanes;
        private final long[] packed;
        private final Consumer<long[]> sink;
        private long[] received;

        Plain(int sender, int receiver, Lanes lanes, long[] packed, Consumer<long[]> sink) {
            this.sender = sender;
            this.receiver = receiver;
            this.lanes = lanes;
            this.packed = packed;
            this.sink = sink;
        }

        @Override
        public void measure() {
            if (run.self() == sender) {
                outAt[receiver] += lanes.byteCount(Parity.ALL);
            } else if (run.self() == receiver) {
                inAt[sender] += lanes.byteCount(Parity.ALL);
            }
        }

        @Override
        public void write() {
            if (run.self() == sender) {
                writeWords(receiver, packed, lanes.byteCount(Parity.ALL));
            }
        }

        @Override
        public void read() {
            if (run.self() == receiver) {
                received = readWords(sender, lanes.bitCount(Parity.ALL));
            }
        }

        @Override
        public void deliver() {
            if (run.self() == receiver) {
                sink.accept(received);
            }
        }
    }

    private final class CrossCheck implements Item {
        private final int item;
        private final int author;
        private final int one;
        private final int other;
        private final long[] packed;
        private long[] mine;

        CrossCheck(int item, int author, int one, int other, long[] packed) {
            this.item = item;
            this.author = author;
            this.one = one;
            this.other = other;
            this.packed = packed;
        }

        @Override
        public void measure() {
            if (concerned()) {
                outAt[peer()] += UniversalHash.BYTES;
                inAt[peer()] += UniversalHash.BYTES;
            }
        }

        @Override
        public void write() {
            if (concerned()) {
                mine = digestFrom(run.self());
                writeWords(peer(), mine, UniversalHash.BYTES);
            }
        }

        @Override
        public void read() {
            if (concerned()) {
                compare(digestFrom(peer()), readWords(peer(), 8L * UniversalHash.BYTES));
            }
        }

        @Override
        public void deliver() {}

        private boolean concerned() {
            return run.self() == one || run.self() == other;
        }

        private int peer() {
            return run.self() == one ? other : one;
        }

        private long[] digestFrom(int teller) {
            int channel = Run.channel(author, teller, teller == one ? other : one);
            return digest(author, Domain.DIGEST_KEY, channel, item, packed);
        }
    }

    private final class Tags implements Item {
        private final int item;
        private final int author;
        private final int one;
        private final int other;
        private final int judge;
        private final long[] packed;

        Tags(int item, int author, int one, int other, int judge, long[] packed) {
            this.item = item;
            this.author = author;
            this.one = one;
            this.other = other;
            this.judge = judge;
            this.packed = packed;
        }

        @Override
        public void measure() {
            if (tells()) {
                outAt[judge] += UniversalHash.BYTES;
            } else if (run.self() == judge) {
                inAt[one] += UniversalHash.BYTES;
                inAt[other] += UniversalHash.BYTES;
            }
        }

        @Override
        public void write() {
            if (tells()) {
                int channel = Run.channel(author, author, judge);
                long[] tag = digest(author, Domain.TAG_KEY, channel, item, packed);
                long[] pad = run.shared(judge, Domain.PAD, channel, item, 2);
                tag[0] += pad[0];
                tag[1] += pad[1];
                writeWords(judge, tag, UniversalHash.BYTES);
            }
        }

        @Override
        public void read() {
            if (run.self() == judge) {
                compare(readWords(one, 8L * UniversalHash.BYTES), readWords(other, 8L * UniversalHash.BYTES));
            }
        }

        @Override
        public void deliver() {}

        private boolean tells() {
            return run.self() == one || run.self() == other;
        }
    }
}
