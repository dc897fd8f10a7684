package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.program.Program;

/** Scores in garbled circuits with stock in place, and stock that is made, spent, refused, bounded and dropped. */
final class StockSessionsTest {
    private static final int BANK = TestNodes.BANK;

    private StockGroup stock;
    private TestNodes group;
    private Hash hash;

    @BeforeEach
    void start() throws Exception {
        stock = new StockGroup();
        group = stock.group;
        hash = stock.hash;
    }

    @AfterEach
    void stop() {
        stock.close();
    }

    private Stocks stocks(int party) {
        return stock.stocks(party);
    }

    private Sessions.Scored run(Stocks.Picked picked) {
        return stock.run(picked);
    }

    private Refusal.Reason answer(Hash program, Proposal.Work work) throws InterruptedException {
        return stock.answer(program, work);
    }

    private Proposal.Score score(List<Long> numbers, int rows) {
        return stock.score(numbers, rows);
    }

    @Test
    void aScoreTakesFourMessagesAndEqualsPlainArithmetic() {
        Stocks.Made made = stock.make(40);
        assertTrue(made.roundTrips().longest() > 0
                && made.bytes()
                        > 40L
                                * 32
                                * StockGroup.garbled(stock.program)
                                        .function()
                                        .circuit()
                                        .ands());
        for (int party = 0; party < 4; party++) {
            assertEquals(40, stocks(party).counts().waiting(), "at party " + party);
        }
        for (int rows : new int[] {1, 1, 37}) {
            try (Stocks.Picked picked = stocks(BANK).pick(hash, rows).orElseThrow()) {
                Sessions.Scored scored = run(picked);
                for (int row = 0; row < rows; row++) {
                    assertEquals(
                            StockGroup.expected(row),
                            scored.answers().getFirst().number(row),
                            "row " + row);
                }
                group.nodes.subList(0, 3).forEach(node -> assertLabelsLast(node, scored));
            }
        }
        assertTrue(stocks(BANK).pick(hash, 2).isEmpty(), "one is left");
        for (int party = 0; party < 4; party++) {
            Stocks.Counts counts = stocks(party).counts();
            assertEquals(List.of(40L, 39L, 0L), List.of(counts.made(), counts.taken(), counts.dropped()));
        }
    }

    /**
     * After the proposal an agency sends inputs with its acceptance, products with digests when it has all inputs, and
     * when it has all products labels, to the bank alone: the fourth message. Its record was durable before.
     */
    private static void assertLabelsLast(TestNodes.Node node, Sessions.Scored scored) {
        TestNodes.await(
                () -> node.finished.stream().anyMatch(run -> run.proposal().equals(scored.proposal())));
        RunEnds.Finished run = node.finished.stream()
                .filter(each -> each.proposal().equals(scored.proposal()))
                .findFirst()
                .orElseThrow();
        assertEquals(2, run.report().rounds());
        List<RunReport.Message> labels = run.report().messages().stream()
                .filter(message -> message.round() == 3)
                .toList();
        assertFalse(labels.isEmpty());
        assertTrue(labels.stream().allMatch(message -> message.sent() && message.peer() == BANK));
        assertTrue(run.report().messages().stream().allMatch(message -> message.round() <= 3));
        assertTrue(node.authorised.contains(scored.proposal()));
    }

    @Test
    void stockIsSpentByTheProposalThatNamesItWhateverComesOfIt() throws Exception {
        stock.make(6);
        group.nodes.get(1).diskIsFull = true;
        List<Long> spent;
        try (Stocks.Picked picked = stocks(BANK).pick(hash, 2).orElseThrow()) {
            spent = picked.numbers();
            RuntimeException end = assertThrows(RuntimeException.class, () -> run(picked));
            assertTrue(end instanceof ProtocolAbort || end instanceof Refused, String.valueOf(end));
        }
        assertEquals(List.of(), group.nodes.get(1).authorised, "nothing leaves without a record");
        TestNodes.await(() -> stocks(0).counts().taken() == 2);
        assertEquals(Refusal.Reason.STOCK_USED, answer(hash, score(spent, 2)));
        group.nodes.get(1).diskIsFull = false;
        try (Stocks.Picked picked = stocks(BANK).pick(hash, 2).orElseThrow()) {
            assertEquals(
                    StockGroup.expected(1), run(picked).answers().getFirst().number(1));
            List<Long> used = picked.numbers();
            assertEquals(Refusal.Reason.STOCK_USED, answer(hash, score(used, 2)));
        }
    }

    @Test
    void numbersThatAreTwiceThereForeignOrNeverMadeAreRefused() throws Exception {
        stock.make(4);
        assertEquals(Refusal.Reason.STOCK_USED, answer(hash, score(List.of(1L, 1L), 2)));
        assertEquals(Refusal.Reason.STOCK_UNKNOWN, answer(hash, score(List.of(0L, 4L), 2)));
        assertEquals(4, stocks(0).counts().waiting(), "a proposal that is refused spends nothing");
        // Of another program that has a model, but no stock.
        Program other = StockGroup.program("other", 2, BANK);
        Hash otherHash = StockGroup.hash(other);
        Hash otherModel = stock.activate(other);
        Proposal.Row row = score(List.of(), 1).rows().getFirst();
        assertEquals(
                Refusal.Reason.STOCK_UNKNOWN,
                answer(otherHash, new Proposal.Score(otherModel, "credit", List.of(row), List.of(2L))));
        // A number is proposed once in an epoch, whatever became of it.
        assertEquals(Refusal.Reason.STOCK_USED, answer(hash, new Proposal.Stock(3, 2, 0)));
    }

