package org.tallystick.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tallystick.bench.KillEvidence.Row;
import org.tallystick.bench.RetryingClients.Held;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.wire.GarbledStock;
import org.tallystick.node.wire.Proposal;

/**
 * What must hold however nodes were killed, judged from the logs, the answers and the statements alone:
 *
 * <ul>
 *   <li>an answer has the authorised receipts of three agencies, none of which voids it, over one proposal that the
 *       bank has signed and has in its own log, and that names the request and its subject;
 *   <li>a request has one answer, however often it is asked for, and plain arithmetic gives the same;
 *   <li>each agency charges each answered request once, and others not at all;
 *   <li>no session is accepted twice and no nonce is in two, so no mask is used twice;
 *   <li>within a connection epoch no item of stock is made twice, or named by two sessions that anybody accepts.
 * </ul>
 */
final class KillChecks {
    private static final int BANK = Role.BANK.ordinal();

    private final KillEvidence evidence;
    private final List<String> violations = new ArrayList<>();
    private final Map<Hash, Proposal> headers = new HashMap<>();
    private final List<Map<Hash, Told>> told = new ArrayList<>();

    /** What one log tells of one session. */
    private static final class Told {
        private Optional<Receipt.Accepted> accepted = Optional.empty();
        private Optional<Receipt.Authorised> authorised = Optional.empty();
        private boolean isVoided;

        boolean counts() {
            return authorised.isPresent() && !isVoided;
        }
    }

    private KillChecks(KillEvidence evidence) {
        this.evidence = evidence;
    }

    /** What does not hold, in words; empty when all does. Time and memory grow with the receipts. */
    static List<String> violations(KillEvidence evidence) {
        KillChecks checks = new KillChecks(evidence);
        for (int party = 0; party < evidence.logs().size(); party++) {
            checks.read(party);
        }
        checks.nonces();
        checks.stock();
        checks.answers();
        checks.charges();
        return List.copyOf(checks.violations);
    }

    private static String name(int party) {
        return Role.values()[party].id();
    }

    // ---- sessions

    private void read(int party) {
        Map<Hash, Told> sessions = new HashMap<>();
        told.add(sessions);
        for (Receipt receipt : evidence.logs().get(party).receipts()) {
            switch (receipt) {
                case Receipt.Accepted accepted -> {
                    Told of = sessions.computeIfAbsent(accepted.session(), any -> new Told());
                    if (of.accepted.isPresent()) {
                        violations.add(name(party) + " accepts session " + accepted.session() + " twice");
                    }
                    of.accepted = Optional.of(accepted);
                    headers.computeIfAbsent(accepted.session(), any -> parsed(accepted.header()));
                }
                case Receipt.Authorised authorised -> {
                    Told of = sessions.computeIfAbsent(authorised.session(), any -> new Told());
                    if (of.authorised.isPresent()) {
                        violations.add(name(party) + " authorises session " + authorised.session() + " twice");
                    }
                    of.authorised = Optional.of(authorised);
                }
                case Receipt.Ended ended ->
                    sessions.computeIfAbsent(ended.session(), any -> new Told()).isVoided |=
                            ended.outcome().kind() == Outcome.Kind.NOTHING_LEFT;
                case Receipt.Refused _, Receipt.Event _ -> {}
            }
        }
    }

    private static Proposal parsed(ByteString header) {
        try {
            return Proposal.parseFrom(header);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a receipt's header is no proposal", e);
        }
    }

    private void nonces() {
        Map<ByteString, Hash> first = new HashMap<>();
        headers.forEach((session, header) -> {
            Hash other = first.putIfAbsent(header.getNonce(), session);
            if (other != null) {
                violations.add("sessions " + other + " and " + session + " have one nonce");
            }
        });
    }

    // ---- stock

    private record Item(ByteString epoch, long number) {}

    private void stock() {
        Map<Item, Hash> spentBy = new HashMap<>();
        Map<ByteString, List<Hash>> made = new HashMap<>();
        headers.forEach((session, header) -> {
            for (long number : header.getStocksList()) {
                Hash other = spentBy.putIfAbsent(new Item(header.getEpoch(), number), session);
                if (other != null) {
                    violations.add("item " + number + " of stock is used by " + other + " and by " + session);
                }
            }
            if (header.getKind() == Proposal.Kind.STOCK && header.getStock().getCount() > 0) {
                made.computeIfAbsent(header.getEpoch(), any -> new ArrayList<>())
                        .add(session);
            }
        });
        made.values().forEach(this::overlaps);
    }

    private void overlaps(List<Hash> made) {
        made.sort(Comparator.comparingLong(
                session -> headers.get(session).getStock().getFirst()));
        long end = 0;
        for (Hash session : made) {
            GarbledStock stock = headers.get(session).getStock();
            if (stock.getFirst() < end) {
                violations.add(session + " makes stock that another session makes");
            }
            end = Math.max(end, stock.getFirst() + stock.getCount());
        }
    }

