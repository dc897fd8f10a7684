package org.tallystick.node.governance;

import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Receipts;
import org.tallystick.node.storage.Agreements;

/**
 * The agreements at this node: each is proposed by one person here, approved and signed by another, in force once all
 * parties have signed and it is activated, and can be suspended or revoked at once. Every change is durable and
 * recorded before it returns.
 */
public final class Register {
    /** Offers from other nodes that nobody here has taken up. */
    private static final int MOST_OFFERED = 64;

    private final Agreements storage;
    private final Parties parties;
    private final Journal journal;
    private final Clock clock;
    private final Map<Hash, Entry> entries = new ConcurrentHashMap<>();

    /** The parties of the group and this node's own key. */
    public record Parties(String group, int self, Signer key, List<PublicKey> keys) {
        public Parties {
            keys = List.copyOf(keys);
        }
    }

    /** This node's own key. */
    public interface Signer {
        SignatureSuite suite();

        byte[] publicKey();

        /** The signature of an agreement's hash. */
        byte[] sign(byte[] hash);
    }

    /** A party's key for agreements. */
    public record PublicKey(SignatureSuite suite, byte[] bytes) {}

    /** Told of every change, for the receipts. */
    public interface Journal {
        /**
         * Begins to put a change on record.
         *
         * @param what such as {@code agreement signed}; nothing about any subject
         */
        Receipts.Written changed(String what, Hash agreement, String by);
    }

    /** Who has signed, and when. */
    public record Signed(int party, Instant at) {}

    /**
     * One agreement as it stands here.
     *
     * @param offeredBy the party that sent it, or this one
     * @param signed parties whose signatures are here and right
     */
    public record Entry(
            Hash hash,
            Agreement agreement,
            byte[] document,
            State state,
            int offeredBy,
            Optional<String> proposedBy,
            String changedBy,
            Instant changedAt,
            List<Signed> signed) {
        Entry in(State next, String by, Optional<String> proposer, Instant at) {
            return new Entry(hash, agreement, document, next, offeredBy, proposer.or(() -> proposedBy), by, at, signed);
        }

        Entry with(Signed more) {
            List<Signed> all = new ArrayList<>(signed);
            all.add(more);
            all.sort(Comparator.comparingInt(Signed::party));
            return new Entry(
                    hash, agreement, document, state, offeredBy, proposedBy, changedBy, changedAt, List.copyOf(all));
        }

        @Override
        public String toString() {
            return "Entry[" + hash + ", " + state + "]";
        }
    }

    /** A change that is not possible as things stand: what stands against it, and what to do. */
    public static final class Rejected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String remedy;

        Rejected(String problem, String remedy) {
            super(problem);
            this.remedy = remedy;
        }

