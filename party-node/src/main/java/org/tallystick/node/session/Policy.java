package org.tallystick.node.session;

import java.util.Optional;
import java.util.Set;
import org.tallystick.protocol.Profile;

/**
 * What this node takes part in, decided from its own records alone.
 *
 * @param floor sessions of a weaker profile are refused
 * @param maxRows the most rows of one proposal
 * @param tableRows the most rows that this node keeps in tables of shares; 0 keeps none
 * @param purposes the purposes served; empty serves all
 * @param proposer the only party that may propose: the bank
 * @param maxRuns the most runs at the same time
 * @param stock the most garbled stock that it keeps in memory
 */
public record Policy(
        Profile floor, int maxRows, int tableRows, Set<String> purposes, int proposer, int maxRuns, Stock stock) {
    /**
     * Over all programs.
     *
     * @param rows items, one a row; 0 keeps none
     * @param bytes that they may take
     */
    public record Stock(int rows, long bytes) {}

    /** A mean over fewer would say too much of each. */
    static final int FEWEST_LEARNING = 200;

    static final int FEWEST_TESTING = 100;

    public Policy {
        purposes = Set.copyOf(purposes);
    }

    Optional<Refusal> refuses(Proposal proposal) {
        if (proposal.profile().compareTo(floor) < 0 || proposal.profile() == Profile.CLEAR) {
            return Optional.of(Refusal.of(Refusal.Reason.PROFILE));
        }
        if (proposal.work() instanceof Proposal.Score score) {
            if (score.rows().size() > maxRows) {
                return Optional.of(Refusal.of(Refusal.Reason.ROWS));
            }
            if (!purposes.isEmpty() && !purposes.contains(score.purpose())) {
                return Optional.of(Refusal.of(Refusal.Reason.PURPOSE));
            }
        }
        if (proposal.work() instanceof Proposal.Store store && store.subjects().size() > maxRows) {
            return Optional.of(Refusal.of(Refusal.Reason.ROWS));
        }
        if (proposal.work() instanceof Proposal.ScoreTable score
                && !purposes.isEmpty()
                && !purposes.contains(score.purpose())) {
            return Optional.of(Refusal.of(Refusal.Reason.PURPOSE));
        }
        if (proposal.work() instanceof Proposal.Train train
                && (train.learning().size() < FEWEST_LEARNING
                        || !train.testing().isEmpty() && train.testing().size() < FEWEST_TESTING)) {
            return Optional.of(Refusal.of(Refusal.Reason.ROWS));
        }
        if (proposal.work() instanceof Proposal.Evaluate evaluate
                && evaluate.subjects().size() < FEWEST_TESTING) {
            return Optional.of(Refusal.of(Refusal.Reason.ROWS));
        }
        return Optional.empty();
    }
}
