package org.tallystick.node.governance;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.session.Hash;

/** An agreement and consents to try things with. */
final class Samples {
    static final String SUBJECT = "91350100M000100Y43";
    static final String BANK = "First Bank of Rong";
    static final String PURPOSE = "loan approval";
    static final Hash PROGRAM = Hash.over("sample", new byte[] {1});
    static final Hash MODEL = Hash.over("sample", new byte[] {2});
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    /** Names an agreement that is not {@link #agreement}. */
    static final String OTHER = "ffeeddccbbaa99887766554433221100";

    static final SignatureSuite.Key ISSUER = SignatureSuite.ED25519.generate();

    private Samples() {}

    static Agreement agreement() {
        return agreement(ISSUER, new Agreement.Limits(12, 90, 1000, 100, 2, 24));
    }

    static Agreement agreement(SignatureSuite.Key issuer, Agreement.Limits limits) {
        return new Agreement(
                "00112233445566778899aabbccddeeff",
                1,
                Optional.empty(),
                "demo",
                "Loans to small businesses",
                BANK,
                List.of(new Agreement.Purpose(PURPOSE, false), new Agreement.Purpose("relief of hardship", true)),
                List.of(new Agreement.Use(
                        Agreement.Kind.SCORE,
                        PROGRAM,
                        List.of(MODEL),
                        3,
                        true,
                        Map.of("tax", 50L, "utility", 20L, "social-security", 30L))),
                List.of(new Agreement.Column("tax", "revenue", "number", 0, 1L << 40, 8)),
                "CNY",
                "rep4",
                limits,
                List.of(new Agreement.Issuer(
                        "registrar", issuer.suite(), HexFormat.of().formatHex(issuer.publicKey()))),
                Instant.parse("2026-11-01T00:00:00Z"),
                Instant.parse("2027-01-01T00:00:00Z"),
                365);
    }

    /** The same under other names, of another revision, from another time on. */
    static Agreement agreement(String id, int number, Optional<Hash> previous, String title, Instant from) {
        return changed(id, number, previous, title, agreement().issuers(), from);
    }

    /** Another agreement whose consents somebody else signs. */
    static Agreement anotherOf(SignatureSuite.Key issuer) {
        Agreement first = agreement();
        Agreement.Issuer other =
                new Agreement.Issuer("another", issuer.suite(), HexFormat.of().formatHex(issuer.publicKey()));
        return changed(OTHER, 1, Optional.empty(), first.title(), List.of(other), first.validFrom());
    }

    private static Agreement changed(
            String id,
            int number,
            Optional<Hash> previous,
            String title,
            List<Agreement.Issuer> issuers,
            Instant from) {
        Agreement first = agreement();
        return new Agreement(
                id,
                number,
                previous,
                first.group(),
                title,
                first.requester(),
                first.purposes(),
                first.uses(),
                first.columns(),
                first.currency(),
                first.floor(),
                first.limits(),
                issuers,
                from,
                first.validUntil(),
                first.retentionDays());
    }

    static Consent consent(String subject, String nonce) {
        return new Consent(subject, BANK, PURPOSE, PROGRAM, false, nonce, NOW.plusSeconds(3600));
    }
}