    @Test
    void whatAnAgencyKeepsIsBoundedAndOfApprovedPrograms() throws Exception {
        assertEquals(Refusal.Reason.STOCK_FULL, answer(hash, new Proposal.Stock(0, 65, 0)));
        assertEquals(
                Refusal.Reason.STOCK_FULL,
                assertThrows(Refused.class, () -> stock.make(65)).refusal().reason());
        stock.make(60);
        assertEquals(Refusal.Reason.STOCK_FULL, answer(hash, new Proposal.Stock(60, 5, 0)));
        assertEquals(
                Refusal.Reason.PROGRAM_NOT_APPROVED,
                answer(StockGroup.hash(StockGroup.program("unheard of", 2, BANK)), new Proposal.Stock(0, 1, 0)));
        stocks(BANK).release(hash);
        TestNodes.await(() ->
                IntStream.range(0, 4).allMatch(party -> stocks(party).counts().waiting() == 0));
        assertEquals(60, stocks(2).counts().dropped());
        stock.make(64);
        group.nodes.get(0).approved.remove(hash);
        stocks(0).drop(hash);
        assertEquals(0, stocks(0).counts().waiting());
        Refused refused = assertThrows(Refused.class, () -> {
            try (Stocks.Picked picked = stocks(BANK).pick(hash, 1).orElseThrow()) {
                run(picked);
            }
        });
        assertEquals(Refusal.Reason.PROGRAM_NOT_APPROVED, refused.refusal().reason());
    }

    @Test
    void stockEndsWithItsEpoch() throws Exception {
        stock.make(5);
        EpochId before = stock.epoch();
        Stocks.Picked old = stocks(BANK).pick(hash, 1).orElseThrow();
        group.transports.get(0).reconnect(1);
        TestNodes.await(() -> group.transports.stream()
                .allMatch(node ->
                        node.epoch().filter(epoch -> !epoch.id().equals(before)).isPresent()));
        TestNodes.await(() ->
                IntStream.range(0, 4).allMatch(party -> stocks(party).counts().waiting() == 0));
        assertTrue(stocks(BANK).pick(hash, 1).isEmpty());
        RuntimeException end = assertThrows(RuntimeException.class, () -> run(old));
        assertTrue(end instanceof ProtocolAbort || end instanceof Refused, String.valueOf(end));
        assertEquals(Refusal.Reason.STOCK_UNKNOWN, answer(hash, score(List.of(1L), 1)));
        stock.make(3);
        try (Stocks.Picked picked = stocks(BANK).pick(hash, 3).orElseThrow()) {
            assertEquals(
                    StockGroup.expected(2), run(picked).answers().getFirst().number(2));
        }
    }

    @Test
    void aGarblerThatIsLostAfterItsAcceptanceLeavesTheBankWithoutAnAnswer() {
        stock.make(3);
        group.wire = (from, to, kind, message) -> {
            if (kind == ControlKind.ACCEPT && from == 2 && to == BANK) {
                // Its acceptance is there; nothing after it will be.
                group.transports.get(2).reconnect(BANK);
            }
            return Optional.of(message);
        };
        try (Stocks.Picked picked = stocks(BANK).pick(hash, 1).orElseThrow()) {
            ProtocolAbort end = assertThrows(ProtocolAbort.class, () -> run(picked));
            assertTrue(end.reason() == ProtocolAbort.Reason.PEER_LOST
                    || end.reason() == ProtocolAbort.Reason.PEER_STOPPED);
        }
        group.wire = (from, to, kind, message) -> Optional.of(message);
        TestNodes.await(
                () -> group.transports.stream().allMatch(node -> node.epoch().isPresent()));
    }

    /** Between its record of the release and its labels a node is gone, with all its memory. */
    @Test
    void aNodeThatIsKilledBetweenItsAcceptanceAndItsLabelsHasSpentTheStock() throws Exception {
        stock.make(6);
        EpochId before = stock.epoch();
        AtomicInteger labels = new AtomicInteger();
        group.line = (party, mesh) -> new FaultyMesh(mesh, (index, to, message) -> {
            if (party == 1 && to == BANK && !group.nodes.get(1).authorised.isEmpty()) {
                labels.incrementAndGet();
            }
            return List.of(message);
        });
        CountDownLatch gone = new CountDownLatch(1);
        group.nodes.get(1).releasing = () -> {
            group.transports.get(1).close();
            gone.countDown();
        };
        List<Long> spent;
        try (Stocks.Picked picked = stocks(BANK).pick(hash, 2).orElseThrow()) {
            spent = picked.numbers();
            RuntimeException end = assertThrows(RuntimeException.class, () -> run(picked));
            assertTrue(end instanceof ProtocolAbort || end instanceof Refused, String.valueOf(end));
        }
        assertEquals(1, group.nodes.get(1).authorised.size());
        assertEquals(0, labels.get(), "no label has left");
        for (int party : new int[] {0, 1, 2}) {
            assertEquals(2, stocks(party).counts().taken(), "spent at party " + party);
        }
        gone.await();
        group.nodes.get(1).releasing = () -> {};
        group.restart(1);
        assertFalse(stock.epoch().equals(before));
        // What was spent is unknown to all now, and so is what was not.
        assertEquals(Refusal.Reason.STOCK_UNKNOWN, answer(hash, score(spent, 2)));
        assertEquals(0, IntStream.range(0, 4).map(stock::waiting).sum());
        stock.make(3);
        assertTrue(stock.scores());
        assertTrue(labels.get() > 0, "labels were looked for in the wrong place");
    }
}
