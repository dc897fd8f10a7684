package org.tallystick.node.governance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    /** By nonce: the request that it served. */
    private final Book spent = new Book();

    private final Map<Hash, List<String[]>> sessions = new ConcurrentHashMap<>();
    private final Map<Hash, Boolean> verified = new LinkedHashMap<>(16, .75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Boolean> eldest) {
            return size() > MOST_VERIFIED;
        }
    };

    /** @param revoked whether the consent of a nonce was withdrawn */
    public Consents(Predicate<String> revoked) {
        this.revoked = revoked;
    }

    /** What a consent has to be to. */
    record Expected(Agreement agreement, String purpose, Hash program, Instant now) {}

    /** Why a row's consent does not count, if so. */
    Optional<Refusal.Reason> refuses(Expected expected, Proposal.Row row) {
        if (row.consent().isEmpty()) {
            return Optional.of(Refusal.Reason.CONSENT_MISSING);
        }
        ConsentToken token;
        try {
            token = ConsentToken.parse(row.consent());
        } catch (ConsentToken.BadToken e) {
            return Optional.of(Refusal.Reason.CONSENT_INVALID);
        }
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
        if (revoked.test(consent.nonce())) {
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
     * @return rows whose consent has
     */
    synchronized List<Integer> spend(Hash session, List<Proposal.Row> rows) {
        List<Integer> used = new ArrayList<>();
        List<String[]> once = new ArrayList<>();
        Set<String> here = new HashSet<>();
        for (int row = 0; row < rows.size(); row++) {
            Optional<String> nonce = nonceOnce(rows.get(row).consent());
            if (nonce.isEmpty()) {
                continue;
            }
            String request = rows.get(row).request();
            String key = nonce.get();
            if (!here.add(key) || isSpentByAnother(key, request)) {
                used.add(row);
            }
            once.add(new String[] {key, request});
        }
        if (used.isEmpty() && !once.isEmpty()) {
            List<String[]> fresh = new ArrayList<>();
            for (String[] each : once) {
                int place = place(each[0]);
                if (spent.first(place) == 0 && spent.second(place) == 0) {
                    spent.set(place, word(each[1], 0), word(each[1], 1));
                    fresh.add(each);
                }
            }
            sessions.put(session, fresh);
        }
        return used;
    }

    private boolean isSpentByAnother(String nonce, String request) {
        int place = place(nonce);
        boolean free = spent.first(place) == 0 && spent.second(place) == 0;
        return !free && (spent.first(place) != word(request, 0) || spent.second(place) != word(request, 1));
    }

    private int place(String nonce) {
        return spent.place(word(nonce, 0), word(nonce, 1) | 1);
    }

    private static Optional<String> nonceOnce(String token) {
        try {
            Consent consent = ConsentToken.parse(token).consent();
            return consent.standing() ? Optional.empty() : Optional.of(consent.nonce());
        } catch (ConsentToken.BadToken e) {
            return Optional.empty();
        }
    }

    /** Something may have been told on the strength of the session's consents: they have served. */
    synchronized void authorised(Hash session) {
        sessions.remove(session);
    }

    /** The session is over; what it spent without an authorisation may serve again. */
    synchronized void ended(Hash session) {
        List<String[]> fresh = sessions.remove(session);
        if (fresh != null) {
            fresh.forEach(each -> spent.set(place(each[0]), 0, 0));
        }
    }

    private static long word(String hex, int number) {
        return Long.parseUnsignedLong(hex, number * 16, number * 16 + 16, 16);
    }
}
