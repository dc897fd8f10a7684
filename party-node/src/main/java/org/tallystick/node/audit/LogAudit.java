package org.tallystick.node.audit;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.session.Hash;

/**
 * Holds the logs of a group's nodes against each other, offline, from their exports and the group's public keys: each
 * log against its own signed head and against all heads that the others have seen of it, then every session against
 * what each node says of it. It trusts no node. Of a log that was changed after a head of it was seen, one honest
 * witness is enough to name its node; of what one node says of another it believes two that agree, and says so when the
 * logs cannot decide.
 */
public final class LogAudit {
    private final AuditKeys keys;
    private final Map<Hash, SessionView> sessions = new ConcurrentHashMap<>();
    private final OneLog[] logs;
    private final List<Finding> findings = new ArrayList<>();
    private final AgreedTexts texts;
    private final SessionChecks checks;
    private final PriceChecks prices;
    private final InForceChecks inForce;
    private final long grace;
    private long open;

    private LogAudit(AuditKeys keys, long grace, AgreedPrices prices) {
        this.keys = keys;
        this.texts = new AgreedTexts(prices);
        this.prices = new PriceChecks(keys, texts, findings);
        this.grace = grace;
        this.logs = new OneLog[keys.parties()];
        this.inForce = new InForceChecks(keys, texts, party -> logs[party].agreements(), grace, findings);
        LetGoChecks.Settled settled = (party, at) -> logs[party] != null && at + grace <= logs[party].until();
        this.checks = new SessionChecks(keys, new LetGoChecks(keys, settled, findings), findings);
    }

    /**
     * Audits exports, in any order; the files are read side by side. Most of the time goes into the bank's signatures,
     * one check a session ({@code tally bench receipts} measures it); memory grows with the sessions.
     *
     * @param grace how long before a log's end a session may be without being missed there: exports are taken one after
     *     another, by clocks that differ
     * @param prices reads the agreements that the exports bring
     * @throws NodeFailure when a file cannot be read, is no export, or two are of one node
     */
    public static AuditReport of(List<Path> exports, AuditKeys keys, Duration grace, AgreedPrices prices) {
        LogAudit audit = new LogAudit(keys, grace.toMillis(), prices);
        exports.parallelStream().map(audit::read).toList().forEach(audit::place);
        audit.checkLogs();
        audit.checkSessions();
        return audit.report();
    }

    private OneLog read(Path file) {
        try {
            return OneLog.read(file, keys, sessions, texts, grace);
        } catch (MalformedReceipt e) {
            throw new NodeFailure(
                    file + " cannot be used: " + e.getMessage(), "take it with GET /v1/receipts/export from a node", e);
        } catch (IOException e) {
            throw new NodeFailure(file + " cannot be read", "name files that this user may read", e);
        }
    }

    private void place(OneLog log) {
        if (logs[log.party()] != null) {
            throw new NodeFailure(
                    "two of the files are of the " + keys.name(log.party()) + " node", "name one file of each node");
        }
        logs[log.party()] = log;
    }

    private void checkLogs() {
        for (int party = 0; party < logs.length; party++) {
            if (logs[party] == null) {
                findings.add(Finding.of(Finding.Kind.NO_LOG, party, "no export of its log was given"));
                continue;
            }
            List<Long> fitting = new ArrayList<>();
            List<Long> contradicted = new ArrayList<>();
            for (int witness = 0; witness < logs.length; witness++) {
                if (logs[witness] != null) {
                    for (TreeHead head : seen(witness, party)) {
                        (logs[party].seen(witness, head, grace) ? fitting : contradicted).add(head.size());
                    }
                }
            }
            checkAge(party);
            logs[party].locate(fitting, contradicted);
            findings.addAll(logs[party].findings());
        }
    }

    /**
     * A log tells everything until its head's time, which its node sets: one that is older than two of the others would
     * excuse it from all that came after.
     */
    private void checkAge(int party) {
        long[] others = IntStream.range(0, logs.length)
                .filter(other -> other != party && logs[other] != null)
                .mapToLong(other -> logs[other].until())
                .sorted()
                .toArray();
        if (others.length >= 2 && logs[party].until() + grace < others[others.length - 2]) {
            findings.add(Finding.of(
                    Finding.Kind.STALE,
                    party,
                    "its head is older than those of the other exports, so nothing since can be missed in its log;"
                            + " take its export again, together with the others"));
        }
    }

    /** The heads of a party that a witness shows and that the party has signed, each once. */
    private List<TreeHead> seen(int witness, int party) {
        KnownHeads known = logs[witness].known();
        List<TreeHead> heads = Stream.concat(
                        known.newest().stream(),
                        known.contradictions().stream().flatMap(each -> Stream.of(each.first(), each.second())))
                .filter(head -> head.party() == party)
                .distinct()
                .toList();
        List<TreeHead> signed = heads.stream()
                .filter(head -> head.isSignedBy(keys.group(), keys.of(party)))
                .toList();
        if (signed.size() < heads.size()) {
            findings.add(Finding.of(
                    Finding.Kind.FALSE_WITNESS,
                    witness,
                    "it shows a head of " + keys.name(party) + " that " + keys.name(party) + " has not signed"));
        }
        return signed;
    }

    private void checkSessions() {
        Map<SessionView, List<ByteString>> forged = new ConcurrentHashMap<>();
        sessions.values().parallelStream().forEach(view -> {
            List<ByteString> wrong = view.signatures().stream()
                    .filter(signature -> !Signing.verify(
                            keys.of(keys.bank()),
                            Signing.Domain.PROPOSAL,
                            view.session.bytes(),
                            signature.toByteArray()))
                    .toList();
            if (!wrong.isEmpty()) {
                forged.put(view, wrong);
            }
        });
        Map<ByteString, SessionView> byNonce = new ConcurrentHashMap<>();
        List<SessionView> inOrder = sessions.values().stream()
                .sorted(Comparator.comparingLong(SessionView::at).thenComparing(view -> view.session.hex()))
                .toList();
        for (SessionView view : inOrder) {
            boolean signed = checks.signed(view, Optional.ofNullable(forged.get(view)));
            if (signed) {
                view.facts()
                        .map(facts -> byNonce.putIfAbsent(facts.nonce(), view))
                        .ifPresent(other -> checks.twoProposals(other, view));
            }
            // What the bank never signed is a session of nobody's: whoever shows it has been named.
            if (signed && checks.agreed(view)) {
                open++;
            }
            if (signed) {
                prices.check(view);
                inForce.check(view);
            }
        }
    }

    private AuditReport report() {
        List<AuditReport.Log> read = Stream.of(logs)
                .filter(log -> log != null)
                .map(log -> new AuditReport.Log(log.party(), log.size(), log.until()))
                .toList();
        long counting = sessions.values().stream()
                .filter(view -> {
                    for (int party = 0; party < view.parties(); party++) {
                        if (view.by(party).counts()) {
                            return true;
                        }
                    }
                    return false;
                })
                .count();
        return new AuditReport(read, sessions.size(), counting, open, findings);
    }
}
