package org.tallystick.node.session;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.transport.Transport;

/**
 * Which proposals this node looks at further: from the bank, signed, for this group and the live epoch, never seen
 * before, within its policy, and not too many at a time.
 */
final class Admission {
    /** At 100 proposals a second, three hours; then the group agrees on a new epoch, which takes a moment. */
    private static final int MOST_SEEN = 1 << 20;

    private final Transport transport;
    private final Identity identity;
    private final Policy policy;
    private final List<Optional<Signing.PublicKey>> keys;
    private final SeenProposals seen = new SeenProposals(MOST_SEEN);
    private final AtomicInteger runs = new AtomicInteger();

    Admission(Transport transport, Identity identity, Policy policy) {
        this.transport = transport;
        this.identity = identity;
        this.policy = policy;
        this.keys = identity.publicKeys().stream().map(Signing.PublicKey::of).toList();
    }

    /** Whether this party may propose at all. */
    boolean mayPropose(int party) {
        return party == policy.proposer();
    }

    /** The only party that may propose. */
    int proposer() {
        return policy.proposer();
    }

    /** The most rows of one run. */
    int maxRows() {
        return policy.maxRows();
    }

    /** The most rows in tables. */
    int tableRows() {
        return policy.tableRows();
    }

    /** Takes a place among the runs, decisions included; false when all are taken. */
    boolean enter() {
        if (runs.incrementAndGet() > policy.maxRuns()) {
            runs.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Takes a place for a run of this node's own, whatever their number. */
    void enterOwn() {
        runs.incrementAndGet();
    }

    void leave() {
        runs.decrementAndGet();
    }

    int running() {
        return runs.get();
    }

    /** Whether the proposer has signed it. About 0.1 ms. */
    boolean isSigned(Sealed sealed) {
        return keys.get(sealed.proposal().proposer())
                .filter(key ->
                        key.verifies(Signing.Domain.PROPOSAL, sealed.hash().bytes(), sealed.signature()))
                .isPresent();
    }

    /**
     * Why this node takes no part; when empty, the proposal is spent and will never pass again.
     *
     * @param sealed signed by its proposer
     */
    Optional<Refusal> refusal(Sealed sealed) {
        Proposal proposal = sealed.proposal();
        Hash hash = sealed.hash();
        if (!proposal.group().equals(identity.group())) {
            return Optional.of(Refusal.of(Refusal.Reason.GROUP));
        }
        EpochId epoch = proposal.epoch();
        if (transport.epoch().filter(live -> live.id().equals(epoch)).isEmpty()) {
            return Optional.of(Refusal.of(Refusal.Reason.EPOCH));
        }
        if (seen.isFull(epoch)) {
            transport.reconnect(policy.proposer());
            return Optional.of(Refusal.of(Refusal.Reason.EPOCH));
        }
        if (!seen.first(epoch, hash)) {
            return Optional.of(Refusal.of(Refusal.Reason.REPEATED));
        }
        return policy.refuses(proposal);
    }
}
