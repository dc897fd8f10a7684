package org.tallystick.node.governance;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.Agreements;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.wire.SharedAgreement;

/** Consents that are withdrawn: told here or by other nodes, kept, and told on. */
final class Withdrawals {
    /** In one message. */
    static final int MOST = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Withdrawals.class);
    private static final Hash NO_AGREEMENT = Hash.of(new byte[Hash.BYTES]);

    /** New ones that one peer may tell in a day; each is a row, a receipt and an entry in memory. */
    private static final int MOST_A_DAY = 100_000;

    private final Register register;
    private final Agreements storage;
    private final Set<String> names;
    private final Register.Journal record;
    private final Clock clock;
    /** Names of those that hold and are not on record, or not yet: when they are told again they are put there. */
    private final Set<String> unrecorded = ConcurrentHashMap.newKeySet();
    /** By peer, how many that were new here it has told today. */
    private final Map<Integer, Told> told = new ConcurrentHashMap<>();

    private record Told(LocalDate day, int withdrawals) {}

    /** @param names those known, which grow */
    Withdrawals(Register register, Agreements storage, Set<String> names, Register.Journal record, Clock clock) {
        this.register = register;
        this.storage = storage;
        this.names = names;
        this.record = record;
        this.clock = clock;
    }

    boolean contains(String name) {
        return names.contains(name);
    }

    /** Whether one holds here. */
    boolean isKnown(String text) {
        return Withdrawal.parse(text)
                .map(Withdrawal::name)
                .filter(this::contains)
                .isPresent();
    }

    /**
     * Notes one; false when it was known and is on record, or its issuer is nobody's here.
     *
     * @throws StorageFailure when it may not be stored, or when it {@linkplain #isKnown is known} and not on record:
     *     then it holds, and is put on record when it is told again, or at the node's next start
     */
    boolean note(String text) {
        return fresh(text).filter(this::note).isPresent();
    }

    /**
     * One that is not known or not on record yet, by an issuer of an agreement that was signed here; the signature is
     * looked at last.
     */
    private Optional<Withdrawal> fresh(String text) {
        return Withdrawal.parse(text)
                .filter(withdrawal -> !names.contains(withdrawal.name()) || unrecorded.contains(withdrawal.name()))
                .filter(this::isIssuers)
                .filter(Withdrawal::isRight);
    }

    /** What another party merely offers names no issuer: it would name itself. */
    private boolean isIssuers(Withdrawal withdrawal) {
        return register.all().stream()
                .filter(entry -> entry.state() != State.OFFERED && entry.state() != State.PROPOSED)
                .filter(entry -> entry.signed().stream().anyMatch(signed -> signed.party() == register.self()))
                .flatMap(entry -> entry.agreement().issuers().stream())
                .anyMatch(issuer -> issuer.suite() == withdrawal.suite()
                        && issuer.publicKey().equals(withdrawal.issuerKey()));
    }

    /** One at a time: whoever is told the same meanwhile waits, lest it be said to be on record before it is. */
    private synchronized boolean note(Withdrawal withdrawal) {
        String name = withdrawal.name();
        if (names.contains(name) && !unrecorded.contains(name)) {
            return false;
        }
        // It may be there from an earlier time, when it was not certain that it was on the disk.
        storage.withdrawConsent(withdrawal.stored(), clock.instant());
        unrecorded.add(name);
        names.add(name);
        record.changed(Events.withdrawn(withdrawal), NO_AGREEMENT, "").await();
        unrecorded.remove(name);
        return true;
    }

    /**
     * What a peer tells. One that cannot be stored now is heard of when it is told anew; one that is stored and cannot
     * be put on record holds, and is put on record then or at the node's next start. Neither costs the others anything.
     */
    void heard(int peer, List<String> texts) {
        List<StorageFailure> failures = new ArrayList<>();
        for (String text : texts) {
            try {
                heard(peer, text);
            } catch (StorageFailure e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            LOG.error(
                    "{} withdrawals that party {} tells of are not kept or not on record: {}",
                    failures.size(),
                    peer,
                    failures.getFirst().getMessage());
        }
    }

    private void heard(int peer, String text) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Told before = told.getOrDefault(peer, new Told(today, 0));
        int so = before.day().equals(today) ? before.withdrawals() : 0;
        if (so >= MOST_A_DAY) {
            return;
        }
        fresh(text).ifPresent(withdrawal -> {
            note(withdrawal);
            told.put(peer, new Told(today, so + 1));
            if (so + 1 == MOST_A_DAY) {
                LOG.warn("party {} tells of more withdrawn consents today than are noted", peer);
            }
        });
    }

    static byte[] message(String text) {
        return SharedAgreement.newBuilder().addWithdrawals(text).build().toByteArray();
    }

    /** Messages of all that are stored: pages from the oldest on, so that a full one stays as it is; the last first. */
    List<byte[]> messages() {
        List<Agreements.Withdrawn> all = storage.withdrawnConsents().reversed();
        List<byte[]> pages = new ArrayList<>();
        for (int from = 0; from < all.size(); from += MOST) {
            SharedAgreement.Builder page = SharedAgreement.newBuilder();
            all.subList(from, Math.min(all.size(), from + MOST)).forEach(each -> page.addWithdrawals(each.statement()));
            pages.add(page.build().toByteArray());
        }
        return pages.reversed();
    }
}
