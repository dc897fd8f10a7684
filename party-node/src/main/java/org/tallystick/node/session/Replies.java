package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.transport.Complaints;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.wire.Acceptance;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.RefusedProposal;

/** What this node says to the others of proposals, each on record: that it accepts, and that it refuses. */
final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    private final Transport transport;
    private final Identity identity;
    private final Receipts receipts;
    private final Acceptances acceptances;
    private final Map<Hash, Sealed> deciding = new ConcurrentHashMap<>();
    private final Complaints complaints = new Complaints(LOG);

    Replies(Transport transport, Identity identity, Receipts receipts, Acceptances acceptances) {
        this.transport = transport;
        this.identity = identity;
        this.receipts = receipts;
        this.acceptances = acceptances;
    }

    /**
     * While it is decided on, a refusal of it is put on record, and what peers say of it is kept.
     *
     * @param sealed signed by its proposer: two of one name are then the same
     */
    void deciding(Sealed sealed, Runnable decision) {
        boolean first = deciding.putIfAbsent(sealed.hash(), sealed) == null;
        acceptances.expect(sealed.hash());
        try {
            decision.run();
        } finally {
            acceptances.forget(sealed.hash());
            if (first) {
                deciding.remove(sealed.hash());
            }
        }
    }

    /** Begins to put on record that this node accepts, and at the proposer proposes. */
    Accepting accept(Sealed sealed, int bits) {
        long price = sealed.proposal().terms().map(Proposal.Terms::price).orElse(0L);
        Receipts.Written written = receipts.accepted(sealed, bits, price);
        if (sealed.proposal().proposer() == identity.self()) {
            broadcast(ControlKind.PROPOSAL, sealed.message());
        }
        return new Accepting(sealed, written);
    }

    /** This node's acceptance of one proposal, on its way to the record and then to the others. */
    final class Accepting {
        private final Sealed sealed;
        private final Receipts.Written written;

        private Accepting(Sealed sealed, Receipts.Written written) {
            this.sealed = sealed;
            this.written = written;
        }

        Receipts.Written written() {
            return written;
        }

        /**
         * Waits until it is on record and tells all: the proposer's as well, so that nobody lets anything go of what
         * its proposer may have forgotten.
         *
         * @throws Refused when it cannot be put on record; the others have been told that
         */
        void tell() {
            awaitRecord();
            Acceptance acceptance = Acceptance.newBuilder()
                    .setProposalHash(ByteString.copyFrom(sealed.hash().bytes()))
                    .setEpoch(ByteString.copyFrom(sealed.proposal().epoch().bytes()))
                    .build();
            broadcast(ControlKind.ACCEPT, acceptance.toByteArray());
            acceptances.accept(sealed.hash(), identity.self());
        }

        private void awaitRecord() {
            try {
                written.await();
            } catch (NodeFailure e) {
                LOG.error("session {} stopped: {}", sealed.hash(), e.getMessage());
                Refusal refusal = Refusal.of(Refusal.Reason.STORAGE);
                refuse(sealed.hash(), sealed.proposal().proposer(), refusal);
                acceptances.refuse(sealed.hash(), identity.self(), refusal);
                transport.stop(ScoreRun.sessionOf(sealed.hash()));
                throw new Refused(identity.self(), refusal);
            }
        }
    }

    /** Tells all that this node takes no part, and the proposer alone which rows it is about. */
    void refuse(Hash hash, int proposer, Refusal refusal) {
        Optional.ofNullable(deciding.get(hash)).ifPresent(proposal -> receipts.refused(proposal, refusal));
        tellRefused(hash, proposer, refusal);
    }

    /** The same of what its proposer has not signed; one that it has may be decided on or run under the same name. */
    void refuseUnsigned(Sealed sealed) {
        Refusal refusal = Refusal.of(Refusal.Reason.SIGNATURE);
        receipts.refused(sealed, refusal);
        tellRefused(sealed.hash(), sealed.proposal().proposer(), refusal);
    }

    private void tellRefused(Hash hash, int proposer, Refusal refusal) {
        complaints.warn("refusing: " + refusal.reason().meaning(), "proposal " + hash);
        RefusedProposal.Builder message = RefusedProposal.newBuilder()
                .setProposalHash(ByteString.copyFrom(hash.bytes()))
                .setReason(RefusedProposal.Reason.valueOf(refusal.reason().name()));
        for (int peer = 0; peer < identity.parties(); peer++) {
            if (peer != identity.self() && peer != proposer) {
                transport.control(peer, ControlKind.REFUSE, message.build().toByteArray());
            }
        }
        message.addAllRows(refusal.rows());
        transport.control(proposer, ControlKind.REFUSE, message.build().toByteArray());
    }

    void broadcast(ControlKind kind, byte[] message) {
        for (int peer = 0; peer < identity.parties(); peer++) {
            if (peer != identity.self()) {
                transport.control(peer, kind, message);
            }
        }
    }
}
