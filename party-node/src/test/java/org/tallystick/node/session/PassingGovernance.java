package org.tallystick.node.session;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets every proposal pass at first, and knows which of them are over. */
final class PassingGovernance implements Governance {
    private final Optional<Refusal> still;
    private final List<Hash> over = new CopyOnWriteArrayList<>();

    /** @param still why nothing passes any more when it is asked again */
    PassingGovernance(Optional<Refusal> still) {
        this.still = still;
    }

    List<Hash> over() {
        return over;
    }

    @Override
    public Optional<Proposal.Terms> terms(Hash program, Proposal.Work work) {
        return Optional.empty();
    }

    @Override
    public Optional<Refusal> refuses(Sealed sealed, int bits) {
        return Optional.empty();
    }

    @Override
    public Optional<Refusal> refusesStill(Hash proposal) {
        return still;
    }

    @Override
    public void ended(Hash proposal) {
        over.add(proposal);
    }

    @Override
    public void heard(int peer, byte[] message) {}
}
