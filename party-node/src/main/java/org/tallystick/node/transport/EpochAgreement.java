package org.tallystick.node.transport;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.tallystick.node.wire.EpochHello;
import org.tallystick.node.wire.Frame;
import org.tallystick.node.wire.SeedContribution;
import org.tallystick.node.wire.SeedDigest;
import org.tallystick.random.Primitives;
import org.tallystick.random.SharedSeed;

/**
 * How four nodes agree on an epoch without a leader.
 *
 * <p>Each node has a random nonce, renewed whenever one of its connections changes, and tells it to all. The epoch's id
 * is the hash of the group's name and the four current nonces. For every seed j its three holders send each other 32
 * random bytes bound to that id; the seed is an HMAC keyed by all three. Then the holders compare values derived from
 * the seed, and the epoch is live at a node when both other holders of each of its seeds have shown the right one. So a
 * holder that tells two different contributions is found out, party j never receives anything about seed j, and a seed
 * has fresh randomness of at least two honest nodes in every epoch.
 *
 * <p>A state machine without a network: not thread-safe, called on one event loop.
 */
final class EpochAgreement {
    /** What the agreement asks of its surroundings. */
    interface Surroundings {
        void send(int peer, Frame frame);

        void live(Epoch epoch);

        /** The epoch is over; its runs must have ended when this returns. */
        void ended(EpochId epoch, String reason);

        /** Two holders of a seed hold different ones: call {@link EpochAgreement#renew} after a while. */
        void disagreement(int seed, int peer, int failures);
    }

    private static final int PARTIES = TransportConfig.PARTIES;
    private static final int BYTES = 32;
    /** Messages of one peer kept for an epoch not known yet: twice what it sends for one. */
    private static final int EARLY = 8;

    private static final int REMEMBERED = 256;

    private final String group;
    private final int self;
    private final SecureRandom random;
    private final Surroundings surroundings;
    private final boolean[] connected = new boolean[PARTIES];
    private final ByteString[] nonces = new ByteString[PARTIES];
    private final EarlyMessages[] early = new EarlyMessages[PARTIES];
    private final Set<EpochId> used = new LinkedHashSet<>();
    private Optional<Candidate> candidate = Optional.empty();
    private Optional<Epoch> live = Optional.empty();
    private int failures;

    EpochAgreement(String group, int self, SecureRandom random, Surroundings surroundings) {
        this.group = group;
        this.self = self;
        this.random = random;
        this.surroundings = surroundings;
        for (int peer = 0; peer < PARTIES; peer++) {
            early[peer] = new EarlyMessages();
        }
        nonces[self] = fresh();
    }

    /** The live epoch. */
    Optional<Epoch> live() {
        return live;
    }

    void connected(int peer) {
        connected[peer] = true;
        forget(peer);
        renewNonce("party " + peer + " connected");
    }

    void disconnected(int peer) {
        connected[peer] = false;
        forget(peer);
        renewNonce("the connection to party " + peer + " was lost");
    }

    /** Starts over with a fresh nonce. */
    void renew() {
        renewNonce("renewed");
    }

    /** Ends the epoch for good. */
    void close() {
        end("this node is shutting down");
    }

    void hello(int peer, EpochHello hello) throws BadFrame {
        ByteString nonce = hello.getNonce();
        if (nonce.size() != BYTES) {
            throw new BadFrame(Rejection.MALFORMED, "a nonce of " + nonce.size() + " bytes");
        }
        if (nonce.equals(nonces[peer])) {
            return;
        }
        end("party " + peer + " renewed its nonce");
        nonces[peer] = nonce;
        begin();
    }

    void contribution(int peer, SeedContribution message) throws BadFrame {
        requireHolder(message.getSeed(), peer, message.getContribution().size());
        if (isCurrent(message.getEpoch())) {
            candidate.orElseThrow().contribution(message.getSeed(), peer, message.getContribution());
        } else if (mayCome(message.getEpoch())) {
            early[peer].add(Frame.newBuilder().setSeedContribution(message).build());
        }
    }

