package org.tallystick.node.governance;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;

/**
 * Checks consents at this node: who signed them, what they are to, whether they have served or been withdrawn. In
 * memory; what has served is rebuilt from the receipts, what was withdrawn from storage.
 */
public final class Consents {
    /** Signatures that were right; one serves all tokens that were signed together. */
    private static final int MOST_VERIFIED = 4096;

    private final Predicate<String> revoked;
    private final KeyedHash hash = new KeyedHash();
    /** By issuer and nonce, of consents that serve once: what they serve. */
    private final Answers spent = new Answers(Integer.MAX_VALUE);

    private final Map<Hash, Held> sessions = new HashMap<>();
    private final Map<Hash, Boolean> verified = new LinkedHashMap<>(16, .75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Boolean> eldest) {
            return size() > MOST_VERIFIED;
        }
    };

    /** @param revoked whether a consent was withdrawn, by {@link Withdrawal#name} */
    public Consents(Predicate<String> revoked) {
        this.revoked = revoked;
    }

    /** The consents of a session that serve once, each and what they serve. */
    private static final class Held {
        private final List<long[]> keys = new ArrayList<>();
        private final List<Long> served = new ArrayList<>();
        private boolean authorised;
    }

    /** What a consent has to be to. */
    record Expected(Agreement agreement, String purpose, Hash program, Instant now) {}

    /** A row, and the token that its consent's text is, if it is one. Reading a text is what much of the cost is. */
    record Shown(Proposal.Row row, Optional<ConsentToken> token) {
        static List<Shown> of(List<Proposal.Row> rows) {
            return rows.stream()
                    .map(row -> new Shown(row, parsed(row.consent())))
                    .toList();
        }

        private static Optional<ConsentToken> parsed(String text) {
            try {
                return text.isEmpty() ? Optional.empty() : Optional.of(ConsentToken.parse(text));
            } catch (ConsentToken.BadToken e) {
                return Optional.empty();
            }
        }
    }

    /** Why a row's consent does not count, if so. */
    Optional<Refusal.Reason> refuses(Expected expected, Shown shown) {
        Proposal.Row row = shown.row();
        if (row.consent().isEmpty()) {
            return Optional.of(Refusal.Reason.CONSENT_MISSING);
        }
        if (shown.token().isEmpty()) {
            return Optional.of(Refusal.Reason.CONSENT_INVALID);
        }
        ConsentToken token = shown.token().get();
        if (!isIssued(expected, token)) {
            return Optional.of(Refusal.Reason.CONSENT_INVALID);
        }
        Consent consent = token.consent();
        boolean fits = consent.subject().equals(row.subject())
                && consent.bank().equals(expected.agreement().requester())
                && consent.purpose().equals(expected.purpose())
                && consent.program().equals(expected.program());
        if (!fits) {
            return Optional.of(Refusal.Reason.CONSENT_OTHER);
        }
        boolean ended = token.holder()
                .filter(holder -> !expected.now().isBefore(holder.until()))
                .isPresent();
        if (ended || !expected.now().isBefore(consent.expires())) {
            return Optional.of(Refusal.Reason.CONSENT_EXPIRED);
        }
        if (revoked.test(name(token))) {
            return Optional.of(Refusal.Reason.CONSENT_REVOKED);
        }
        return Optional.empty();
    }

    private boolean isIssued(Expected expected, ConsentToken token) {
        String key = HexFormat.of().formatHex(token.issuerKey());
        boolean known = expected.agreement().issuers().stream()
                .anyMatch(issuer ->
                        issuer.suite() == token.suite() && issuer.publicKey().equals(key));
        if (!known) {
            return false;
        }
        byte[] signed = token.signedBytes();
        if (token.holder().isPresent()) {
            return token.isSigned(signed);
        }
        Hash name = Hash.over("tallystick/consent/seen", token.issuerKey(), signed, token.signature());
        synchronized (verified) {
            if (verified.containsKey(name)) {
                return true;
            }
        }
        boolean right = token.isSigned(signed);
        if (right) {
            synchronized (verified) {
                verified.put(name, true);
            }
        }
        return right;
    }

    /**
     * Lets consents that serve one request serve these; or none, when some have served another.
     *
     * @param asked what is asked about all rows: by which model, for what
     * @return rows whose consent has, or serves one that is under way
     */
    synchronized Optional<Refusal> spend(Hash session, String asked, List<Shown> rows) {
        RefusedRows refused = new RefusedRows();
        Set<String> here = new HashSet<>();
        Held held = held(asked, rows, (row, name, key, serves) -> {
            Answers.Standing standing = here.add(name) ? spent.standing(key, serves, 0) : Answers.Standing.ANSWERED;
            refused.add(standing, Refusal.Reason.CONSENT_SPENT, row);
        });
        if (refused.isEmpty()) {
            hold(session, held);
        }
        return refused.first();
    }

    /** Lets the consents of a session serve it that the receipts say was accepted, whatever they have served. */
    synchronized void recall(Hash session, String asked, List<Shown> rows) {
        hold(session, held(asked, rows, (row, name, key, serves) -> {}));
    }

    private void hold(Hash session, Held held) {
        for (int k = 0; k < held.keys.size(); k++) {
            spent.hold(held.keys.get(k), held.served.get(k), 0);
        }
        if (!held.keys.isEmpty()) {
            sessions.put(session, held);
        }
    }

    /** Told of each row whose consent serves once. */
    private interface Once {
        void row(int row, String name, long[] key, long serves);
    }

    private Held held(String asked, List<Shown> rows, Once told) {
        Held held = new Held();
        for (int row = 0; row < rows.size(); row++) {
            Optional<ConsentToken> token =
                    rows.get(row).token().filter(each -> !each.consent().standing());
            if (token.isPresent()) {
                String name = name(token.get());
                long[] key = hash.of(name);
                // The request's id is the bank's to choose: alone it would serve whatever runs under it.
                long serves = hash.of(utf8(rows.get(row).row().request()), utf8(asked))[0];
                told.row(row, name, key, serves);
                held.keys.add(key);
                held.served.add(serves);
            }
        }
        return held;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Nonces are an issuer's own: another's consent of the same nonce is another consent. */
    private static String name(ConsentToken token) {
        return name(token.issuerKey(), token.consent().nonce());
    }

    /** By what withdrawals find a consent. */
    static String name(byte[] issuerKey, String nonce) {
        return HexFormat.of().formatHex(issuerKey) + "." + nonce;
    }

    /**
     * Something is about to be told on the strength of the session's consents.
     *
     * @return false, and nothing has served, when other sessions of their requests have used them as often as may be
     */
    synchronized boolean authorise(Hash session) {
        Held held = sessions.get(session);
        if (held != null && !held.authorised && !held.keys.stream().allMatch(spent::mayServe)) {
            return false;
        }
        authorised(session);
        return true;
    }

    /** Something may have been told on the strength of the session's consents: they have served. */
    synchronized void authorised(Hash session) {
        Held held = sessions.get(session);
        if (held != null && !held.authorised) {
            held.authorised = true;
            held.keys.forEach(key -> spent.serve(key, 0));
        }
    }

    /** Nothing of an authorised session has left this node. Before {@link #ended}. */
    synchronized void voided(Hash session) {
        over(session, true);
    }

    /** The session is over; what it spent without an authorisation may serve again. */
    synchronized void ended(Hash session) {
        over(session, false);
    }

    private void over(Hash session, boolean voided) {
        Held held = sessions.remove(session);
        if (held != null) {
            held.keys.forEach(key -> spent.release(key, voided && held.authorised));
        }
    }
}