    // ---- answers

    private void answers() {
        Map<String, Held> first = new LinkedHashMap<>();
        for (Held held : evidence.held()) {
            Held other = first.putIfAbsent(held.request(), held);
            if (other == null) {
                answer(held);
            } else if (!other.equals(held)) {
                violations.add("request " + held.request() + " was answered in two ways: by session "
                        + other.session() + " with band " + other.rank() + " and by session " + held.session()
                        + " with band " + held.rank());
            }
        }
    }

    private void answer(Held held) {
        if (held.rank() != held.expected()) {
            violations.add("request " + held.request() + " was answered with band " + held.rank()
                    + ", plain arithmetic gives " + held.expected());
        }
        Hash session = Hash.parse(held.session());
        for (int party = 0; party < told.size(); party++) {
            Optional<String> lacking = lacking(party, session, held);
            if (lacking.isPresent()) {
                violations.add("request " + held.request() + " has an answer of session " + session + ", and "
                        + name(party) + " has no " + lacking.get());
            }
        }
    }

    /** What a node's log lacks of an answer, if anything. */
    private Optional<String> lacking(int party, Hash session, Held held) {
        Told of = told.get(party).getOrDefault(session, new Told());
        if (of.accepted.isEmpty()) {
            return Optional.of("receipt of its acceptance");
        }
        byte[] signature = of.accepted.get().signature().toByteArray();
        if (!Signing.verify(evidence.bankKey(), Signing.Domain.PROPOSAL, session.bytes(), signature)) {
            return Optional.of("proposal that the bank has signed");
        }
        List<Row> rows = evidence.logs().get(party).rows().getOrDefault(session, List.of());
        if (!rows.contains(new Row(held.request(), held.subject()))) {
            return Optional.of("such row in it");
        }
        if (party == BANK) {
            // Its own receipts but the proposal are waited for by nobody.
            return Optional.empty();
        }
        if (!of.counts()) {
            return Optional.of("receipt of an authorisation that stands");
        }
        boolean all = of.authorised.get().accepted().equals(List.of(0, 1, 2, 3));
        return all ? Optional.empty() : Optional.of("four acceptances in its authorisation");
    }

    // ---- charges

    private void charges() {
        Set<String> answered = new HashSet<>();
        evidence.held().forEach(held -> answered.add(held.request()));
        for (int party = 0; party < BANK; party++) {
            Map<String, Long> prices = prices(party);
            for (String request : answered) {
                if (!prices.containsKey(request)) {
                    violations.add(name(party) + " does not charge request " + request + ", which has an answer");
                }
            }
            for (String request : prices.keySet()) {
                if (!answered.contains(request) && !evidence.spent().contains(request)) {
                    violations.add(name(party) + " charges request " + request + ", which never had an answer");
                }
            }
            long amount = prices.values().stream().mapToLong(price -> price).sum();
            KillEvidence.Charged charged = evidence.charged().get(party);
            if (charged.rows() != prices.size() || charged.amount() != amount) {
                violations.add(name(party) + " charges " + charged.rows() + " rows and " + charged.amount()
                        + ", its receipts are of " + prices.size() + " requests and " + amount);
            }
        }
    }

    /** What each request costs that this node has let something go of. */
    private Map<String, Long> prices(int party) {
        Map<String, Long> prices = new HashMap<>();
        told.get(party).forEach((session, of) -> {
            if (of.counts()) {
                Proposal header = headers.get(session);
                if (header == null || header.getAgreement().isEmpty()) {
                    violations.add(name(party) + " lets session " + session + " go without an agreement");
                } else {
                    evidence.logs()
                            .get(party)
                            .rows()
                            .getOrDefault(session, List.of())
                            .forEach(row -> prices.putIfAbsent(row.request(), header.getPrice()));
                }
            }
        });
        return prices;
    }

    /** Proposals in any log, by kind; scores that name stock are garbled. And how many connection epochs they span. */
    static Map<String, Long> proposals(KillEvidence evidence) {
        Map<Hash, Proposal> all = new HashMap<>();
        evidence.logs()
                .forEach(log -> log.receipts().forEach(receipt -> {
                    if (receipt instanceof Receipt.Proposed proposed) {
                        all.put(proposed.session(), parsed(proposed.header()));
                    }
                }));
        Map<String, Long> counts = new TreeMap<>();
        Set<ByteString> epochs = new HashSet<>();
        all.values().forEach(header -> {
            boolean garbled = header.getStocksCount() > 0;
            counts.merge(garbled ? "garbled score" : header.getKind().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
            epochs.add(header.getEpoch());
        });
        counts.put("connection epochs", (long) epochs.size());
        return counts;
    }
}