        public String remedy() {
            return remedy;
        }
    }

    public Register(Agreements storage, Parties parties, Journal journal, Clock clock) {
        this.storage = storage;
        this.parties = parties;
        this.journal = journal;
        this.clock = clock;
        for (Agreements.Stored stored : storage.all()) {
            Hash hash = Hash.of(stored.hash());
            Entry entry = entry(stored, hash);
            entries.put(hash, entry);
            if (lacksOwnSignature(entry)) {
                hold(hash, State.PROPOSED, entry.changedBy());
            }
        }
    }

    private Entry entry(Agreements.Stored stored, Hash hash) {
        Agreement agreement;
        try {
            agreement = AgreementFormat.decode(stored.document());
        } catch (AgreementFormat.BadAgreement e) {
            throw new IllegalStateException("the state database holds an agreement that cannot be read", e);
        }
        List<Signed> signed = storage.signatures(stored.hash()).stream()
                .filter(each -> isRight(hash, each))
                .map(each -> new Signed(each.party(), each.at()))
                .toList();
        return new Entry(
                hash,
                agreement,
                stored.document(),
                State.valueOf(stored.state()),
                stored.offeredBy(),
                stored.proposedBy(),
                stored.changedBy(),
                stored.changedAt(),
                signed);
    }

    /** A signature and the state it brings are stored together; without the one, it can be signed again. */
    private boolean lacksOwnSignature(Entry entry) {
        return entry.state() == State.SIGNED
                && entry.signed().stream().noneMatch(each -> each.party() == parties.self());
    }

    private boolean isRight(Hash hash, Agreements.Signature signature) {
        if (signature.party() < 0 || signature.party() >= parties.keys().size()) {
            return false;
        }
        PublicKey key = parties.keys().get(signature.party());
        return key.suite().id().equals(signature.suite())
                && MessageDigest.isEqual(key.bytes(), signature.publicKey())
                && key.suite()
                        .verify(key.bytes(), SignatureSuite.Purpose.AGREEMENT, hash.bytes(), signature.signature());
    }

    // ---- what there is

    /** This party's index. */
    public int self() {
        return parties.self();
    }

    public List<Entry> all() {
        return entries.values().stream()
                .sorted(Comparator.comparing(Entry::changedAt)
                        .reversed()
                        .thenComparing(each -> each.hash().hex()))
                .toList();
    }

    public Optional<Entry> find(Hash hash) {
        return Optional.ofNullable(entries.get(hash));
    }

    /** Whether a later revision of it has come into force here, even if that is suspended or has run out by now. */
    public boolean isFollowed(Entry entry) {
        return Revisions.isFollowed(entries.values(), entry, clock.instant());
    }

    /** Those that are active and valid now, later revisions first. */
    public List<Entry> inForce() {
        Instant now = clock.instant();
        return entries.values().stream()
                .filter(entry ->
                        entry.state() == State.ACTIVE && entry.agreement().isValidAt(now) && !isFollowed(entry))
                .sorted(Comparator.comparingInt(
                                (Entry entry) -> entry.agreement().revision())
                        .reversed())
                .toList();
    }

    /** All signatures of an agreement, to be sent to a node that may lack them. */
    public List<Agreements.Signature> signatures(Hash hash) {
        return storage.signatures(hash.bytes());
    }

    // ---- what people do

    /**
     * Takes up a document: this node's own draft, or one that was offered.
     *
     * @param by the person who proposes it here, who cannot approve it
     */
    public synchronized Entry propose(byte[] document, String by) {
        Agreement agreement;
        try {
            agreement = AgreementFormat.decode(document);
        } catch (AgreementFormat.BadAgreement e) {
            throw new Rejected("this is no agreement: " + e.getMessage(), "correct the document");
        }
        if (HiddenText.isIn(document)) {
            throw new Rejected("the agreement has characters that are not seen", "remove them from its texts");
        }
        if (!agreement.group().equals(parties.group())) {
            throw new Rejected("the agreement is of another group", "write \"group\": \"" + parties.group() + "\"");
        }
        Hash hash = AgreementFormat.hash(document);
        add(hash, agreement, document, parties.self(), by);
        return change(hash, State.Change.PROPOSE, by);
    }

    /** Makes a change on behalf of a person; what a change means is with {@link State.Change}. */
    public synchronized Entry change(Hash hash, State.Change change, String by) {
        Entry entry = find(hash)
                .orElseThrow(() -> new Rejected("no such agreement is known here", "GET /v1/agreements lists them"));
        change.requireFrom(entry.state());
        if (change == State.Change.SIGN || change == State.Change.ACTIVATE) {
            requireAnother(entry, by);
        }
        if (change == State.Change.ACTIVATE) {
            requireComplete(entry);
        }
        if (change == State.Change.REVOKE) {
            // Those before it too: nothing that follows them would be in force.
            List<Entry> before = Revisions.followedBy(entries.values(), entry, clock.instant());
            revoke(Stream.concat(before.stream(), Stream.of(entry)).toList(), by);
            return entries.get(hash);
        }
        Entry changed = changed(entry, change, by);
        if (change == State.Change.ACTIVATE) {
            revoke(Revisions.endedBy(entries.values(), changed, clock.instant()), by);
        }
        return changed;
    }

    /** All of them, in this order; what a full disk keeps from being on record holds all the same. */
    private void revoke(List<Entry> over, String by) {
        if (!over.isEmpty()) {
            try {
                changed(over.getFirst(), State.Change.REVOKE, by);
            } finally {
                revoke(over.subList(1, over.size()), by);
            }
        }
    }

    private Entry changed(Entry entry, State.Change change, String by) {
        Hash hash = entry.hash();
        Instant at = now();
        Optional<String> proposer = change == State.Change.PROPOSE ? Optional.of(by) : Optional.empty();
        Optional<Agreements.Signature> signature =
                change == State.Change.SIGN ? Optional.of(signature(hash)) : Optional.empty();
        if (!storage.change(hash.bytes(), entry.state().name(), change.to().name(), proposer, by, at, signature)) {
            throw new Rejected("the agreement has changed meanwhile", "look at it again");
        }
        Entry moved = entry.in(change.to(), by, proposer, at);
        Entry changed = signature.isPresent() ? moved.with(new Signed(parties.self(), at)) : moved;
        // What is taken back holds before it is on record; nothing is in force before that is.
        if (change.to() != State.ACTIVE) {
            entries.put(hash, changed);
        }
        journal.changed("agreement " + change.past(), hash, by).await();
        entries.put(hash, changed);
        return changed;
    }

    private static void requireAnother(Entry entry, String by) {
        if (entry.proposedBy().filter(by::equals).isPresent()) {
            throw new Rejected(
                    "who proposes an agreement does not approve it", "have another approver look at it and approve");
        }
    }

    private void requireComplete(Entry entry) {
        if (!isComplete(entry)) {
            throw new Rejected(
                    entry.signed().size() + " of " + parties.keys().size() + " parties have signed",
                    "wait for the others' signatures");
        }
        Instant now = clock.instant();
        if (!now.isBefore(entry.agreement().validUntil())) {
            throw new Rejected("the agreement has expired", "agree on a new revision");
        }
        Revisions.requireNext(entries.values(), entry);
    }

    private Agreements.Signature signature(Hash hash) {
        Signer key = parties.key();
        return new Agreements.Signature(
                parties.self(), key.suite().id(), key.publicKey(), key.sign(hash.bytes()), now());
    }

    /** At the node's start: ends what an entry has ended, which a kill or the time kept from being on record. */
    synchronized List<Entry> endBefore(Hash hash, String by) {
        List<Entry> over = Revisions.leftBy(entries.values(), find(hash).orElseThrow(), clock.instant());
        revoke(over, by);
        return over;
    }

    /** At the node's start: an agreement stands elsewhere than the database says, and is no newer by that. */
    synchronized void hold(Hash hash, State state, String by) {
        Entry entry = find(hash).orElseThrow();
        Instant at = entry.changedAt();
        storage.change(hash.bytes(), entry.state().name(), state.name(), Optional.empty(), by, at, Optional.empty());
        entries.put(hash, entry.in(state, by, Optional.empty(), at));
    }

    /** Whether all parties have signed: nothing else is in force, whatever the database says. */
    public boolean isComplete(Entry entry) {
        return entry.signed().size() >= parties.keys().size();
    }

    // ---- what other nodes say

    /** Another node offers an agreement; what is no agreement of this group, or one too many, is not kept. */
    public synchronized boolean offered(int party, byte[] document) {
        Agreement agreement;
        try {
            agreement = AgreementFormat.decode(document);
        } catch (AgreementFormat.BadAgreement e) {
            return false;
        }
        Hash hash = AgreementFormat.hash(document);
        if (!agreement.group().equals(parties.group()) || entries.containsKey(hash) || HiddenText.isIn(document)) {
            return false;
        }
        List<Entry> idle = entries.values().stream()
                .filter(entry -> entry.state() == State.OFFERED && entry.offeredBy() == party)
                .sorted(Comparator.comparing(Entry::changedAt))
                .toList();
        // A party that offers more pushes out its own oldest ones.
        for (int k = 0; k <= idle.size() - MOST_OFFERED; k++) {
            entries.remove(idle.get(k).hash());
            storage.forget(idle.get(k).hash().bytes());
        }
        add(hash, agreement, document, party, "party " + party);
        return true;
    }

    /** Another node's signature, or one it has of a third; kept if it is right and the first of that party. */
    public synchronized boolean signed(Hash hash, Agreements.Signature signature) {
        Optional<Entry> entry = find(hash);
        if (entry.isEmpty()
                || entry.get().signed().stream().anyMatch(signed -> signed.party() == signature.party())
                || !isRight(hash, signature)) {
            return false;
        }
        Agreements.Signature kept = new Agreements.Signature(
                signature.party(), signature.suite(), signature.publicKey(), signature.signature(), now());
        storage.sign(hash.bytes(), kept);
        entries.put(hash, entry.get().with(new Signed(kept.party(), kept.at())));
        journal.changed("agreement signed by party " + signature.party(), hash, "");
        return true;
    }

    private void add(Hash hash, Agreement agreement, byte[] document, int party, String by) {
        Entry entry = new Entry(
                hash, agreement, document.clone(), State.OFFERED, party, Optional.empty(), by, now(), List.of());
        boolean added = storage.add(new Agreements.Stored(
                entry.hash().bytes(),
                entry.document(),
                entry.state().name(),
                entry.offeredBy(),
                entry.proposedBy(),
                entry.changedBy(),
                entry.changedAt()));
        if (added) {
            entries.put(entry.hash(), entry);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
