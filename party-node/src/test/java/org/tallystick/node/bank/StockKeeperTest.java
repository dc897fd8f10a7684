package org.tallystick.node.bank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tallystick.convert.Roles;
import org.tallystick.models.Answer;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.config.NodeConfig.Garbled;
import org.tallystick.node.config.NodeConfig.Use;
import org.tallystick.node.rest.NodeService.How;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Stocks;
import org.tallystick.node.transport.EpochId;
import org.tallystick.plan.Network;
import org.tallystick.plan.RoundTrips;
import org.tallystick.program.Encoder;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Operation.Band;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Dot;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Operation.Reveal;
import org.tallystick.program.Operation.Stored;
import org.tallystick.program.Program;
import org.tallystick.protocol.Profile;

/** When a bank has stock made, how much of it, and when it uses what it has. */
final class StockKeeperTest {
    private static final int BANK = 3;
    private static final Program PROGRAM = program();
    private static final GarbledProgram GARBLED = assertInstanceOf(
                    GarbledProgram.Found.Possible.class, GarbledProgram.of(PROGRAM))
            .program();
    private static final Hash HASH = Hash.over("test", "program".getBytes(StandardCharsets.US_ASCII));
    private static final ActiveModel MODEL = new ActiveModel("model", new Scored(PROGRAM), HASH, HASH, Instant.EPOCH);
    private static final Duration RECEIVE = Duration.ofSeconds(30);

    private final Source source = new Source();
    private List<ActiveModel> models = List.of(MODEL);
    private How faster = How.GARBLED;
    private long now;

    private static Program program() {
        Interval interval = new Interval(-100, 100);
        return new Program(
                "test",
                Profile.REP4,
                List.of("tax", "utility", "social-security", "bank"),
                20,
                List.of(
                        new Input(0, List.of(new Column("a", "a column", 0, interval))),
                        new Stored("weights", List.of(interval)),
                        new Dot(0, 1),
                        new Stored("thresholds", Collections.nCopies(2, new Interval(-10_000, 10_000))),
                        new Band(2, 3),
                        new Reveal(4, BANK)));
    }

    /** As far as a keeper looks at it. */
    private record Scored(Program program) implements Scoring {
        @Override
        public Encoder encoder() {
            return Encoder.of(program, BANK);
        }

        @Override
        public Answer decode(long number) {
            throw new IllegalStateException("nothing is scored");
        }

        @Override
        public String output() {
            return "band";
        }
    }

    /** Makes what it is asked for, over a network of some speed, and notes what it is asked. */
    private static final class Source implements StockSource {
        private final List<Integer> made = new ArrayList<>();
        private final List<Integer> picked = new ArrayList<>();
        private int released;
        private EpochId epoch = EpochId.of(new byte[EpochId.BYTES]);
        private int rows;
        private int space = 1000;
        private double bitsPerSecond = 1e9;
        private boolean fails;
        private RoundTrips roundTrips = new RoundTrips(.04, .04, .04, .04, .04, .04);

        @Override
        public Optional<EpochId> epoch() {
            return Optional.of(epoch);
        }

        @Override
        public GarbledProgram.Found garbled(Program program) {
            return GarbledProgram.of(program);
        }

        @Override
        public Stocks.Made make(GarbledProgram program, Hash hash, int count) {
            made.add(count);
            if (fails) {
                throw new ProtocolAbort(ProtocolAbort.Reason.DEADLINE, "too slow");
            }
            rows += count;
            space -= count;
            long bytes =
                    count * program.function().prepareCost(Roles.of(BANK, 0), 1).totalBytes();
            return new Stocks.Made(
                    roundTrips, bytes, Duration.ofMillis(20).plusNanos((long) (8e9 * bytes / bitsPerSecond)));
        }

        @Override
        public Optional<Stocks.Picked> pick(Hash program, int count) {
            picked.add(count);
            return Optional.empty();
        }

        @Override
        public int rows(Hash program) {
            return rows;
        }

        @Override
        public int space() {
            return space;
        }

        @Override
        public void release(Hash program) {
            released++;
        }
    }

    private StockKeeper keeper(Use use) {
        return keeper(use, (_, _, _) -> new Computing.Choice(faster, "expected"));
    }

