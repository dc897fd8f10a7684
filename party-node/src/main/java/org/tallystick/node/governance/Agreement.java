package org.tallystick.node.governance;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.session.Hash;

/**
 * A data-use agreement between the agencies of a group and its bank: what may be computed from whose columns, for which
 * purposes, at which price, how often, and how much of a business it may tell. {@link AgreementFormat} gives it the one
 * encoding that is hashed and signed.
 *
 * @param id names the agreement through all its revisions, 16 bytes in hexadecimal
 * @param revision from 1
 * @param previous the revision before, which is over when this one is in force; empty in the first
 * @param requester the bank in words
 * @param purposes for which scores may be asked
 * @param uses the programs, each with its models
 * @param columns what each agency contributes, as the programs declare it
 * @param currency ISO 4217; prices are in its smallest unit
 * @param floor the weakest security profile
 * @param issuers whose consents count
 * @param validUntil exclusive
 * @param retentionDays how long the bank keeps answers
 */
public record Agreement(
        String id,
        int revision,
        Optional<Hash> previous,
        String group,
        String title,
        String requester,
        List<Purpose> purposes,
        List<Use> uses,
        List<Column> columns,
        String currency,
        String floor,
        Limits limits,
        List<Issuer> issuers,
        Instant validFrom,
        Instant validUntil,
        int retentionDays) {
    public Agreement {
        purposes = List.copyOf(purposes);
        uses = List.copyOf(uses);
        columns = List.copyOf(columns);
        issuers = List.copyOf(issuers);
    }

    /** @param publicInterest whether it is free of charge */
    public record Purpose(String name, boolean publicInterest) {}

    /** What a program does with data. */
    public enum Kind {
        SCORE,
        TABLE,
        TRAINING,
        EVALUATION
    }

    /**
     * One program.
     *
     * @param program hash of its encoding, or of the training's or evaluation's plan
     * @param models digests of the activated models, commitments of all who hold their shares; of scores alone
     * @param bits that an answer tells about its subject
     * @param consent whether each subject must have consented
     * @param prices what each agency gets for a row, by its role
     */
    public record Use(Kind kind, Hash program, List<Hash> models, int bits, boolean consent, Map<String, Long> prices) {
        public Use {
            models = List.copyOf(models);
            prices = Map.copyOf(prices);
        }

        /** What a row costs the bank. */
        public long price() {
            return prices.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** An agency's column and its declared range, both ends included, scaled by 2^scale. */
    public record Column(String owner, String name, String meaning, long low, long high, int scale) {}

    /**
     * How much and how often.
     *
     * @param bitsPerSubject over all models, within {@code windowDays}
     * @param windowDays within which a model answers once about a subject
     * @param usesPerDay rows of one model within a day (UTC)
     * @param minimumGroup the fewest subjects of anything aggregate
     * @param minimumWeights the fewest weights that are not zero among each agency's columns, found inside the
     *     computation when a model is activated
     * @param bandBits falling into a band between two thresholds tells at most so many bits of where a score lies in
     *     its declared range; that a model's private thresholds are so far apart is found in the same way
     */
    public record Limits(
            int bitsPerSubject, int windowDays, long usesPerDay, int minimumGroup, int minimumWeights, int bandBits) {}

    /** Who signs consents: a registrar's service or another that the agencies trust with that. */
    public record Issuer(String name, SignatureSuite suite, String publicKey) {}

    public boolean isValidAt(Instant time) {
        return !time.isBefore(validFrom) && time.isBefore(validUntil);
    }

    /** The use of a program, if it is agreed on. */
    public Optional<Use> use(Hash program) {
        return uses.stream().filter(use -> use.program().equals(program)).findFirst();
    }

    public Optional<Purpose> purpose(String name) {
        return purposes.stream().filter(purpose -> purpose.name().equals(name)).findFirst();
    }

    /** What a row of a use costs for a purpose: nothing in the public interest. */
    public long price(Use use, String purpose) {
        return purpose(purpose).filter(Purpose::publicInterest).isPresent() ? 0 : use.price();
    }
}
