package org.tallystick.node.session;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What governs the use of this node's data beside the approval of programs: agreements, consents and budgets. Each node
 * decides from its own records alone.
 */
public interface Governance {
    /** Asks for nothing and refuses nothing: laboratories, and groups that have switched agreements off. */
    Governance NONE = new Governance() {
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
            return Optional.empty();
        }

        @Override
        public void ended(Hash proposal) {}

        @Override
        public void heard(int peer, byte[] message) {}
    };

    /**
     * The terms under which this node, a bank, proposes; empty for work that needs none.
     *
     * @throws Refused when no agreement that is in force here covers it
     */
    Optional<Proposal.Terms> terms(Hash program, Proposal.Work work);

    /**
     * Why this node takes no part; when empty, the bits are taken from the budgets of the subjects until
     * {@link #ended}, and for good once the release is authorised.
     *
     * @param bits that an answer tells about each subject; 0 where answers are aggregates or nothing is opened
     */
    Optional<Refusal> refuses(Sealed sealed, int bits);

    /**
     * Why this node takes part no longer in what it has let pass: its agreement was suspended, is revoked or over, or
     * something of it was stopped. Cheap enough to be asked at every step of a training.
     */
    Optional<Refusal> refusesStill(Hash proposal);

    /**
     * For how long this node, a bank, may give an answer of a model again without asking; empty where no agreement that
     * is in force here says so.
     */
    default Optional<Keeping> keeping(Hash program, Hash model, String purpose) {
        return Optional.empty();
    }

    /** Whether a business has withdrawn a consent, by {@code ConsentToken.name}. */
    default boolean isWithdrawn(String consent) {
        return false;
    }

    /**
     * For how long an answer is kept.
     *
     * @param windowDays within which a model answers once about a subject; days of UTC, that of the answer counts
     * @param retentionDays after which nothing of it is kept
     */
    record Keeping(int windowDays, int retentionDays) {
        /** Whether an answer is kept at this time. */
        public boolean isKept(Instant answered, Instant now) {
            return now.isBefore(until(answered));
        }

        /** Whether an answer is kept at this time, and the model need not be asked again. */
        public boolean isRepeated(Instant answered, Instant now) {
            long days = day(now).toEpochDay() - day(answered).toEpochDay();
            return days < windowDays && isKept(answered, now);
        }

        /** Answers of before then are not kept. */
        public Instant earliest(Instant now) {
            return now.minus(retentionDays, ChronoUnit.DAYS);
        }

        /** Nothing of an answer is kept from then on. */
        public Instant until(Instant answered) {
            return answered.plus(retentionDays, ChronoUnit.DAYS);
        }

        private static LocalDate day(Instant time) {
            return LocalDate.ofInstant(time, ZoneOffset.UTC);
        }
    }

    /** The run is over at this node; what was reserved and not authorised returns. */
    void ended(Hash proposal);

    /** Another node speaks of agreements or consents. Never throws on what it says. */
    void heard(int peer, byte[] message);
}
