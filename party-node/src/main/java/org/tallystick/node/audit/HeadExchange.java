package org.tallystick.node.audit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.audit.KnownHeads.Contradiction;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Identity;
import org.tallystick.node.wire.ConsistencyProof;
import org.tallystick.node.wire.ConsistencyQuestion;
import org.tallystick.node.wire.LogHeads;
import org.tallystick.node.wire.ReceiptMessage;

/**
 * Tells the other nodes how far this node's log has come, and watches theirs: whether each goes on from what was seen
 * of it before, by this node or by another. Who signs two logs is found out as soon as two nodes that saw different
 * ones hear of each other.
 *
 * <p>A node signs nothing before the peer has said what it has seen of it: restored from an old backup, it learns that
 * its log has been longer, says so, and signs no more heads until its operator decides ({@link #goOn}).
 */
public final class HeadExchange {
    private static final Logger LOG = LoggerFactory.getLogger(HeadExchange.class);

    /** A second: each time costs the disk two forces. Contradictions do not wait for it. */
    private static final long SAVED_EVERY = 1_000_000_000;

    private final Identity identity;
    private final MerkleTree tree;
    private final Surroundings surroundings;
    private final Watch[] watches;
    private final Peer[] peers;
    private KnownHeads known;
    private KnownHeads saved;
    private long savedAt = System.nanoTime() - SAVED_EVERY;
    private Optional<TreeHead> contradictsOwn = Optional.empty();

    /**
     * What the exchange needs of the rest of the node; called with its lock held, so none may wait for the exchange.
     */
    public interface Surroundings {
        /** Sends a control message; false when it could not be. */
        boolean send(int peer, byte[] message);

        /** Keeps what is known durably. */
        void save(KnownHeads known);

        /** Begins to put on record what was found out. */
        void record(String kind, ByteString content);

        /** Puts on record what somebody has decided; returns when it is, or throws. */
        void decided(String kind, ByteString content);

        InstantSource clock();
    }

    private static final class Peer {
        private boolean connected;
        private boolean greeted;
        private boolean heard;
        private long toldSize = -1;
    }

    /** @param known what was saved before */
    public HeadExchange(Identity identity, MerkleTree tree, KnownHeads known, Surroundings surroundings) {
        this.identity = identity;
        this.tree = tree;
        this.surroundings = surroundings;
        this.known = known;
        this.saved = known;
        int parties = identity.publicKeys().size();
        this.watches = new Watch[parties];
        this.peers = new Peer[parties];
        for (int party = 0; party < parties; party++) {
            int about = party;
            watches[party] = new Watch(message -> surroundings.send(about, message));
            peers[party] = new Peer();
        }
        known.of(identity.self()).ifPresent(this::seenOfOwn);
    }

    public synchronized void connected(int peer) {
        peers[peer] = new Peer();
        peers[peer].connected = true;
        watches[peer].forgetQuestion();
    }

    public synchronized void disconnected(int peer) {
        peers[peer] = new Peer();
    }

    /** Sends what is new, and saves what has become known: to be called a few times a second, by one thread. */
    public void tick() {
        KnownHeads toSave;
        synchronized (this) {
            for (int peer = 0; peer < peers.length; peer++) {
                if (peers[peer].connected && peer != identity.self()) {
                    tell(peer);
                }
            }
            boolean urgent =
                    known.contradictions().size() > saved.contradictions().size();
            boolean due = System.nanoTime() - savedAt > SAVED_EVERY && !known.equals(saved);
            if (!urgent && !due) {
                return;
            }
            toSave = known;
        }
        surroundings.save(toSave);
        synchronized (this) {
            saved = toSave;
            savedAt = System.nanoTime();
        }
    }

    private void tell(int to) {
        Peer peer = peers[to];
        Optional<TreeHead> own = peer.heard ? own() : Optional.empty();
        boolean news = own.isPresent() && own.get().size() != peer.toldSize;
        if (peer.greeted && !news) {
            return;
        }
        LogHeads.Builder heads = LogHeads.newBuilder();
        own.ifPresent(head -> heads.setOwn(ByteString.copyFrom(head.encode())));
        known.newest().stream()
                .filter(head -> head.party() != identity.self())
                .forEach(head -> heads.addSeen(ByteString.copyFrom(head.encode())));
        byte[] message = ReceiptMessage.newBuilder().setHeads(heads).build().toByteArray();
        if (surroundings.send(to, message)) {
            peer.greeted = true;
            own.ifPresent(head -> peer.toldSize = head.size());
        }
    }

