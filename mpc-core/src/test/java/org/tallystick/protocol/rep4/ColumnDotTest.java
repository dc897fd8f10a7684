package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.protocol.RowBlocks;
import org.tallystick.protocol.WholeRows;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.PackedColumns;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/** What a party computes of kept inputs equals what it computes of the same shares laid out. */
final class ColumnDotTest {
    private final Random random = new Random(5);

    private KeptInputs inputs(int self, int rows, int width, int[] chosen) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            byte[] seed = new byte[SharedSeed.BYTES];
            random.nextBytes(seed);
            seeds[j] = j == self ? null : SharedSeed.of(seed);
        }
        List<KeptInput> inputs = new ArrayList<>();
        for (int owner = 0; owner < 4; owner++) {
            Optional<PackedColumns> told = Optional.of(owner)
                    .filter(p -> self != (p + 1 & 3))
                    .map(p -> PackedColumns.of(random.longs(3L * rows).toArray(), rows, 3, width));
            inputs.add(new KeptInput(owner, rows, 3, width, told));
        }
        return new KeptInputs(self, seeds, inputs, chosen);
    }

    private Rep4Vector factors(int self, int columns, int width) {
        long[][] parts = new long[4][];
        for (int j = 0; j < 4; j++) {
            parts[j] = j == self ? null : random.longs(columns).toArray();
        }
        return new Rep4Vector(1, columns, width, parts);
    }

    /** Columns of one owner in pairs and alone, in any order; rows that end inside a stretch and with it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 511, 512, 513, 1_537})
    void everyPartyFindsTheSame(int rows) {
        int[] chosen = {0, 1, 2, 5, 4, 3, 8, 0, 11, 10, 6, 7};
        for (int self = 0; self < 4; self++) {
            for (int width : new int[] {64, 44}) {
                KeptInputs kept = inputs(self, rows, width, chosen);
                Rep4Vector y = factors(self, chosen.length, 44);
                Rep4Vector whole = kept.block(0, rows);
                Rep4Vector x = new Rep4Vector(rows, whole.columns(), 44, whole.parts());
                Products.Local expected = Products.dot(self, x, y);
                assertSame(expected, ColumnDot.of(self, kept, y));
                assertSame(expected, ColumnDot.of(self, new PartColumns.Held(x), y));
            }
        }
    }

    /** Inputs of this run beside kept ones, and beside a matrix of which no part is zero. */
    @ParameterizedTest
    @ValueSource(ints = {1, 700})
    void columnsOfSeveralKindsStandSideBySide(int rows) {
        for (int self = 0; self < 4; self++) {
            Rep4Vector kept = inputs(self, rows, 64, new int[] {3, 4, 9}).block(0, rows);
            List<Rep4Vector> wide = new ArrayList<>(List.of(kept, full(self, rows, 3)));
            for (int owner = 0; owner < 4; owner++) {
                int[] chosen = {3 * owner, 3 * owner + 2, 3 * owner + 1};
                long[][] parts = inputs(self, rows, 64, chosen).block(0, rows).parts();
                wide.add(new Rep4Vector(rows, 3, 60, parts, owner));
            }
            long[][] beside = new long[4][];
            for (int j = 0; j < 4; j++) {
                int part = j;
                beside[j] = j == self
                        ? null
                        : wide.stream()
                                .flatMapToLong(x -> LongStream.of(x.part(part)))
                                .toArray();
            }
            Rep4Vector y = factors(self, 18, 44);
            List<RowBlocks<Rep4Vector>> blocks = wide.stream()
                    .<RowBlocks<Rep4Vector>>map(x -> new WholeRows<Rep4Vector, Rep4Bits>(null, x))
                    .toList();
            assertSame(
                    Products.dot(self, new Rep4Vector(rows, 18, 44, beside), y),
                    ColumnDot.of(self, PartColumns.of(rows, blocks), y));
        }
    }

    private Rep4Vector full(int self, int rows, int columns) {
        long[][] parts = new long[4][];
        for (int j = 0; j < 4; j++) {
            parts[j] = j == self ? null : random.longs((long) rows * columns).toArray();
        }
        return new Rep4Vector(rows, columns, 64, parts);
    }

    private static void assertSame(Products.Local expected, Products.Local actual) {
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(expected.parts()[i], actual.parts()[i], "part " + i);
            for (int j = 0; j < 4; j++) {
                assertArrayEquals(expected.cross()[i][j], actual.cross()[i][j], "cross " + i + j);
            }
        }
    }

    @Test
    void narrowRowsCannotMeetWiderFactors() {
        int[] all = IntStream.range(0, 12).toArray();
        KeptInputs kept = inputs(1, 10, 44, all);
        assertThrows(IllegalArgumentException.class, () -> ColumnDot.of(1, kept, factors(1, 12, 45)));
        assertThrows(IllegalArgumentException.class, () -> ColumnDot.of(1, kept, factors(1, 11, 44)));
    }
}
