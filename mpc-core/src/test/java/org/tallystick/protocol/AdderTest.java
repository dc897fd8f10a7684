package org.tallystick.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.net.InProcessMesh;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.protocol.clear.ClearBits;
import org.tallystick.protocol.clear.ClearVector;
import org.tallystick.ring.BitMatrix;

class AdderTest {
    private static final long SEED = 20260601;

    private final List<Integer> ands = new ArrayList<>();
    private final Protocol<ClearVector, ClearBits> protocol = counting(ands);

    @Test
    void signOf44BitNumbersTakes121AndsIn7LayersOr43In43() {
        assertEquals(List.of(43, 41, 21, 9, 5, 1, 1), Adder.andLayers(Adder.Form.TREE, 43, 44));
        assertEquals(121, total(Adder.andLayers(Adder.Form.TREE, 43, 44)));
        assertEquals(43, Adder.andLayers(Adder.Form.RIPPLE, 43, 44).size());
        assertEquals(43, total(Adder.andLayers(Adder.Form.RIPPLE, 43, 44)));
    }

    @ParameterizedTest
    @EnumSource
    void everyRangeOfEveryWidthEqualsPlainAdditionAndCostsWhatItDeclares(Adder.Form form) {
        for (int to = 1; to <= 64; to++) {
            for (int from : new int[] {0, 1, to / 3, to / 2, to - 5, to - 2, to - 1}) {
                if (from >= 0 && from < to) {
                    check(form, from, to, 2, 67);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void rangesWithinAWidthAndOddShapes(Adder.Form form) {
        for (int to : new int[] {2, 3, 8, 17, 33, 44}) {
            for (int from = 0; from < to; from++) {
                check(form, from, to, 3, 1);
            }
        }
        for (int rows : new int[] {1, 63, 64, 65, 128}) {
            check(form, 40, 44, 1, rows);
        }
    }

    @Test
    void depthOfTheTreeIsLogarithmic() {
        for (int to = 2; to <= 64; to++) {
            int depth = 33 - Integer.numberOfLeadingZeros(to - 2);
            assertEquals(depth, Adder.andLayers(Adder.Form.TREE, 0, to).size());
            assertEquals(depth, Adder.andLayers(Adder.Form.TREE, to - 1, to).size());
        }
    }

    @Test
    void formFollowsFromTheShape() {
        assertEquals(Adder.Form.TREE, Adder.choose(1, 1, 44));
        assertEquals(Adder.Form.TREE, Adder.choose((1 << 18) - 1, 1, 44));
        assertEquals(Adder.Form.RIPPLE, Adder.choose(1 << 18, 1, 44));
        assertEquals(Adder.Form.RIPPLE, Adder.choose(1 << 30, 1 << 10, 44));
        assertEquals(Adder.Form.RIPPLE, Adder.choose(1, 1, 3));
    }

    @Test
    void refusesShapesThatDoNotFit() {
        ClearBits three = bits(new long[1], 1, 1, 3);
        ClearBits four = bits(new long[1], 1, 1, 4);
        assertThrows(IllegalArgumentException.class, () -> sum(Adder.Form.TREE, three, four, 1, 0, 4));
        assertThrows(IllegalArgumentException.class, () -> sum(Adder.Form.TREE, four, four, 2, 0, 4));
        assertThrows(IllegalArgumentException.class, () -> sum(Adder.Form.TREE, four, four, 1, 4, 4));
        assertThrows(IllegalArgumentException.class, () -> Adder.andLayers(Adder.Form.TREE, 0, 65));
    }

    private void check(Adder.Form form, int from, int to, int columns, int rows) {
        long[] a = numbers(rows * columns, to);
        long[] b = numbers(rows * columns, to + 1);
        long[] expected = new long[a.length];
        for (int k = 0; k < a.length; k++) {
            if (k % 4 == 0) {
                b[k] = -a[k]; // carries through every plane above the lowest bit set
            }
            expected[k] = a[k] + b[k];
        }
        ands.clear();
        ClearBits sum = sum(form, bits(a, rows, columns, to), bits(b, rows, columns, to), columns, from, to);
        BitMatrix want = protocol.open(protocol.toBits(vector(expected, rows, columns), from, to));
        BitMatrix got = protocol.open(sum);
        assertEquals(want.wires(), got.wires());
        for (int wire = 0; wire < want.wires(); wire++) {
            for (int row = 0; row < rows; row++) {
                assertEquals(want.get(wire, row), got.get(wire, row), "bits " + from + " to " + to + " wire " + wire);
            }
        }
        List<Integer> declared = Adder.andLayers(form, from, to);
        assertEquals(declared.stream().map(n -> n * columns).toList(), ands);
    }

    private ClearBits sum(Adder.Form form, ClearBits a, ClearBits b, int columns, int from, int to) {
        return Adder.sum(protocol, form, a, b, columns, from, to, protocol::and);
    }

    private ClearBits bits(long[] values, int rows, int columns, int to) {
        return protocol.toBits(vector(values, rows, columns), 0, to);
    }

    private ClearVector vector(long[] values, int rows, int columns) {
        long[] all = values.length == rows * columns ? values : new long[rows * columns];
        return protocol.constant(all, rows, columns, 64);
    }

    private static long[] numbers(int count, int stream) {
        return new Random(SEED + stream).longs(count).toArray();
    }

    /** The clear protocol of one party, which notes the wires of every AND. */
    @SuppressWarnings("unchecked")
    private static Protocol<ClearVector, ClearBits> counting(List<Integer> ands) {
        Clear clear = new Clear(InProcessMesh.of(1, Duration.ofSeconds(1)).getFirst());
        return (Protocol<ClearVector, ClearBits>) Proxy.newProxyInstance(
                AdderTest.class.getClassLoader(), new Class<?>[] {Protocol.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("and")) {
                        ands.add(((ClearBits) arguments[0]).wires());
                    }
                    try {
                        return method.invoke(clear, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static int total(List<Integer> layers) {
        return layers.stream().mapToInt(n -> n).sum();
    }
}