    /** The head of the log as it is now; empty while this node signs none. */
    public synchronized Optional<TreeHead> own() {
        if (contradictsOwn.isPresent()) {
            return Optional.empty();
        }
        long size = tree.size();
        Optional<TreeHead> last = known.of(identity.self()).filter(head -> head.size() == size);
        return last.isPresent() ? last : Optional.of(signed(size));
    }

    /** The same, signed now: says that there is nothing more until this moment. */
    public synchronized Optional<TreeHead> ownNow() {
        return contradictsOwn.isPresent() ? Optional.empty() : Optional.of(signed(tree.size()));
    }

    private TreeHead signed(long size) {
        TreeHead head = TreeHead.signed(
                identity.group(),
                identity.self(),
                size,
                Hash.of(tree.root(size)),
                surroundings.clock().millis(),
                identity.key());
        known = known.with(head);
        return head;
    }

    /** What is known of all logs. */
    public synchronized KnownHeads known() {
        return known;
    }

    /** A message of kind RECEIPT from a peer. */
    public synchronized void received(int peer, byte[] message) throws MalformedReceipt {
        ReceiptMessage parsed;
        try {
            parsed = ReceiptMessage.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedReceipt("not a message about receipts");
        }
        switch (parsed.getBodyCase()) {
            case HEADS -> heads(peer, parsed.getHeads());
            case QUESTION -> answer(peer, parsed.getQuestion());
            case PROOF -> settled(peer, watches[peer].answered(parsed.getProof()));
            case BODY_NOT_SET -> throw new MalformedReceipt("an empty message about receipts");
        }
    }

    private void heads(int peer, LogHeads heads) throws MalformedReceipt {
        if (heads.getSeenCount() > peers.length) {
            throw new MalformedReceipt("too many heads");
        }
        for (ByteString each : heads.getSeenList()) {
            TreeHead head = verified(each);
            if (head.party() == identity.self()) {
                seenOfOwn(head);
            } else if (head.party() != peer) {
                settled(head.party(), watches[head.party()].heardOf(known.of(head.party()), head));
            }
        }
        peers[peer].heard = true;
        if (!heads.getOwn().isEmpty()) {
            TreeHead head = verified(heads.getOwn());
            if (head.party() != peer) {
                throw new MalformedReceipt("a head in another's name");
            }
            settled(peer, watches[peer].told(known.of(peer), head));
        }
    }

    private TreeHead verified(ByteString bytes) throws MalformedReceipt {
        if (bytes.size() != TreeHead.BYTES) {
            throw new MalformedReceipt("a head of the wrong length");
        }
        TreeHead head = TreeHead.decode(ByteBuffer.wrap(bytes.toByteArray()));
        boolean isKnown = known.newest().contains(head);
        if (!isKnown
                && (head.party() >= peers.length
                        || !head.isSignedBy(
                                identity.group(), identity.publicKeys().get(head.party())))) {
            throw new MalformedReceipt("a head that its party has not signed");
        }
        return head;
    }

    private void answer(int peer, ConsistencyQuestion question) throws MalformedReceipt {
        long earlier = question.getEarlier();
        long later = question.getLater();
        if (earlier < 0 || later < earlier || later > tree.size()) {
            throw new MalformedReceipt("a question about what this log does not have");
        }
        ConsistencyProof.Builder proof =
                ConsistencyProof.newBuilder().setEarlier(earlier).setLater(later);
        tree.consistency(earlier, later).forEach(hash -> proof.addPath(ByteString.copyFrom(hash)));
        surroundings.send(
                peer, ReceiptMessage.newBuilder().setProof(proof).build().toByteArray());
    }

