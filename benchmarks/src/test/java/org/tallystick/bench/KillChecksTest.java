package org.tallystick.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tallystick.bench.KillEvidence.Charged;
import org.tallystick.bench.KillEvidence.NodeLog;
import org.tallystick.bench.KillEvidence.Row;
import org.tallystick.bench.RetryingClients.Held;
import org.tallystick.node.audit.Proposals;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.wire.GarbledStock;
import org.tallystick.node.wire.Proposal;

/** Each thing that kills must not do, done on purpose, is found. */
final class KillChecksTest {
    private static final int BANK = 3;
    private static final long PRICE = 100;

    private final Signing bank = Signing.generate();
    private final List<List<Receipt>> receipts = IntStream.range(0, 4)
            .mapToObj(i -> (List<Receipt>) new ArrayList<Receipt>())
            .toList();
    private final List<Map<Hash, List<Row>>> rows = IntStream.range(0, 4)
            .mapToObj(i -> (Map<Hash, List<Row>>) new HashMap<Hash, List<Row>>())
            .toList();
    private final List<Held> held = new ArrayList<>();
    private final Map<Integer, Charged> charged = new HashMap<>();
    private Set<String> spent = Set.of();
    private int nonces;

    @BeforeEach
    void fourHonestLogs() {
        for (int party = 0; party < BANK; party++) {
            charged.put(party, new Charged(0, 0));
        }
        accept(Proposal.newBuilder()
                .setKind(Proposal.Kind.STOCK)
                .setStock(GarbledStock.newBuilder().setFirst(0).setCount(10)));
        for (int number = 0; number < 3; number++) {
            answered("request-" + number, number);
            charge(1);
        }
    }

    private void charge(int requests) {
        charged.replaceAll((party, sum) -> sum.plus(new Charged(requests, requests * PRICE)));
    }

    private Proposal.Builder score(long... stock) {
        Proposal.Builder score = Proposal.newBuilder()
                .setKind(Proposal.Kind.SCORE)
                .setPrice(PRICE)
                .setAgreement(ByteString.copyFrom(new byte[Hash.BYTES]));
        for (long number : stock) {
            score.addStocks(number);
        }
        return score;
    }

    /** Puts it into all four logs as accepted. */
    private Hash accept(Proposal.Builder proposal) {
        if (proposal.getNonce().isEmpty()) {
            proposal.setNonce(ByteString.copyFrom(
                    ByteBuffer.allocate(Hash.BYTES).putInt(nonces++).array()));
        }
        byte[] header =
                proposal.setEpoch(ByteString.copyFromUtf8("epoch")).build().toByteArray();
        Hash session = Proposals.session(header);
        ByteString signature = ByteString.copyFrom(bank.sign(Signing.Domain.PROPOSAL, session.bytes()));
        receipts.forEach(log -> log.add(new Receipt.Accepted(0, ByteString.copyFrom(header), signature, 3, PRICE)));
        return session;
    }

    /** Lets a session's answers go at all nodes, to a request each. */
    private void release(Hash session, String... requests) {
        List<Row> about = new ArrayList<>();
        for (String request : requests) {
            about.add(new Row(request, "about " + request));
        }
        for (int party = 0; party <= BANK; party++) {
            receipts.get(party).add(new Receipt.Authorised(0, session, List.of(0, 1, 2, 3)));
            receipts.get(party).add(new Receipt.Ended(0, session, Outcome.released()));
            rows.get(party).put(session, about);
        }
    }

    private Held answered(String request, long... stock) {
        Hash session = accept(score(stock));
        release(session, request);
        Held answer = new Held(request, "about " + request, session.hex(), 2, 2);
        held.add(answer);
        return answer;
    }

    private List<String> violations() {
        List<NodeLog> logs = IntStream.range(0, 4)
                .mapToObj(party -> new NodeLog(receipts.get(party), rows.get(party)))
                .toList();
        List<Charged> sums = IntStream.range(0, BANK).mapToObj(charged::get).toList();
        return KillChecks.violations(new KillEvidence(logs, held, spent, sums, bank.publicKey()));
    }

    private void assertFinds(String... words) {
        List<String> found = violations();
        for (String word : words) {
            assertTrue(found.stream().anyMatch(each -> each.contains(word)), () -> word + " is not in " + found);
        }
        assertEquals(words.length, found.size(), found::toString);
    }

    private void without(int party, Predicate<Receipt> which) {
        assertTrue(receipts.get(party).removeIf(which));
    }

    @Test
    void whatMayHappenUnderKillsIsNoViolation() {
        Held first = held.getFirst();
        held.add(first);
        // The answer was on its way when the bank was killed: run again, charged once.
        Hash lost = accept(score(7));
        release(lost, "request-9");
        answered("request-9", 8);
        charge(1);
        // Voided at one agency: nothing of it is charged there.
        Hash voided = accept(score());
        receipts.get(1).add(new Receipt.Authorised(0, voided, List.of(0, 1, 2, 3)));
        receipts.get(1).add(new Receipt.Ended(0, voided, Outcome.nothingLeft()));
        rows.get(1).put(voided, List.of(new Row("request-0", "about request-0")));
        // Ended for want of budget: charged, and said to be.
        release(accept(score()), "request-10");
        charge(1);
        spent = Set.of("request-10");

        assertEquals(List.of(), violations());
    }

