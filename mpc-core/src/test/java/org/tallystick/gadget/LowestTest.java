package org.tallystick.gadget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.Parties;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.Sample;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

class LowestTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void theLowestNegativeColumns(ProfileUnderTest<A, B> profile) {
        Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> p = profile.start(mesh, 0);
            for (int columns : new int[] {2, 3, 4, 5, 8, 31, 32, 33}) {
                for (int width : new int[] {3, 44, 64}) {
                    check(p, 65, columns, width, Math.min(columns, 3));
                }
            }
            for (int count = 1; count <= 7; count++) {
                check(p, 2, 7, 20, count);
            }
            check(p, 1, 64, 9, 8);
            return 0;
        });
    }

    /** More numbers than are compared in one go. */
    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void manyRows(ProfileUnderTest<A, B> profile) {
        Parties.run(profile.parties(), mesh -> {
            check(profile.start(mesh, 0), 40_000, 8, 4, 2);
            return 0;
        });
    }

    /** Numbers of a bit less, so that differences fit: extremes, many equal ones, and rows without negative ones. */
    private static <A extends ArithmeticShare, B extends BitShare> void check(
            Protocol<A, B> p, int rows, int columns, int width, int count) {
        var sample = new Sample<>(p, rows, columns, width);
        long[] numbers = sample.numbers(rows * columns, width - 1);
        Random random = new Random(rows + columns);
        for (int row = 0; row < rows; row += 3) {
            for (int c = 0; c < columns; c++) {
                numbers[c * rows + row] = row % 2 == 0 ? random.nextLong(0, 2) : random.nextLong(-2, 2);
            }
        }
        for (int k = 0; k < numbers.length; k++) {
            numbers[k] = numbers[k] << 64 - (width - 1) >> 64 - (width - 1);
        }
        B indices = Lowest.negative(p, sample.share(numbers), count);
        assertEquals(count * Lowest.bits(columns), indices.wires());
        BitMatrix opened = p.open(indices);
        for (int row = 0; row < rows; row++) {
            assertEquals(expected(numbers, rows, row, columns, count), opened.number(row), "row " + row);
        }
    }

    private static long expected(long[] numbers, int rows, int row, int columns, int count) {
        List<Integer> lowest =
                new ArrayList<>(IntStream.range(0, columns).boxed().toList());
        lowest.removeIf(c -> numbers[c * rows + row] >= 0);
        lowest.sort(Comparator.comparingLong(c -> numbers[c * rows + row]));
        int bits = Lowest.bits(columns);
        long all = 0;
        for (int k = 0; k < count; k++) {
            all |= (k < lowest.size() ? lowest.get(k) : (1L << bits) - 1) << k * bits;
        }
        return all;
    }

    @Test
    void anIndexHasAValueToSpareAndTellsAsMuchAsThereAreLists() {
        assertEquals(List.of(2, 2, 3, 5, 6, 7), bits(2, 3, 4, 31, 32, 64));
        // None or one of two: 3. None, one or two of two in order: 5. 1 + 32 + 32 · 31 + 32 · 31 · 30 = 30 785.
        assertEquals(2, Lowest.tells(2, 1));
        assertEquals(3, Lowest.tells(2, 2));
        assertEquals(15, Lowest.tells(32, 3));
        assertEquals(2, Lowest.tells(3, 1));
        assertEquals(48, Lowest.tells(64, 8));
    }

    @Test
    void readsWhatItHasWrittenAndNothingElse() {
        assertEquals(List.of(1, 0), Lowest.read(Lowest.negative(new long[] {-1, -2, 0}, 3), 3, 3));
        assertEquals(List.of(), Lowest.read(Lowest.negative(new long[3], 2), 3, 2));
        assertEquals(List.of(0), Lowest.read(0b11_11_00, 3, 3));
        for (long wrong : new long[] {0b01_11_00, 0b00_01_00, 0b1_11_11_00}) {
            assertThrows(IllegalArgumentException.class, () -> Lowest.read(wrong, 3, 3), "" + wrong);
        }
        assertThrows(IllegalArgumentException.class, () -> Lowest.read(0b110, 4, 1));
    }

    private static List<Integer> bits(int... columns) {
        return IntStream.of(columns).mapToObj(Lowest::bits).toList();
    }

    @Test
    void refusesWhatIsNoChoice() {
        Parties.run(4, mesh -> {
            var clear = new Clear(mesh);
            var x = clear.constant(new long[3], 1, 3, 8);
            assertThrows(IllegalArgumentException.class, () -> Lowest.negative(clear, x, 0));
            assertThrows(IllegalArgumentException.class, () -> Lowest.negative(clear, x, 4));
            var one = clear.columns(x, 0, 1);
            assertThrows(IllegalArgumentException.class, () -> Lowest.negative(clear, one, 1));
            return 0;
        });
    }
}
