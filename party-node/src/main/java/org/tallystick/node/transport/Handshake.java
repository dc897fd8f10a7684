package org.tallystick.node.transport;

import java.util.Optional;
import org.tallystick.node.wire.Hello;
import org.tallystick.node.wire.Refusal;

/** What a Hello must say. */
final class Handshake {
    /** The version of the frames and of what runs send in them; nodes of different versions do not talk. */
    static final int VERSION = 2;

    private Handshake() {}

    /** Why a Hello is not accepted: for the counters, for the peer, and for this node's log. */
    record Problem(Rejection rejection, Refusal.Reason refusal, String detail) {}

    /** @param peer the party that the certificate names */
    static Optional<Problem> problem(TransportConfig config, int peer, boolean dialled, Hello hello) {
        if (hello.getVersion() != VERSION) {
            return Optional.of(new Problem(
                    Rejection.VERSION,
                    Refusal.Reason.VERSION,
                    "version " + Integer.toUnsignedString(hello.getVersion()) + ", this node speaks " + VERSION));
        }
        if (!hello.getGroup().equals(config.group())) {
            return Optional.of(new Problem(
                    Rejection.WRONG_GROUP,
                    Refusal.Reason.GROUP,
                    "\"" + PeerTrust.printable(hello.getGroup(), 64) + "\", this is " + config.group()));
        }
        if (hello.getParties() != TransportConfig.PARTIES) {
            return Optional.of(new Problem(
                    Rejection.WRONG_PARTIES,
                    Refusal.Reason.PARTIES,
                    Integer.toUnsignedString(hello.getParties()) + " parties, not " + TransportConfig.PARTIES));
        }
        if (hello.getParty() != peer) {
            return Optional.of(new Problem(
                    Rejection.WRONG_PARTY,
                    Refusal.Reason.PARTY,
                    "party " + Integer.toUnsignedString(hello.getParty()) + ", but "
                            + config.parties().get(peer).role() + " is party " + peer));
        }
        if (dialled != config.self() > peer) {
            return Optional.of(new Problem(
                    Rejection.WRONG_DIRECTION, Refusal.Reason.DIRECTION, "party " + peer + " is the lower one"));
        }
        return Optional.empty();
    }

    /** A peer's refusal, in words for this node's log. */
    static String words(Refusal.Reason reason) {
        return switch (reason) {
            case VERSION -> "the two nodes speak different versions of the protocol";
            case GROUP -> "the two nodes are configured for different groups";
            case PARTY -> "the two nodes order the parties differently";
            case PARTIES -> "the two nodes count different numbers of parties";
            case DIRECTION -> "the two nodes disagree who connects to whom";
            case UNSPECIFIED, UNRECOGNIZED -> "no reason given";
        };
    }
}