    void digest(int peer, SeedDigest message) throws BadFrame {
        requireHolder(message.getSeed(), peer, message.getDigest().size());
        if (isCurrent(message.getEpoch())) {
            candidate.orElseThrow().digest(message.getSeed(), peer, message.getDigest());
        } else if (mayCome(message.getEpoch())) {
            early[peer].add(Frame.newBuilder().setSeedDigest(message).build());
        }
    }

    private boolean isCurrent(ByteString epoch) {
        return candidate.isPresent() && candidate.get().idBytes.equals(epoch);
    }

    /** Whether this may be an epoch of which this node does not know yet: not one that is over. */
    private boolean mayCome(ByteString epoch) {
        return epoch.size() == EpochId.BYTES && !used.contains(EpochId.of(epoch.toByteArray()));
    }

    private void requireHolder(int seed, int peer, int bytes) throws BadFrame {
        if (seed < 0 || seed >= PARTIES || seed == self || seed == peer || bytes != BYTES) {
            throw new BadFrame(Rejection.MALFORMED, "a message about seed " + seed + " that is none of that party's");
        }
    }

    private void forget(int peer) {
        nonces[peer] = null;
        early[peer].clear();
    }

    private void renewNonce(String reason) {
        end(reason);
        nonces[self] = fresh();
        Frame hello = Frame.newBuilder()
                .setEpochHello(EpochHello.newBuilder().setNonce(nonces[self]))
                .build();
        for (int peer = 0; peer < PARTIES; peer++) {
            if (connected[peer]) {
                surroundings.send(peer, hello);
            }
        }
        begin();
    }

    private void end(String reason) {
        Optional<Candidate> dropped = candidate;
        Optional<Epoch> over = live;
        candidate = Optional.empty();
        live = Optional.empty();
        // Runs end before their seeds are erased: nothing made from an erased seed may leave.
        over.ifPresent(epoch -> surroundings.ended(epoch.id(), reason));
        dropped.ifPresent(Candidate::erase);
    }

    /** Starts the exchange when all four nonces are known. */
    private void begin() {
        for (int party = 0; party < PARTIES; party++) {
            if (nonces[party] == null || (party != self && !connected[party])) {
                return;
            }
        }
        EpochId id = id();
        if (!used.add(id)) {
            // Only a peer that repeats an old nonce gets here; no epoch comes twice.
            renewNonce("an old epoch was offered again");
            return;
        }
        if (used.size() > REMEMBERED) {
            used.remove(used.iterator().next());
        }
        Candidate started = new Candidate(id);
        candidate = Optional.of(started);
        started.contribute();
        for (int peer = 0; peer < PARTIES; peer++) {
            for (Frame frame : early[peer].take(started.idBytes)) {
                replay(started, peer, frame);
            }
        }
    }

    private void replay(Candidate started, int peer, Frame frame) {
        if (candidate.isPresent() && candidate.get() == started) {
            if (frame.hasSeedContribution()) {
                SeedContribution message = frame.getSeedContribution();
                started.contribution(message.getSeed(), peer, message.getContribution());
            } else {
                started.digest(
                        frame.getSeedDigest().getSeed(),
                        peer,
                        frame.getSeedDigest().getDigest());
            }
        }
    }

    private EpochId id() {
        MessageDigest hash = Primitives.sha256();
        hash.update("tallystick/epoch/1".getBytes(StandardCharsets.US_ASCII));
        byte[] name = group.getBytes(StandardCharsets.US_ASCII);
        hash.update((byte) name.length);
        hash.update(name);
        for (ByteString nonce : nonces) {
            hash.update(nonce.toByteArray());
        }
        return EpochId.of(hash.digest());
    }

    private ByteString fresh() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private void fail(int seed, int peer) {
        failures++;
        end("the holders of seed " + seed + " hold different ones");
        surroundings.disagreement(seed, peer, failures);
    }