    private StockKeeper keeper(Use use, Computing computing) {
        return new StockKeeper(new Garbled(use, 64, 192), RECEIVE, source, () -> models, computing, () -> now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void stockIsFilledUpWhenItIsLow() {
        StockKeeper keeper = keeper(Use.AUTO);
        keeper.tend();
        assertEquals(List.of(3, 189), source.made, "a few to see the network, and then what is missing");
        source.rows = 64;
        keeper.tend();
        assertEquals(2, source.made.size(), "it is not low yet");
        source.rows = 63;
        keeper.tend();
        assertEquals(129, source.made.getLast());
        source.rows = 10;
        source.space = 20;
        keeper.tend();
        assertEquals(List.of(20), source.made.subList(3, source.made.size()), "there is room for no more");
        assertEquals(new StockKeeper.Counts(4, 0, 0, 1), keeper.counts());
    }

    @Test
    void whileMuchIsAskedNoneIsMade() {
        for (Use use : List.of(Use.AUTO, Use.ALWAYS)) {
            StockKeeper keeper = keeper(use);
            source.rows = 0;
            keeper.tend();
            source.rows = 0;
            source.space = 1000;
            source.made.clear();
            keeper.pick(MODEL, StockKeeper.BUSY + 1);
            pass(Duration.ofSeconds(1));
            keeper.tend();
            assertEquals(use == Use.AUTO ? List.of() : List.of(192), source.made);
            source.rows = 0;
            source.made.clear();
            keeper.pick(MODEL, StockKeeper.BUSY);
            pass(Duration.ofSeconds(1));
            keeper.tend();
            assertEquals(List.of(192), source.made, "less is asked now");
        }
    }

    @Test
    void whereBitSlicesAreFasterOnlyTheNetworkIsLookedAt() {
        faster = How.BIT_SLICED;
        StockKeeper keeper = keeper(Use.AUTO);
        keeper.tend();
        keeper.tend();
        assertEquals(List.of(3), source.made);
        assertTrue(keeper.pick(MODEL, 1).isEmpty());
        assertEquals(List.of(), source.picked);
        pass(StockKeeper.OUTDATED);
        keeper.tend();
        assertEquals(List.of(3, 3), source.made);
        source.epoch = EpochId.of(Hash.over("test", new byte[1]).bytes());
        keeper.tend();
        assertEquals(3, source.made.size(), "another epoch is another network");
        assertEquals(0, keeper.counts().low());
    }

    @Test
    void theShortestRoundTripOfEachLinkCounts() {
        List<Network> asked = new ArrayList<>();
        StockKeeper keeper = keeper(Use.AUTO, (_, _, network) -> {
            asked.add(network);
            return new Computing.Choice(How.GARBLED, "expected");
        });
        source.roundTrips = new RoundTrips(.001, .009, .002, .003, .004, .005);
        keeper.tend();
        source.roundTrips = new RoundTrips(.008, .002, .009, .001, .006, .007);
        source.rows = 0;
        keeper.tend();
        keeper.pick(MODEL, 1);
        assertEquals(.009, asked.getFirst().roundTripSeconds(), 1e-12);
        assertEquals(.005, asked.getLast().roundTripSeconds(), 1e-12);
    }

    @Test
    void aRoundTripThatCannotBeMakesTheLineNoFaster() {
        List<Network> asked = new ArrayList<>();
        StockKeeper keeper = keeper(Use.AUTO, (_, _, network) -> {
            asked.add(network);
            return new Computing.Choice(How.GARBLED, "expected");
        });
        source.roundTrips = new RoundTrips(.04, .04, 60, .04, .04, .04);
        keeper.tend();
        keeper.pick(MODEL, 1);
        assertTrue(asked.getLast().bitsPerSecond() < source.bitsPerSecond, asked::toString);
    }

    @Test
    void aRefillTakesNoMoreThanAQuarterOfADeadlineOnTheLine() {
        source.bitsPerSecond = 50_000;
        keeper(Use.AUTO).tend();
        long each = GARBLED.function().prepareCost(Roles.of(BANK, 0), 1).totalBytes();
        int fitting = (int) (RECEIVE.toSeconds() / 4.0 * source.bitsPerSecond / 8 / each);
        assertTrue(fitting > 3 && fitting < 40, fitting + " would not tell");
        for (int count : source.made.subList(1, source.made.size())) {
            assertTrue(count <= fitting + 1, source.made + ", " + fitting + " fit");
        }
        assertTrue(source.rows >= 64, "part by part it becomes enough");
    }

    @Test
    void aRefillThatFailsIsHalvedAndWaitsLongerEachTime() {
        StockKeeper keeper = keeper(Use.ALWAYS);
        source.fails = true;
        List<Integer> expected = new ArrayList<>();
        for (int wait : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            keeper.tend();
            expected.add(expected.isEmpty() ? 3 : 1);
            assertEquals(expected, source.made);
            pass(Duration.ofSeconds(wait).minusNanos(1));
            keeper.tend();
            assertEquals(expected, source.made, "before " + wait + " s have passed");
            pass(Duration.ofNanos(1));
        }
        assertEquals(8, keeper.counts().failures());
        assertTrue(keeper.warnings().getFirst().contains("too slow"));
        source.fails = false;
        keeper.tend();
        assertEquals(List.of(), keeper.warnings());
        source.rows = 0;
        source.space = 1000;
        source.made.clear();
        source.fails = true;
        keeper.tend();
        int tried = source.made.getFirst();
        pass(Duration.ofSeconds(1));
        keeper.tend();
        assertEquals(List.of(tried, tried / 2), source.made);
        source.fails = false;
        pass(Duration.ofSeconds(2));
        keeper.tend();
        assertEquals(List.of(tried / 4, tried / 2), source.made.subList(2, 4), "and grows again");
    }

    @Test
    void oneFalseAnswerOfAnAgencyCostsItsNumbersAndAPause() {
        StockKeeper keeper = keeper(Use.ALWAYS);
        keeper.tend();
        for (int time = 1; time < StockKeeper.MOST_LACKING; time++) {
            keeper.pick(MODEL, 1);
            assertEquals(time, source.picked.size());
            keeper.lacking(HASH, source.epoch, Refusal.Reason.STOCK_USED);
            assertEquals(0, source.released, "what was not named stays");
            keeper.pick(MODEL, 1);
            assertEquals(time, source.picked.size(), "for a while runs go without");
            pass(Duration.ofSeconds(1L << time - 1));
        }
        keeper.lacking(HASH, source.epoch, Refusal.Reason.STOCK_USED);
        assertEquals(1, source.released, "something is wrong with all of it");
        pass(Duration.ofSeconds(4).minusNanos(1));
        assertTrue(keeper.pick(MODEL, 1).isEmpty());
        int picked = source.picked.size();
        pass(Duration.ofNanos(1));
        keeper.pick(MODEL, 1);
        assertEquals(picked + 1, source.picked.size());
        keeper.used(HASH);
        keeper.lacking(HASH, source.epoch, Refusal.Reason.STOCK_UNKNOWN);
        assertEquals(1, source.released, "a run that ended well starts the count anew");
    }

    @Test
    void stockOfAnEpochThatIsOverSaysNothingOfTheNext() {
        StockKeeper keeper = keeper(Use.ALWAYS);
        keeper.tend();
        EpochId before = source.epoch;
        source.epoch = EpochId.of(Hash.over("test", new byte[1]).bytes());
        for (int time = 0; time < 5; time++) {
            keeper.lacking(HASH, before, Refusal.Reason.STOCK_UNKNOWN);
        }
        keeper.pick(MODEL, 1);
        assertEquals(List.of(1), source.picked);
        assertEquals(0, source.released);
    }

    @Test
    void whoInsistsHasStockMadeForAWhile() {
        faster = How.BIT_SLICED;
        StockKeeper keeper = keeper(Use.AUTO);
        keeper.tend();
        assertTrue(keeper.insist(MODEL, 5).isEmpty());
        assertEquals(List.of(5), source.picked);
        keeper.tend();
        assertEquals(List.of(3, 189), source.made);
        source.rows = 0;
        pass(Duration.ofMinutes(10));
        keeper.tend();
        assertEquals(3, source.made.getLast(), "only to see the network again");
    }

    @Test
    void aModelThatIsNotAskedForAnyMoreLosesItsStock() {
        StockKeeper keeper = keeper(Use.ALWAYS);
        keeper.tend();
        models = List.of();
        keeper.tend();
        assertEquals(1, source.released);
        assertTrue(keeper.pick(MODEL, 1).isEmpty());
        assertTrue(keeper.insist(MODEL, 1).isEmpty());
        assertEquals(List.of(), source.picked);
    }

    @Test
    void aPlanSaysWhatWouldHappenAndWhy() {
        StockKeeper keeper = keeper(Use.AUTO);
        assertEquals(How.BIT_SLICED, keeper.plan(MODEL, 1).how());
        assertTrue(keeper.plan(MODEL, 1).reasons().contains("policy.stock"));
        keeper.start();
        while (keeper.counts().refills() < 2) {
            Thread.onSpinWait();
        }
        keeper.close();
        assertEquals(new Computing.Choice(How.GARBLED, "expected"), keeper.plan(MODEL, 1));
        Computing.Choice many = keeper.plan(MODEL, 500);
        assertEquals(How.BIT_SLICED, many.how());
        assertTrue(many.reasons().contains("192 rows"), many.reasons());
        assertFalse(keeper.pick(MODEL, 1).isPresent(), "it is closed");
    }
}
