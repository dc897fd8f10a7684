package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tallystick.net.Parties;
import org.tallystick.ring.Numbers;
import org.tallystick.ring.Ring;
import org.tallystick.share.Rep4Vector;

/**
 * Truncation of x with −2^(w−2) ≤ x &lt; 2^(w−2) is off by less than one unit, whatever the parts: chosen so that every
 * carry and every top bit occurs, and at random.
 */
class TruncationTest {
    private static final int SCALE = Integer.getInteger("tally.test.scale", 1);

    /** Parts of each of the values: parts 0 to 2 given, part 3 what is left. */
    private static void check(int width, List<Integer> shifts, long[] values, long[][] parts) {
        long[] rest = new long[values.length];
        for (int e = 0; e < rest.length; e++) {
            rest[e] = values[e] - parts[0][e] - parts[1][e] - parts[2][e];
        }
        long[][] all = {parts[0], parts[1], parts[2], rest};
        Parties.run(4, mesh -> {
            Rep4 p = Rep4Runs.start(mesh, width);
            long[][] held = all.clone();
            held[mesh.self()] = null;
            Rep4Vector x = new Rep4Vector(values.length, 1, width, held);
            for (int m : shifts) {
                long[] truncated = p.open(p.truncate(x, m));
                for (int e = 0; e < values.length && mesh.self() == 0; e++) {
                    long got = Ring.signed(truncated[e], width);
                    long floor = values[e] >> m;
                    boolean whole = (values[e] & Ring.mask(m)) == 0;
                    assertTrue(got == floor || got == floor + 1 && !whole, values[e] + " / 2^" + m + ": " + got);
                }
            }
            return 0;
        });
    }

    private static long[] inRange(int width, long[] numbers) {
        return Arrays.stream(numbers).map(x -> Ring.signed(x, width - 1)).toArray();
    }

    @Test
    void boundaryValuesAndStructuredPartsByEveryShift() {
        for (int width : new int[] {64, 63, 44, 33, 16, 8, 4, 3}) {
            List<Integer> shifts = new ArrayList<>();
            for (int m = 1; m <= width - 2; m++) {
                shifts.add(m);
            }
            long[] special = inRange(width, Numbers.special());
            long top = 1L << (width - 1);
            long[][] structured = {{0, 0, 0}, {top, 0, 0}, {0, top, top}, {-1, 0, -1}, {1, -1, top}, {top - 1, 1, 1}};
            long[] values = new long[special.length * structured.length];
            long[][] parts = new long[3][values.length];
            for (int e = 0; e < values.length; e++) {
                values[e] = special[e % special.length];
                for (int j = 0; j < 3; j++) {
                    parts[j][e] = structured[e / special.length][j];
                }
            }
            check(width, shifts, values, parts);
        }
    }

    /** x0 + x1 + 2^(w−2) and x2 + x3 on either side of the top bit, and low bits all zero or all one. */
    @Test
    void sumsOfPairsAtTheEdgesOfTheirRange() {
        for (int width : new int[] {64, 44, 8}) {
            long quarter = 1L << (width - 2);
            long[] edges = {0, 1, -1, quarter, -quarter, 2 * quarter, 2 * quarter - 1, 2 * quarter + 1, 3 * quarter - 1
            };
            long[] special =
                    inRange(width, new long[] {0, 1, -1, 7, -8, quarter - 1, -quarter, quarter - 2, 1 - quarter});
            Random random = new Random(width);
            long[] values = new long[edges.length * special.length * 4];
            long[][] parts = new long[3][values.length];
            for (int e = 0; e < values.length; e++) {
                values[e] = special[e % special.length];
                parts[0][e] = random.nextLong();
                parts[1][e] = edges[e / special.length % edges.length] - quarter - parts[0][e];
                parts[2][e] = random.nextLong();
            }
            check(width, List.of(1, 2, width / 2, width - 3, width - 2), values, parts);
        }
    }

    @Test
    void aMillionRandomNumbers() {
        Random random = new Random(1);
        for (int round = 0; round < 10 * SCALE; round++) {
            long[] values = inRange(64, random.longs(20_000).toArray());
            for (int e = 0; e < values.length; e++) {
                values[e] >>= random.nextInt(62);
            }
            long[][] parts = new long[3][];
            for (int j = 0; j < 3; j++) {
                parts[j] = random.longs(values.length).toArray();
            }
            List<Integer> shifts = random.ints(5, 1, 63).boxed().toList();
            check(64, shifts, values, parts);
        }
    }
}