    /** An epoch whose seeds are being agreed. */
    private final class Candidate {
        private final EpochId id;
        private final ByteString idBytes;
        private final SeedInAgreement[] seeds = new SeedInAgreement[PARTIES];

        Candidate(EpochId id) {
            this.id = id;
            this.idBytes = ByteString.copyFrom(id.bytes());
            for (int seed = 0; seed < PARTIES; seed++) {
                seeds[seed] = new SeedInAgreement(id, seed, self);
            }
        }

        void contribute() {
            for (int seed = 0; seed < PARTIES; seed++) {
                if (seed != self) {
                    ByteString mine = fresh();
                    seeds[seed].contributed(self, mine);
                    SeedContribution message = SeedContribution.newBuilder()
                            .setEpoch(idBytes)
                            .setSeed(seed)
                            .setContribution(mine)
                            .build();
                    sendToHolders(
                            seed,
                            Frame.newBuilder().setSeedContribution(message).build());
                }
            }
        }

        void contribution(int seed, int peer, ByteString bytes) {
            // The first word counts: a repeated one changes nothing.
            if (seeds[seed].contributed(peer, bytes) && seeds[seed].derived()) {
                ByteString digest = ByteString.copyFrom(seeds[seed].digest(self));
                SeedDigest message = SeedDigest.newBuilder()
                        .setEpoch(idBytes)
                        .setSeed(seed)
                        .setDigest(digest)
                        .build();
                sendToHolders(seed, Frame.newBuilder().setSeedDigest(message).build());
                compare(seed);
            }
        }

        void digest(int seed, int peer, ByteString bytes) {
            if (seeds[seed].show(peer, bytes)) {
                compare(seed);
            }
        }

        private void compare(int seed) {
            for (int peer = 0; peer < PARTIES; peer++) {
                if (peer != self && peer != seed && seeds[seed].differs(peer)) {
                    fail(seed, peer);
                    return;
                }
            }
            if (live.isEmpty() && complete()) {
                failures = 0;
                Epoch epoch = new Epoch(id, agreed());
                live = Optional.of(epoch);
                surroundings.live(epoch);
            }
        }

        private boolean complete() {
            for (int seed = 0; seed < PARTIES; seed++) {
                if (seed != self && !seeds[seed].compared()) {
                    return false;
                }
            }
            return true;
        }

        private SharedSeed[] agreed() {
            SharedSeed[] agreed = new SharedSeed[PARTIES];
            for (int seed = 0; seed < PARTIES; seed++) {
                if (seed != self) {
                    agreed[seed] = seeds[seed].seed();
                }
            }
            return agreed;
        }

        private void sendToHolders(int seed, Frame frame) {
            for (int peer = 0; peer < PARTIES; peer++) {
                if (peer != self && peer != seed) {
                    surroundings.send(peer, frame);
                }
            }
        }

        void erase() {
            for (SeedInAgreement seed : seeds) {
                seed.erase();
            }
        }
    }

    /** Messages of a peer about an epoch this node does not know yet: the latest few. */
    private static final class EarlyMessages {
        private final Deque<Frame> frames = new ArrayDeque<>();

        void add(Frame frame) {
            if (frames.contains(frame)) {
                return;
            }
            if (frames.size() == EARLY) {
                frames.removeFirst();
            }
            frames.add(frame);
        }

        /** Those of this epoch. The others stay: this node may be behind, and another epoch already on its way. */
        Deque<Frame> take(ByteString epoch) {
            Deque<Frame> taken = new ArrayDeque<>();
            frames.removeIf(frame -> epochOf(frame).equals(epoch) && taken.add(frame));
            return taken;
        }

        private static ByteString epochOf(Frame frame) {
            return frame.hasSeedContribution()
                    ? frame.getSeedContribution().getEpoch()
                    : frame.getSeedDigest().getEpoch();
        }

        void clear() {
            frames.clear();
        }
    }
}
