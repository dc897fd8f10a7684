package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.net.Mesh;
import org.tallystick.net.Parties;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.rep4.Rep4Runs.Ending;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.PackedColumns;
import org.tallystick.ring.Ring;
import org.tallystick.share.Rep4Vector;

class KeptInputsTest {
    /** More than one block of a dot product, and no multiple of anything. */
    private static final int ROWS = 2_501;

    private static final int[] COLUMNS = {3, 1, 2, 2, 1};
    private static final int[] OWNERS = {0, 1, 2, 3, 0};

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 44, 63, 64})
    void whatWasKeptIsWhatWasBroughtIn(int width) {
        List<long[]> opened = Parties.run(4, mesh -> {
            KeptInputs kept = kept(mesh, width);
            Rep4 later = Rep4Runs.start(mesh, 2);
            return later.open(kept.block(0, ROWS));
        });
        for (long[] each : opened) {
            assertArrayEquals(all(width), each);
        }
    }

    @Test
    void isReadInBlocksOfAnySize() {
        List<long[]> opened = Parties.run(4, mesh -> {
            KeptInputs kept = kept(mesh, 44);
            Rep4 later = Rep4Runs.start(mesh, 2);
            List<Rep4Vector> blocks = new ArrayList<>();
            for (int[] block : new int[][] {{0, 2}, {2, 1000}, {1002, 1000}, {2002, 499}}) {
                // A block is overwritten by the next, so it is copied.
                blocks.add(later.scale(kept.block(block[0], block[1]), 1));
            }
            return later.open(later.concatRows(blocks));
        });
        assertArrayEquals(all(44), opened.get(1));
    }

    @Test
    void dotProductsByBlocksAreThoseOfTheWhole() {
        long[] weights = new Random(3).longs(9, -1000, 1000).toArray();
        List<List<long[]>> opened = Parties.run(4, mesh -> {
            KeptInputs kept = kept(mesh, 44);
            Rep4 later = Rep4Runs.start(mesh, 2);
            Rep4Vector y = Rep4Runs.input(later, 3, 1, 9, 44, weights);
            Rep4Vector byBlocks = later.dot(ROWS, List.of(kept), y);
            return List.of(
                    later.open(byBlocks),
                    later.open(later.dot(KeptInputsTest.kept(mesh, 44).block(0, ROWS), y)));
        });
        long[] all = all(44);
        long[] sums = new long[ROWS];
        for (int column = 0; column < 9; column++) {
            for (int row = 0; row < ROWS; row++) {
                sums[row] = sums[row] + all[column * ROWS + row] * weights[column] & Ring.mask(44);
            }
        }
        assertArrayEquals(sums, opened.get(2).get(0));
        assertArrayEquals(sums, opened.get(2).get(1));
    }

    @Test
    void onlyThePartThatNoSeedGivesIsKept() {
        List<List<KeptInput>> kept = Parties.run(4, mesh -> keep(mesh, 1, 44, UnaryOperator.identity()));
        for (int item = 0; item < OWNERS.length; item++) {
            int p = OWNERS[item];
            assertEquals(Optional.empty(), kept.get(p + 1 & 3).get(item).told());
            PackedColumns told = kept.get(p).get(item).told().orElseThrow();
            assertEquals(told, kept.get(p + 2 & 3).get(item).told().orElseThrow());
            assertEquals(told, kept.get(p + 3 & 3).get(item).told().orElseThrow());
            assertEquals(PackedColumns.length(ROWS, COLUMNS[item], 44), told.bytes().length);
        }
        // Two inputs of one owner have masks of their own: equal columns do not show as equal.
        List<List<KeptInput>> twice = Parties.run(4, mesh -> {
            long[] same = new long[100];
            Rep4 p = Rep4Runs.start(mesh, 5);
            OwnerInput input = Rep4Runs.input(mesh.self(), 0, 100, 1, 44, same);
            return p.keep(List.of(input, input), seeds(mesh.self(), 5));
        });
        assertNotEquals(twice.get(2).get(0).told(), twice.get(2).get(1).told());
    }

    /** The owner tells p+3 something else than p+2: nobody keeps anything. */
    @Test
    void anOwnerThatTellsTwoStoriesIsStopped() {
        List<Ending> endings = Rep4Runs.run(Rep4Runs.LONG, mesh -> mesh.self() == 1 ? new Liar(mesh) : mesh, mesh -> {
            keep(mesh, 1, 44, UnaryOperator.identity());
            return List.of();
        });
        assertEquals(
                ProtocolAbort.Reason.CHECK_FAILED,
                endings.get(3).abort().orElseThrow().reason());
        assertTrue(endings.get(0).aborted());
    }

    private record Liar(Mesh mesh) implements Mesh {
        @Override
        public int self() {
            return mesh.self();
        }

        @Override
        public int parties() {
            return mesh.parties();
        }

        @Override
        public org.tallystick.net.Channel to(int peer) {
            var channel = mesh.to(peer);
            return new org.tallystick.net.Channel() {
                @Override
                public void send(byte[] message) {
                    byte[] changed = message.clone();
                    if (peer == 0 && changed.length > 1000) {
                        changed[5] ^= 1;
                    }
                    channel.send(changed);
                }

                @Override
                public byte[] receive(int length) {
                    return channel.receive(length);
                }
            };
        }
    }

    /** One bit of what one party has kept of one owner's columns changes: no party ever takes a wrong answer. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0, 2", "0, 3", "3, 1", "3, 2", "3, 3", "2, 0"})
    void whoeverChangesWhatIsKeptIsCaught(int owner, int cheater) {
        List<Ending> endings = Rep4Runs.run(Rep4Runs.LONG, UnaryOperator.identity(), mesh -> {
            UnaryOperator<KeptInput> change =
                    input -> mesh.self() == cheater && input.owner() == owner ? changed(input) : input;
            KeptInputs kept = new KeptInputs(mesh.self(), seeds(mesh.self(), 1), keep(mesh, 1, 44, change));
            Rep4 later = Rep4Runs.start(mesh, 2);
            Rep4Vector y = Rep4Runs.input(later, 3, 1, 9, 44, new long[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
            List<Long> answer = new ArrayList<>();
            Rep4Runs.add(answer, later.open(later.dot(ROWS, List.of(kept), y)));
            return answer;
        });
        assertTrue(endings.stream().anyMatch(Ending::aborted));
    }

    private static KeptInput changed(KeptInput input) {
        PackedColumns told = input.told().orElseThrow();
        byte[] bytes = told.bytes().clone();
        bytes[0] ^= 2;
        return new KeptInput(
                input.owner(),
                input.rows(),
                input.columns(),
                input.width(),
                Optional.of(new PackedColumns(told.rows(), told.columns(), told.width(), bytes, 0)));
    }

    @Test
    void refusesWhatAnotherPartyHasKept() {
        List<List<KeptInput>> kept = Parties.run(4, mesh -> keep(mesh, 1, 44, UnaryOperator.identity()));
        assertThrows(IllegalArgumentException.class, () -> new KeptInputs(1, seeds(1, 1), kept.get(2)));
        KeptInputs fitting = new KeptInputs(2, seeds(2, 1), kept.get(2));
        assertThrows(IllegalArgumentException.class, () -> fitting.block(1, 2));
        assertThrows(IllegalArgumentException.class, () -> fitting.block(2, ROWS));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 31, 33, 44, 63, 64})
    void packedColumnsGiveBackAnyRows(int width) {
        long[] elements = new Random(width).longs(3 * 131).toArray();
        PackedColumns packed = PackedColumns.of(elements, 131, 3, width);
        for (int from : new int[] {0, 1, 64, 130}) {
            long[] read = new long[2 + 131 - from];
            packed.unpack(2, from, 131 - from, read, 2);
            long[] expected = Arrays.copyOfRange(elements, 2 * 131 + from - 2, 3 * 131);
            for (int k = 2; k < read.length; k++) {
                assertEquals(expected[k] & Ring.mask(width), read[k]);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new PackedColumns(131, 3, width, packed.bytes(), 1));
    }

    private static KeptInputs kept(Mesh mesh, int width) {
        return new KeptInputs(mesh.self(), seeds(mesh.self(), 1), keep(mesh, 1, width, UnaryOperator.identity()));
    }

    private static List<KeptInput> keep(Mesh mesh, int number, int width, UnaryOperator<KeptInput> change) {
        List<OwnerInput> inputs = new ArrayList<>();
        for (int item = 0; item < OWNERS.length; item++) {
            inputs.add(Rep4Runs.input(mesh.self(), OWNERS[item], ROWS, COLUMNS[item], width, values(item, width)));
        }
        return Rep4Runs.start(mesh, number).keep(inputs, seeds(mesh.self(), number)).stream()
                .map(change)
                .toList();
    }

    private static SharedSeed[] seeds(int self, int number) {
        SharedSeed[] seeds = Rep4Runs.seeds(self);
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                seeds[j] = SharedSeed.of(seeds[j].derive("test", new byte[] {(byte) number}));
            }
        }
        return seeds;
    }

    private static long[] values(int item, int width) {
        long[] values = new Random(item).longs((long) ROWS * COLUMNS[item]).toArray();
        for (int k = 0; k < values.length; k++) {
            values[k] &= Ring.mask(width);
        }
        return values;
    }

    private static long[] all(int width) {
        long[] all = new long[0];
        for (int item = 0; item < OWNERS.length; item++) {
            long[] next = values(item, width);
            int at = all.length;
            all = Arrays.copyOf(all, at + next.length);
            System.arraycopy(next, 0, all, at, next.length);
        }
        return all;
    }
}
