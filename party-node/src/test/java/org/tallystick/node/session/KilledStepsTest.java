package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.ControlKind;

/**
 * Each node is gone at each step of a garbled score, with all its memory: the bank has an answer only with three
 * records of it, nothing that was spent comes back, the session's proposal is worth nothing any more, and the request
 * is answered when it is asked again.
 */
@Tag("slow")
final class KilledStepsTest {
    private static final int BANK = TestNodes.BANK;
    private static final int ROWS = 2;

    private final Set<Hash> answering = new HashSet<>();
    private final Set<String> items = new HashSet<>();

    @Test
    void whereverANodeIsGoneAnAnswerHasItsRecordsAndTheRequestIsAnsweredInTheEnd() throws Exception {
        try (StockGroup stock = new StockGroup()) {
            for (int party = 0; party < BANK; party++) {
                for (Step step : Step.values()) {
                    gone(stock, party, step);
                }
            }
            // The bank waits for no other record of its own.
            gone(stock, BANK, Step.ACCEPTING);
            gone(stock, BANK, Step.ENDING);
        }
        assertTrue(answering.size() >= BANK * Step.values().length + 1);
    }

    private void gone(StockGroup stock, int party, Step step) throws Exception {
        TestNodes group = stock.group;
        TestNodes.Node victim = group.nodes.get(party);
        stock.make(2 * ROWS);
        EpochId epoch = stock.epoch();
        AtomicReference<byte[]> proposal = new AtomicReference<>(new byte[0]);
        group.wire = (from, to, kind, message) -> {
            if (kind == ControlKind.PROPOSAL) {
                proposal.set(message);
            }
            return Optional.of(message);
        };
        CountDownLatch killed = new CountDownLatch(1);
        int before = victim.authorised.size();
        int all = authorised(group);
        victim.at = reached -> {
            if (reached == step && !victim.isGone) {
                TestNodes.await(() -> proposal.get().length > 0);
                victim.isGone = true;
                group.transports.get(party).close();
                killed.countDown();
            }
        };
        Proposal.Score asked = stock.score(List.of(), ROWS);
        Optional<Sessions.Scored> answer = scored(stock, asked);
        assertTrue(killed.await(3, TimeUnit.MINUTES), "the step never came");
        boolean isAuthorised = step.compareTo(Step.AUTHORISED) >= 0 && party != BANK;
        assertEquals(isAuthorised ? before + 1 : before, victim.authorised.size());
        if (step == Step.ACCEPTING) {
            assertEquals(all, authorised(group), "authorised before party " + party + " had the proposal on record");
        }
        if (step.compareTo(Step.ENDING) < 0) {
            assertTrue(answer.isEmpty(), "an answer without the labels of party " + party + " at " + step);
        }
        answer.ifPresent(found -> assertRecorded(stock, found));
        restart(stock, party);
        assertFalse(stock.epoch().equals(epoch));
        assertWorthNothing(stock, proposal.get());
        assertRecorded(stock, scored(stock, asked).orElseThrow());
    }

    private static int authorised(TestNodes group) {
        return group.nodes.stream().mapToInt(node -> node.authorised.size()).sum();
    }

    private static void restart(StockGroup stock, int party) throws Exception {
        TestNodes.Node victim = stock.group.nodes.get(party);
        victim.at = step -> {};
        victim.isGone = false;
        stock.group.restart(party);
        stock.group.wire = (from, to, kind, message) -> Optional.of(message);
    }

    /** Garbled where there is stock, which there is but after a kill; empty when it was broken off. */
    private Optional<Sessions.Scored> scored(StockGroup stock, Proposal.Score asked) {
        Optional<Stocks.Picked> picked = stock.stocks(BANK).pick(stock.hash, ROWS);
        List<Long> numbers = picked.map(Stocks.Picked::numbers).orElse(List.of());
        for (long number : numbers) {
            assertTrue(items.add(stock.epoch() + " " + number), "an item of stock is given out twice");
        }
        try {
            Proposal.Score score = new Proposal.Score(asked.model(), asked.purpose(), asked.rows(), numbers);
            return Optional.of(stock.group.bank().sessions.score(stock.program, stock.hash, score, List.of(), picked));
        } catch (org.tallystick.net.ProtocolAbort | Refused e) {
            return Optional.empty();
        } finally {
            picked.ifPresent(Stocks.Picked::close);
        }
    }

    /** Right, and authorised by three agencies, none of which says that nothing left it. */
    private void assertRecorded(StockGroup stock, Sessions.Scored found) {
        assertTrue(answering.add(found.proposal()), "two answers of one session");
        for (int row = 0; row < ROWS; row++) {
            assertEquals(StockGroup.expected(row), found.answers().getFirst().number(row));
        }
        for (int party = 0; party < BANK; party++) {
            TestNodes.Node agency = stock.group.nodes.get(party);
            assertTrue(agency.accepted.containsKey(found.proposal()), "no acceptance on record at party " + party);
            assertTrue(agency.authorised.contains(found.proposal()), "no authorisation on record at party " + party);
            assertFalse(agency.voided.contains(found.proposal()), "voided at party " + party);
        }
    }

    /** No agency takes part in the old session again, not even one that has forgotten it. */
    private static void assertWorthNothing(StockGroup stock, byte[] proposal) throws InterruptedException {
        List<Refusal.Reason> said = new ArrayList<>();
        for (TestNodes.Node agency : stock.group.nodes.subList(0, BANK)) {
            agency.ownRefusals.clear();
            assertTrue(stock.group.transports.get(BANK).control(agency.self, ControlKind.PROPOSAL, proposal));
            said.add(agency.ownRefusals.poll(3, TimeUnit.MINUTES));
        }
        assertEquals(Arrays.asList(Refusal.Reason.EPOCH, Refusal.Reason.EPOCH, Refusal.Reason.EPOCH), said);
    }
}