    @Test
    void anAnswerNeedsTheReceiptsOfAllAgencies() {
        Hash session = Hash.parse(held.getFirst().session());
        without(
                1,
                receipt ->
                        receipt instanceof Receipt.Authorised of && of.session().equals(session));
        assertFinds(
                "utility has no receipt of an authorisation",
                "utility does not charge request request-0",
                "utility charges 3 rows");
    }

    @Test
    void anAnswerNeedsASessionAndTheBanksOwnReceipt() {
        without(
                BANK,
                receipt -> receipt instanceof Receipt.Accepted of
                        && of.session().hex().equals(held.getFirst().session()));
        assertFinds("bank has no receipt of its acceptance");
    }

    @Test
    void anAnswerOutOfNowhereIsFound() {
        held.add(new Held("request-5", "about request-5", Hash.over("nothing").hex(), 2, 2));
        List<String> found = violations();
        for (String who : List.of("tax", "utility", "social-security", "bank")) {
            assertTrue(found.stream().anyMatch(each -> each.endsWith(who + " has no receipt of its acceptance")));
        }
        assertEquals(
                3,
                found.stream()
                        .filter(each -> each.contains("does not charge request"))
                        .count());
    }

    @Test
    void anAnswerNeedsAVoteOfFourAndItsOwnRow() {
        Hash session = Hash.parse(held.getFirst().session());
        without(
                2,
                receipt ->
                        receipt instanceof Receipt.Authorised of && of.session().equals(session));
        receipts.get(2).add(new Receipt.Authorised(0, session, List.of(0, 2, 3)));
        rows.get(BANK).put(session, List.of(new Row("request-0", "another")));
        assertFinds("social-security has no four acceptances", "bank has no such row");
    }

    @Test
    void anAnswerThatAnAgencyVoidsIsFound() {
        Hash session = Hash.parse(held.getFirst().session());
        receipts.get(0).add(new Receipt.Ended(1, session, Outcome.nothingLeft()));
        assertFinds("tax has no receipt of an authorisation", "tax does not charge", "tax charges 3 rows");
    }

    @Test
    void aProposalThatTheBankHasNotSignedIsFound() {
        Receipt.Accepted accepted = (Receipt.Accepted) receipts.get(0).get(1);
        ByteString other = ByteString.copyFrom(Signing.generate()
                .sign(Signing.Domain.PROPOSAL, accepted.session().bytes()));
        receipts.get(0).set(1, new Receipt.Accepted(0, accepted.header(), other, 3, PRICE));
        assertFinds("tax has no proposal that the bank has signed");
    }

    @Test
    void twoAnswersToOneRequestAreFound() {
        Held first = held.getFirst();
        Held other = answered(first.request(), 9);
        assertFinds("answered in two ways: by session " + first.session());
        held.remove(other);
        held.add(new Held(first.request(), first.subject(), first.session(), 3, 2));
        assertFinds("answered in two ways");
    }

    @Test
    void aWrongAnswerIsFound() {
        Held first = held.removeFirst();
        held.add(new Held(first.request(), first.subject(), first.session(), 3, 2));
        assertFinds("plain arithmetic gives 2");
    }

    @Test
    void aDoubleChargeALostOneAndAnotherPriceAreFound() {
        charged.put(0, new Charged(4, 4 * PRICE));
        charged.put(1, new Charged(2, 2 * PRICE));
        charged.put(2, new Charged(3, 3 * PRICE + 1));
        assertFinds("tax charges 4 rows", "utility charges 2 rows", "social-security charges 3 rows and 301");
    }

    @Test
    void aChargeWithoutAnAnswerIsFoundAtEachAgency() {
        release(accept(score()), "request-7");
        charge(1);
        assertFinds(
                "tax charges request request-7",
                "utility charges request request-7",
                "social-security charges request request-7");
    }

    @Test
    void whatIsLetGoWithoutAnAgreementIsFound() {
        release(accept(Proposal.newBuilder().setKind(Proposal.Kind.SCORE)), "request-0");
        assertFinds("tax lets session", "utility lets session", "social-security lets session");
    }

    @Test
    void aSessionTwiceAndANonceTwiceAreFound() {
        receipts.get(2).add(receipts.get(2).get(1));
        Proposal.Builder again = score().setNonce(ByteString.copyFrom(
                ByteBuffer.allocate(Hash.BYTES).putInt(0).array()));
        accept(again);
        assertFinds("social-security accepts session", "have one nonce");
    }

    @Test
    void stockThatIsUsedOrMadeTwiceIsFound() {
        accept(score(1));
        accept(Proposal.newBuilder()
                .setKind(Proposal.Kind.STOCK)
                .setStock(GarbledStock.newBuilder().setFirst(9).setCount(3)));
        assertFinds("item 1 of stock is used by", "makes stock that another session makes");
    }
}
