package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.net.InProcessMesh;
import org.tallystick.node.transport.EpochId;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Program;
import org.tallystick.random.SharedSeed;

/** What one node keeps of stock, and when it lets go of it. */
final class StockRoomTest {
    private static final int BANK = TestNodes.BANK;
    private static final EpochId EPOCH = EpochId.of(new byte[EpochId.BYTES]);
    private static final Program PROGRAM = StockGroup.program("test", 2, BANK);
    private static final Hash HASH = StockGroup.hash(PROGRAM);
    private static final GarbledProgram GARBLED = StockGroup.garbled(PROGRAM);
    private static final long PLENTY = 1L << 30;

    private final StockRoom room = new StockRoom(100, PLENTY);

    /** The first garbler's. */
    private static List<GarbledStock> items(int count) {
        return InProcessMesh.run(InProcessMesh.of(4, Duration.ofMinutes(1)), mesh -> {
                    SharedSeed[] seeds = new SharedSeed[4];
                    for (int j = 0; j < 4; j++) {
                        seeds[j] = j == mesh.self() ? null : SharedSeed.of(new byte[SharedSeed.BYTES]);
                    }
                    return new GarbledWorld(mesh, seeds, new byte[32], Roles.of(BANK, 0))
                            .prepareEach(GARBLED.function(), count, 0);
                })
                .getFirst();
    }

