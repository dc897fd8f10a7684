package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.transport.SessionMesh;
import org.tallystick.node.transport.TransportConfig;
import org.tallystick.node.wire.Acceptance;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.plan.NetworkProbe;
import org.tallystick.program.Program;

/** Stock that nobody will use, a bank that does not read, and what is refused before it costs anything. */
final class StockLimitsTest {
    private static final int BANK = TestNodes.BANK;

    @Test
    void whatCanBeRefusedWithoutCompilingIsRefusedFirst() throws Exception {
        try (StockGroup stock = new StockGroup()) {
            // One that no bank can evaluate, which is known once it is compiled.
            Program foreign = StockGroup.program("foreign", 2, 1);
            Hash hash = StockGroup.hash(foreign);
            stock.group.nodes.get(0).offered(hash, foreign);
            assertEquals(Refusal.Reason.STOCK_FULL, stock.answer(hash, new Proposal.Stock(0, 65, 0)));
            assertEquals(Refusal.Reason.STOCK_PROGRAM, stock.answer(hash, new Proposal.Stock(0, 1, 0)));
        }
    }

    @Test
    void stockThatTheBankDoesNotConfirmIsDropped() throws Exception {
        try (StockGroup stock = new StockGroup()) {
            AtomicInteger accepted = new AtomicInteger();
            stock.group.wire = (from, to, kind, message) -> {
                if (kind == ControlKind.ACCEPT && to == BANK && accepted.incrementAndGet() == 3) {
                    stock.stocks(BANK).drop(stock.hash);
                }
                return Optional.of(message);
            };
            ProtocolAbort end = assertThrows(ProtocolAbort.class, () -> stock.make(6));
            assertEquals(ProtocolAbort.Reason.STOPPED, end.reason());
            // Until the bank's last word was due, it was there to be named.
            TestNodes.await(() -> IntStream.range(0, 3)
                    .allMatch(party -> stock.stocks(party).counts().dropped() == 6));
            assertEquals(0, IntStream.range(0, 4).map(stock::waiting).sum());
            stock.make(3);
            assertTrue(stock.scores());
        }
    }

    @Test
    void stockOfAProgramWhoseApprovalIsWithdrawnWhileItIsMadeIsNotKept() throws Exception {
        try (StockGroup stock = new StockGroup()) {
            stock.group.wire = (from, to, kind, message) -> {
                if (kind == ControlKind.ACCEPT && from == 1 && to == 0) {
                    stock.group.nodes.get(0).approved.remove(stock.hash);
                    stock.stocks(0).drop(stock.hash);
                }
                return Optional.of(message);
            };
            // The agency refuses, or gives the making up, as it comes.
            RuntimeException end = assertThrows(RuntimeException.class, () -> stock.make(6));
            assertTrue(end instanceof ProtocolAbort || end instanceof Refused, String.valueOf(end));
            TestNodes.await(() -> stock.group.nodes.get(0).sessions.running() == 0);
            assertEquals(0, stock.stocks(0).counts().made());
            TestNodes.await(() -> IntStream.range(0, 4).map(stock::waiting).sum() == 0);
        }
    }

    @Test
    void aBankThatDoesNotReadMakesGarblersWaitAndGiveUp() throws Exception {
        TransportConfig.Limits tight = new TransportConfig.Limits(
                1 << 20, 4 << 20, 32 << 20, 512L << 20, 128L << 20, 1024, 8L << 20, 64 << 10);
        Policy policy = TestNodes.openPolicy();
        Policy roomy =
                new Policy(policy.floor(), 1000, 0, policy.purposes(), BANK, 16, new Policy.Stock(300, 512L << 20));
        Duration deadline = Duration.ofSeconds(2);
        try (StockGroup stock = new StockGroup(roomy, deadline, tight)) {
            Program fat = StockGroup.program("fat", 100, BANK);
            Hash hash = StockGroup.hash(fat);
            stock.group.nodes.forEach(node -> node.offered(hash, fat));
            Sealed sealed = stock.sealed(hash, new Proposal.Stock(0, 300, 0));
            byte[] acceptance = Acceptance.newBuilder()
                    .setProposalHash(ByteString.copyFrom(sealed.hash().bytes()))
                    .setEpoch(ByteString.copyFrom(stock.epoch().bytes()))
                    .build()
                    .toByteArray();
            try (SessionMesh deaf = stock.group
                    .transports
                    .get(BANK)
                    .open(ScoreRun.sessionOf(sealed.hash()), stock.epoch(), Duration.ofMinutes(2))) {
                for (int party = 0; party < 3; party++) {
                    stock.group.transports.get(BANK).control(party, ControlKind.PROPOSAL, sealed.message());
                    stock.group.transports.get(BANK).control(party, ControlKind.ACCEPT, acceptance);
                }
                // It takes part until tables come, and then hears nothing more.
                NetworkProbe.roundTrips(deaf);
                AtomicLong most = new AtomicLong();
                TestNodes.await(() -> {
                    for (int party = 0; party < 3; party++) {
                        most.accumulateAndGet(stock.group.transports.get(party).unsentBytes(), Math::max);
                    }
                    return stock.group.nodes.stream().anyMatch(node -> !node.aborted.isEmpty());
                });
                assertEquals(BANK, deaf.self());
                assertTrue(most.get() > 1 << 20 && most.get() < 8 << 20, most + " bytes waited");
                for (int party = 0; party < 3; party++) {
                    assertTrue(stock.group.nodes.get(party).aborted.poll(3, TimeUnit.MINUTES) != null);
                    Stocks.Counts counts = stock.stocks(party).counts();
                    int at = party;
                    TestNodes.await(() -> stock.stocks(at).counts().bytes() == 0);
                    assertEquals(0, counts.made());
                }
            }
        }
    }
}
