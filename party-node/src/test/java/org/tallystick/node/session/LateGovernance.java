package org.tallystick.node.session;

import java.util.Optional;
import java.util.function.Supplier;

/** The governance that a test gives a node, whenever it does. */
record LateGovernance(Supplier<Governance> current) implements Governance {
    @Override
    public Optional<Proposal.Terms> terms(Hash program, Proposal.Work work) {
        return current.get().terms(program, work);
    }

    @Override
    public Optional<Refusal> refuses(Sealed sealed, int bits) {
        return current.get().refuses(sealed, bits);
    }

    @Override
    public Optional<Refusal> refusesStill(Hash proposal) {
        return current.get().refusesStill(proposal);
    }

    @Override
    public void ended(Hash proposal) {
        current.get().ended(proposal);
    }

    @Override
    public void heard(int peer, byte[] message) {
        current.get().heard(peer, message);
    }
}