    private static Hash other(int number) {
        return Hash.over("test", Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
    }

    private StockRoom.Promise reserve(StockRoom from, Hash hash, int count) {
        return assertInstanceOf(
                        StockRoom.Reserved.Kept.class, from.reserve(EPOCH, hash, GARBLED, from.first(EPOCH), count))
                .promise();
    }

    private Refusal.Reason refused(StockRoom from, Hash hash, int count) {
        return assertInstanceOf(
                        StockRoom.Reserved.Refused.class, from.reserve(EPOCH, hash, GARBLED, from.first(EPOCH), count))
                .reason();
    }

    private void fill(Hash hash, int count) {
        StockRoom.Promise promise = reserve(room, hash, count);
        assertTrue(room.put(promise, items(count)));
        room.confirm(promise);
        room.end(promise);
    }

    private StockRoom.Taken take(Long... numbers) {
        return assertInstanceOf(StockRoom.Asked.Got.class, room.take(EPOCH, HASH, List.of(numbers)))
                .taken();
    }

    @Test
    void makingTakesMemoryOfItsOwn() {
        long kept = 30 * GARBLED.bytesOfStock();
        long working = 10 * GARBLED.bytesOfMaking();
        assertEquals(Refusal.Reason.STOCK_FULL, refused(new StockRoom(100, kept + working - 1), HASH, 30));
        StockRoom tight = new StockRoom(100, kept + working);
        StockRoom.Promise promise = reserve(tight, HASH, 30);
        assertEquals(kept + working, tight.counts().bytes());
        tight.put(promise, items(30));
        assertEquals(kept, tight.counts().bytes());
    }

    @Test
    void oneBatchIsMadeAtATime() {
        StockRoom.Promise first = reserve(room, HASH, 3);
        assertEquals(Refusal.Reason.BUSY, refused(room, other(1), 3));
        room.end(first);
        room.end(reserve(room, other(1), 3));
        assertEquals(0, room.counts().bytes());
    }

    @Test
    void whatRunsHaveTakenIsKeptInMindUntilTheyEnd() {
        fill(HASH, 4);
        StockRoom.Taken taken = take(0L, 1L, 2L);
        assertEquals(1, room.rows(EPOCH, HASH));
        assertEquals(96, room.space());
        assertEquals(4 * GARBLED.bytesOfStock(), room.counts().bytes());
        room.ended(taken);
        assertEquals(99, room.space());
    }

    @Test
    void aShelfWithNothingOnItMakesRoomForAnother() {
        for (int k = 0; k < 70; k++) {
            fill(other(k), 1);
            StockRoom.Taken taken = room.next(EPOCH, other(k), 1).orElseThrow();
            assertEquals(List.of((long) k), taken.numbers(), "numbers rise, whatever the program");
            room.ended(taken);
        }
        assertEquals(new StockRoom.Counts(70, 70, 0, 0, 0), room.counts(), "counts outlive the shelves");
        for (int k = 0; k < 64; k++) {
            fill(other(k), 1);
        }
        assertEquals(Refusal.Reason.STOCK_FULL, refused(room, other(64), 1));
        room.drop(other(5));
        fill(other(64), 1);
    }

    @Test
    void whatIsDroppedWhileItIsMadeIsNotPutAway() {
        StockRoom.Promise promise = reserve(room, HASH, 2);
        room.drop(HASH);
        assertFalse(room.put(promise, items(2)));
        room.end(promise);
        assertEquals(new StockRoom.Counts(0, 0, 0, 0, 0), room.counts());
        StockRoom.Promise wanted = reserve(room, HASH, 2);
        room.dropBefore(EPOCH, HASH, 2);
        assertTrue(room.put(wanted, items(2)), "only older ones are dropped");
    }

    @Test
    void whatWasNeverConfirmedIsDropped() {
        StockRoom.Promise promise = reserve(room, HASH, 3);
        assertTrue(room.put(promise, items(3)));
        StockRoom.Taken early = take(1L);
        room.end(promise);
        room.ended(early);
        assertEquals(new StockRoom.Counts(3, 1, 2, 0, 0), room.counts());
        fill(HASH, 3);
        assertEquals(3, room.counts().waiting());
    }

    @Test
    void theOldestNumberIsOfARunOfTheShelfOrOfWhatIsBeingMade() {
        assertEquals(0, room.oldest(EPOCH, HASH));
        fill(HASH, 3);
        assertEquals(0, room.oldest(EPOCH, HASH));
        StockRoom.Taken run = room.next(EPOCH, HASH, 2).orElseThrow();
        assertEquals(0, room.oldest(EPOCH, HASH));
        room.ended(run);
        assertEquals(2, room.oldest(EPOCH, HASH));
        room.ended(room.next(EPOCH, HASH, 1).orElseThrow());
        assertEquals(3, room.oldest(EPOCH, HASH));
        StockRoom.Promise promise = reserve(room, HASH, 5);
        assertEquals(3, room.oldest(EPOCH, HASH));
        assertEquals(8, room.oldest(EPOCH, other(1)));
        room.end(promise);
        assertEquals(8, room.oldest(EPOCH, HASH));
    }

    @Test
    void stockOfAShelfIsOfOneCompilation() {
        GarbledPrograms programs = new GarbledPrograms();
        GarbledProgram.Found once = programs.of(HASH, PROGRAM);
        assertSame(once, programs.of(HASH, PROGRAM));
        fill(HASH, 1);
        GarbledProgram another = StockGroup.garbled(PROGRAM);
        assertNotSame(GARBLED, another);
        StockRoom.Reserved reserved = room.reserve(EPOCH, HASH, another, room.first(EPOCH), 1);
        assertSame(
                GARBLED,
                assertInstanceOf(StockRoom.Reserved.Kept.class, reserved)
                        .promise()
                        .program());
    }

    @Test
    void batchesAreOfOneTurnAndBounded() {
        for (int first : new int[] {0, 1, 5}) {
            for (int most : new int[] {1, 4, 100}) {
                List<StockBatches.Batch> batches = StockBatches.of(first, 32, most);
                TreeSet<Integer> all = new TreeSet<>();
                for (StockBatches.Batch batch : batches) {
                    assertTrue(batch.positions().size() <= most);
                    batch.positions().forEach(k -> assertEquals((first + k) % 3, batch.turn()));
                    all.addAll(batch.positions());
                }
                assertEquals(new TreeSet<>(IntStream.range(0, 32).boxed().toList()), all);
                assertEquals(
                        32,
                        batches.stream()
                                .mapToInt(batch -> batch.positions().size())
                                .sum());
            }
        }
        GarbledProgram fat = StockGroup.garbled(StockGroup.program("fat", 300, BANK));
        assertTrue(StockBatches.most(fat) * fat.bytesOfMaking() <= StockBatches.WORKING);
        assertTrue(StockBatches.working(fat, 4096) <= StockBatches.WORKING);
        assertEquals(
                List.of(fat.bytesOfMaking(), fat.bytesOfMaking(), 2 * fat.bytesOfMaking()),
                LongStream.of(1, 3, 4)
                        .mapToObj(count -> StockBatches.working(fat, (int) count))
                        .toList());
    }
}
