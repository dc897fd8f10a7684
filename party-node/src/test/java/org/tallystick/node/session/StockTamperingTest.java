package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.ProtocolAbort;

/** One node cheats in one message of the making of stock, or of a score with it. Nobody takes a wrong answer. */
final class StockTamperingTest {
    private static final int BANK = TestNodes.BANK;
    /** Shorter messages measure the network, where a lie does no harm, or say a single word. */
    private static final int WORD = 16;

    private StockGroup stock;

    @BeforeEach
    void start() throws Exception {
        stock = new StockGroup();
    }

    @AfterEach
    void stop() {
        stock.close();
    }

    /** How many messages of at least so many bytes a party sends to another while something is done. */
    private int messages(int cheater, int receiver, int least, Runnable honest) {
        AtomicInteger sent = new AtomicInteger();
        stock.group.line = (party, mesh) -> party != cheater
                ? mesh
                : new FaultyMesh(mesh, (index, to, message) -> {
                    if (to == receiver && message.length >= least) {
                        sent.incrementAndGet();
                    }
                    return List.of(message);
                });
        honest.run();
        return sent.get();
    }

    /** Turns a bit around in one of those messages; the lie's bit is another in each. */
    private void cheat(int cheater, int receiver, int least, int which) {
        AtomicInteger sent = new AtomicInteger();
        stock.group.line = (party, mesh) -> party != cheater
                ? mesh
                : new FaultyMesh(mesh, (index, to, message) -> {
                    if (to != receiver || message.length < least || sent.getAndIncrement() != which) {
                        return List.of(message);
                    }
                    byte[] lie = message.clone();
                    lie[which * 31 % lie.length] ^= (byte) (1 << which % 8);
                    return List.of(lie);
                });
    }

    /** The second word of the bank after it has told its three round trips; how many messages took those is open. */
    private void lieInTheLastWord(int receiver) {
        int told = 3 * Double.BYTES;
        AtomicInteger words = new AtomicInteger(-1);
        stock.group.line = (party, mesh) -> party != BANK
                ? mesh
                : new FaultyMesh(mesh, (index, to, message) -> {
                    boolean counts = words.get() >= 0 ? message.length == 1 : message.length == told;
                    return to == receiver && counts && words.incrementAndGet() == 2
                            ? List.of(new byte[1])
                            : List.of(message);
                });
    }

    /** Whether it came to an end early, for a reason that says no more than that. */
    private static boolean endsEarly(Runnable work) {
        try {
            work.run();
            return false;
        } catch (ProtocolAbort | Refused e) {
            return true;
        }
    }

    private void honest() {
        stock.group.line = (party, mesh) -> mesh;
    }

    /** All four have the same again, and it works. */
    private void works() {
        honest();
        TestNodes.await(() -> IntStream.range(0, 4)
                .allMatch(party -> stock.group.nodes.get(party).sessions.running() == 0));
        stock.make(3);
        assertTrue(stock.scores());
        stock.stocks(BANK).release(stock.hash);
        TestNodes.await(() -> IntStream.range(0, 4).map(stock::waiting).sum() == 0);
    }

    @Test
    void stockThatOneNodeHasTamperedWithIsNotKept() {
        int lies = 0;
        for (int cheater = 0; cheater < 3; cheater++) {
            int all = messages(cheater, BANK, WORD + 1, () -> stock.make(3));
            stock.stocks(BANK).release(stock.hash);
            TestNodes.await(() -> IntStream.range(0, 4).map(stock::waiting).sum() == 0);
            for (int which = 0; which < all; which++, lies++) {
                cheat(cheater, BANK, WORD + 1, which);
                assertTrue(endsEarly(() -> stock.make(3)), "message " + which + " of party " + cheater);
                TestNodes.await(() -> IntStream.range(0, 4).map(stock::waiting).sum() == 0);
                honest();
                TestNodes.await(() -> IntStream.range(0, 4)
                        .allMatch(party -> stock.group.nodes.get(party).sessions.running() == 0));
            }
        }
        assertTrue(lies >= 9, lies + " lies");
        works();
    }

    @Test
    void aBankThatLiesAboutItsCheckLeavesNoStockBehind() {
        stock.make(3);
        stock.stocks(BANK).release(stock.hash);
        TestNodes.await(() -> IntStream.range(0, 4).map(stock::waiting).sum() == 0);
        lieInTheLastWord(1);
        // The bank does not hear of it, since it has said its last word: the other two keep what it will name.
        endsEarly(() -> stock.make(3));
        TestNodes.await(() -> stock.stocks(1).counts().dropped() == 6);
        honest();
        assertTrue(endsEarly(() -> stock.scores()), "one garbler has dropped it");
        stock.stocks(BANK).release(stock.hash);
        works();
    }

    @Test
    void aScoreThatOneNodeHasTamperedWithEndsEarlyOrIsRight() {
        int ended = 0;
        int labels = 0;
        for (int cheater = 0; cheater < 3; cheater++) {
            honest();
            stock.make(6);
            int all = messages(cheater, BANK, 1, () -> assertTrue(stock.scores()));
            for (int which = 0; which < all; which++) {
                if (stock.waiting(BANK) == 0) {
                    honest();
                    stock.make(6);
                }
                cheat(cheater, BANK, 1, which);
                boolean early = endsEarly(() -> assertTrue(stock.scores(), "a wrong answer was taken"));
                ended += early ? 1 : 0;
                labels += early && which == all - 1 ? 1 : 0;
                honest();
                TestNodes.await(() -> IntStream.range(0, 4)
                        .allMatch(party -> stock.group.nodes.get(party).sessions.running() == 0));
            }
        }
        assertEquals(3, labels, "labels, digests and decoding bits are checked, whoever sends them");
        assertTrue(ended >= 6, ended + " ended early");
        stock.stocks(BANK).release(stock.hash);
        works();
    }
}
