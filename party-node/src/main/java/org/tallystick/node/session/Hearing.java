package org.tallystick.node.session;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.transport.Complaints;
import org.tallystick.node.wire.Acceptance;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.RefusedProposal;

/** What the peers say, each message handed to the part that it is for. */
public final class Hearing {
    private static final Logger LOG = LoggerFactory.getLogger(Hearing.class);

    /** Bytes that an acceptance stays below: two hashes. */
    private static final int SHORT = 128;

    private final Admission admission;
    private final Decisions decisions;
    private final Participation participation;
    private final TableDeletions deletions;
    private final AgreementInbox agreements;
    private final Complaints complaints = new Complaints(LOG);

    Hearing(
            Admission admission,
            Decisions decisions,
            Participation participation,
            TableDeletions deletions,
            AgreementInbox agreements) {
        this.admission = admission;
        this.decisions = decisions;
        this.participation = participation;
        this.deletions = deletions;
        this.agreements = agreements;
    }

    /** A control message from a peer. Never throws on what a peer says. */
    public void control(int peer, ControlKind kind, byte[] message) {
        try {
            switch (kind) {
                case PROPOSAL -> decisions.proposed(peer, message);
                case ACCEPT -> participation.accepted(accepted(message), peer);
                case REFUSE -> refused(peer, RefusedProposal.parseFrom(message));
                case ACTIVATION -> participation.activations().commitments(peer, message);
                case STATUS -> participation.stored(peer, message);
                case TABLE -> deletions.deleted(peer, TableFormat.deleted(message));
                case AGREEMENT -> ProposalFormat.require(agreements.offer(peer, message), "too many of them wait");
                case TRAINING -> trainingsOver(peer, TrainingEnds.parsed(message));
                default -> throw new ProposalFormat.BadMessage("a kind that this version does not know");
            }
        } catch (InvalidProtocolBufferException | ProposalFormat.BadMessage e) {
            complaints.warn("party " + peer + " sent a " + kind + " message that is ignored", e.getMessage());
        }
    }

    /**
     * Notes at once, without waiting, that a peer accepts: of all messages these alone come to every node from every
     * other in every run, and are waited for.
     *
     * @return false for whatever is to be handed to {@link #control}
     */
    public boolean note(int peer, ControlKind kind, byte[] message) {
        if (kind != ControlKind.ACCEPT || message.length > SHORT) {
            return false;
        }
        try {
            return participation.noteAccepted(accepted(message), peer);
        } catch (InvalidProtocolBufferException | ProposalFormat.BadMessage e) {
            return false; // and is complained of there
        }
    }

    private static Hash accepted(byte[] message) throws InvalidProtocolBufferException, ProposalFormat.BadMessage {
        return ProposalFormat.hash(Acceptance.parseFrom(message).getProposalHash());
    }

    private void refused(int peer, RefusedProposal message) throws ProposalFormat.BadMessage {
        Hash hash = ProposalFormat.hash(message.getProposalHash());
        Refusal.Reason reason;
        try {
            reason = Refusal.Reason.valueOf(message.getReason().name());
        } catch (IllegalArgumentException e) {
            throw new ProposalFormat.BadMessage("an unknown reason");
        }
        ProposalFormat.require(message.getRowsCount() <= ProposalFormat.MAX_ROWS, "too many rows");
        participation.refused(hash, peer, reason, message.getRowsList());
    }

    private void trainingsOver(int peer, List<Hash> origins) throws ProposalFormat.BadMessage {
        ProposalFormat.require(admission.mayPropose(peer), "only the bank ends trainings");
        Thread.ofVirtual().name("training").start(() -> origins.forEach(participation.trainingEnds()::over));
    }
}