    private void settled(int party, Watch.Found found) {
        switch (found) {
            case Watch.Found.Nothing() -> {}
            case Watch.Found.GoesOn(TreeHead head) -> {
                if (known.of(party).filter(now -> now.size() > head.size()).isEmpty()) {
                    known = known.with(head);
                }
            }
            case Watch.Found.Contradicts(Contradiction contradiction, boolean fromItself) -> {
                contradicted(contradiction);
                if (fromItself) {
                    // Watched from here on: what it does next is evidence too.
                    known = known.with(contradiction.second());
                }
            }
        }
        watches[party].askNext(known.of(party));
    }

    private void contradicted(Contradiction contradiction) {
        if (known.knows(contradiction)) {
            return;
        }
        known = known.with(contradiction);
        surroundings.record(
                "log.contradicted",
                ByteString.copyFrom(contradiction.first().encode())
                        .concat(ByteString.copyFrom(contradiction.second().encode())));
        LOG.error(
                "party {} has signed logs of {} and of {} receipts that contradict each other",
                contradiction.party(),
                contradiction.first().size(),
                contradiction.second().size());
    }

    /** Somebody shows a head that this node has signed, perhaps before it was restored from a backup. */
    private void seenOfOwn(TreeHead head) {
        boolean fits =
                head.size() <= tree.size() && Hash.of(tree.root(head.size())).equals(head.root());
        if (fits || isSettled(head)) {
            return;
        }
        if (contradictsOwn.isPresent()) {
            contradictsOwn =
                    contradictsOwn.filter(lost -> lost.size() >= head.size()).or(() -> Optional.of(head));
            return;
        }
        contradictsOwn = Optional.of(head);
        LOG.error(
                "this node has signed a log of {} receipts that is not the one it has now, of {}: it signs no more",
                head.size(),
                tree.size());
        surroundings.record("log.lost", ByteString.copyFrom(head.encode()));
    }

    /** Whether the operator has decided to go on without what that head stands for, or more. */
    private boolean isSettled(TreeHead head) {
        return known.contradictions().stream()
                .anyMatch(each -> each.party() == identity.self()
                        && head.at() <= each.first().at());
    }

    /** The head that this node has signed and whose log it does not have any more. */
    public synchronized Optional<TreeHead> lost() {
        return contradictsOwn;
    }

    /**
     * Goes on signing although an earlier log is lost; the others will hold both against this node, and its own log
     * says who decided it, before it signs anything.
     *
     * @return whether there was anything to decide
     */
    public synchronized boolean goOn(String by) {
        if (contradictsOwn.isEmpty()) {
            return false;
        }
        TreeHead lost = contradictsOwn.get();
        surroundings.decided("log.gone-on", ByteString.copyFrom(lost.encode()).concat(ByteString.copyFromUtf8(by)));
        contradictsOwn = Optional.empty();
        TreeHead head = signed(tree.size());
        known = known.with(new Contradiction(lost, head));
        return true;
    }

    /** What an operator must know, for {@code /health}; {@code names} of the parties in their order. */
    public synchronized List<String> warnings(List<String> names) {
        List<String> warnings = new ArrayList<>();
        contradictsOwn.ifPresent(head -> warnings.add("this node's receipts are not those it has signed before: "
                + head.size() + " receipts then, " + tree.size() + " now; restore the newest state folder, or, when"
                + " it is lost for good, POST /v1/receipts/go-on"));
        for (int party = 0; party < peers.length; party++) {
            int about = party;
            known.contradictions().stream()
                    .filter(each -> each.party() == about)
                    .findFirst()
                    .ifPresent(each -> warnings.add(warning(names.get(about), about, each)));
            if (watches[party].isUnanswered()) {
                warnings.add("the " + names.get(party)
                        + " node does not prove that its log of receipts goes on from what was seen of it");
            }
        }
        return warnings;
    }

    private String warning(String name, int party, Contradiction found) {
        String sizes = found.first().size() + " and " + found.second().size() + " receipts";
        return party == identity.self()
                ? "this node has gone on after the loss of its log; its heads of " + sizes + " contradict each other"
                : "the " + name + " node has signed logs that contradict each other, of " + sizes
                        + ": its receipts are not to be relied on before its operator has explained it";
    }

    /** How many contradictions are known of a party, for metrics. */
    public synchronized long contradictions(int party) {
        long settled = known.contradictions().stream()
                .filter(each -> each.party() == party)
                .count();
        return party == identity.self() && contradictsOwn.isPresent() ? settled + 1 : settled;
    }
}
