package org.tallystick.protocol.rep4;

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
    private static final int DIGEST_BITS = 8 * UniversalHash.BYTES;

    private final Run run;
    private final Frames frames = new Frames();
    private final List<Item> items = new ArrayList<>();
    private long difference;

    /** Something that leaves and arrives in this round. */
    private interface Item {
        /** Announces what this party will send and receive. */
        void announce();

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
        items.add(new Joint(nextItem(), sender, backup, receiver, lanes, parity, packed, false, sink));
    }

    /**
     * A joint message of which the receiver learns nothing while one of its two authors is silent: the digest, which
     * gives a short value away, is hidden by a pad that travels with the value.
     */
    void veiledJoint(int sender, int backup, int receiver, Lanes lanes, long[] packed, Consumer<long[]> sink) {
        items.add(new Joint(nextItem(), sender, backup, receiver, lanes, Parity.ALL, packed, true, sink));
    }

    /** A value from one party to another, not checked in this round. */
    void plain(int sender, int receiver, Lanes lanes, long[] packed, Consumer<long[]> sink) {
        items.add(new Plain(sender, receiver, lanes, packed, sink));
    }

    /**
     * The check of a value that {@code author} sent to {@code one} and {@code other}: they exchange digests under a key
     * that the author lacks; and when {@code tagged}, both also tell the fourth party, who must not see the value, the
     * digest hidden by a pad that the fourth party lacks, so that it stops whenever they do.
     */
    void compareTold(int author, int one, int other, boolean tagged, long[] packed) {
        items.add(new Told(nextItem(), author, one, other, tagged, packed));
    }

    /** Sends, receives, compares, hands on. When it fails, the run has ended. */
    void exchange() {
        run.beginExchange();
        for (Item item : items) {
            item.announce();
        }
        frames.open();
        for (Item item : items) {
            item.write();
        }
        frames.send(run.mesh());
        frames.receive(run.mesh());
        for (Item item : items) {
            item.read();
        }
        if (difference != 0) {
            throw new ProtocolAbort(ProtocolAbort.Reason.CHECK_FAILED, "a check of this run failed; the run has ended");
        }
        run.endExchange();
        for (Item item : items) {
            item.deliver();
        }
    }

    private long[] digest(int author, int channel, int item, long[] packed) {
        return UniversalHash.digest(
                packed, (first, key) -> run.fill(author, Domain.DIGEST_KEY, channel, item, first, key));
    }

    private static long[] sum(long[] digest, long[] pad) {
        return new long[] {digest[0] + pad[0], digest[1] + pad[1]};
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
        private final boolean veiled;
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
                boolean veiled,
                Consumer<long[]> sink) {
            this.item = item;
            this.sender = sender;
            this.backup = backup;
            this.receiver = receiver;
            this.lanes = lanes;
            this.parity = parity;
            this.packed = packed;
            this.veiled = veiled;
            this.sink = sink;
        }

        @Override
        public void announce() {
            int bytes = lanes.byteCount(parity) + (veiled ? UniversalHash.BYTES : 0);
            if (run.self() == sender) {
                frames.willSend(receiver, bytes);
            } else if (run.self() == backup) {
                frames.willSend(receiver, UniversalHash.BYTES);
            } else if (run.self() == receiver) {
                frames.willReceive(sender, bytes);
                frames.willReceive(backup, UniversalHash.BYTES);
            }
        }

        @Override
        public void write() {
            if (run.self() == sender) {
                frames.write(receiver, packed, lanes.byteCount(parity));
                if (veiled) {
                    frames.write(receiver, veil(), UniversalHash.BYTES);
                }
            } else if (run.self() == backup) {
                long[] digest = digestOf(packed);
                frames.write(receiver, veiled ? sum(digest, veil()) : digest, UniversalHash.BYTES);
            }
        }

        @Override
        public void read() {
            if (run.self() == receiver) {
                received = frames.read(sender, lanes.bitCount(parity));
                long[] digest = digestOf(received);
                compare(
                        veiled ? sum(digest, frames.read(sender, DIGEST_BITS)) : digest,
                        frames.read(backup, DIGEST_BITS));
            }
        }

        @Override
        public void deliver() {
            if (run.self() == receiver) {
                sink.accept(received);
            }
        }

        private long[] veil() {
            return run.shared(receiver, Domain.DIGEST_PAD, Run.channel(sender, backup, receiver), item, 2);
        }

        private long[] digestOf(long[] value) {
            return digest(sender, Run.channel(sender, backup, receiver), item, value);
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
        public void announce() {
            if (run.self() == sender) {
                frames.willSend(receiver, lanes.byteCount(Parity.ALL));
            } else if (run.self() == receiver) {
                frames.willReceive(sender, lanes.byteCount(Parity.ALL));
            }
        }

        @Override
        public void write() {
            if (run.self() == sender) {
                frames.write(receiver, packed, lanes.byteCount(Parity.ALL));
            }
        }

        @Override
        public void read() {
            if (run.self() == receiver) {
                received = frames.read(sender, lanes.bitCount(Parity.ALL));
            }
        }

        @Override
        public void deliver() {
            if (run.self() == receiver) {
                sink.accept(received);
            }
        }
    }

    private final class Told implements Item {
        private final int item;
        private final int author;
        private final int one;
        private final int other;
        private final int judge;
        private final boolean tagged;
        private final long[] packed;
        private long[] digest;

        Told(int item, int author, int one, int other, boolean tagged, long[] packed) {
            this.item = item;
            this.author = author;
            this.one = one;
            this.other = other;
            this.judge = 6 - author - one - other;
            this.tagged = tagged;
            this.packed = packed;
        }

        @Override
        public void announce() {
            if (wasTold()) {
                frames.willSend(peer(), UniversalHash.BYTES);
                frames.willReceive(peer(), UniversalHash.BYTES);
                if (tagged) {
                    frames.willSend(judge, UniversalHash.BYTES);
                }
            } else if (tagged && run.self() == judge) {
                frames.willReceive(one, UniversalHash.BYTES);
                frames.willReceive(other, UniversalHash.BYTES);
            }
        }

        @Override
        public void write() {
            if (wasTold()) {
                int channel = Run.channel(author, one, other);
                digest = digest(author, channel, item, packed);
                frames.write(peer(), digest, UniversalHash.BYTES);
                if (tagged) {
                    long[] pad = run.shared(judge, Domain.DIGEST_PAD, channel, item, 2);
                    frames.write(judge, sum(digest, pad), UniversalHash.BYTES);
                }
            }
        }

        @Override
        public void read() {
            if (wasTold()) {
                compare(digest, frames.read(peer(), DIGEST_BITS));
            } else if (tagged && run.self() == judge) {
                compare(frames.read(one, DIGEST_BITS), frames.read(other, DIGEST_BITS));
            }
        }

        @Override
        public void deliver() {}

        private boolean wasTold() {
            return run.self() == one || run.self() == other;
        }

        private int peer() {
            return run.self() == one ? other : one;
        }
    }
}
