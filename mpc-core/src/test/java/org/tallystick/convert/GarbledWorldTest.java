package org.tallystick.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.convert.GarbledFunction.Input;
import org.tallystick.convert.GarbledFunction.Target;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.Worlds.Ending;
import org.tallystick.garble.Circuit;
import org.tallystick.net.CountingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.protocol.Cost;
import org.tallystick.ring.BitMatrix;

/** The garbled world gives what plain arithmetic gives, at the cost that it declares. */
class GarbledWorldTest {
    private static final List<Integer> ALL = List.of(0, 1, 2, 3);

    static List<long[]> values(int rows, long seed) {
        Random random = new Random(seed);
        List<long[]> values = new ArrayList<>();
        for (int width : new int[] {Worlds.WIDTH, Worlds.WIDTH, 3}) {
            long[] ends = {0, 1, (1L << width) - 1, 1L << width - 1, (1L << width - 1) - 1};
            values.add(random.longs(rows, 0, 1L << width)
                    .map(value -> random.nextInt(3) == 0 ? ends[random.nextInt(5)] : value)
                    .toArray());
        }
        return values;
    }

    static void assertRight(List<Ending> endings, Roles roles, List<long[]> values) {
        List<long[]> expected = Worlds.expected(values.get(0), values.get(1), values.get(2));
        List<List<SharedOutput>> outputs = endings.stream().map(Ending::outputs).toList();
        for (int party = 0; party < 4; party++) {
            for (int n : new int[] {0, 3}) {
                Optional<BitMatrix> bits =
                        ((SharedOutput.Revealed) outputs.get(party).get(n)).bits();
                assertEquals(party == roles.evaluator(), bits.isPresent(), "to the evaluator alone");
                if (bits.isPresent()) {
                    assertArrayEquals(expected.get(n), Worlds.numbers(bits.get()));
                }
            }
        }
        assertArrayEquals(expected.get(1), Worlds.opened(outputs, 1, ALL));
        assertArrayEquals(expected.get(2), Worlds.opened(outputs, 2, ALL));
    }

    static Stream<Arguments> everyRole() {
        List<Arguments> all = new ArrayList<>();
        for (int evaluator = 0; evaluator < 4; evaluator++) {
            for (int turn = 0; turn < 3; turn++) {
                for (Way way : Way.values()) {
                    all.add(Arguments.of(evaluator, turn, way));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everyRole")
    void everyRoleAndWay(int evaluator, int turn, Way way) {
        Roles roles = Roles.of(evaluator, turn);
        List<long[]> values = values(5, 10L * evaluator + turn);
        List<Ending> endings = Worlds.run(Worlds.LONG, roles, way, turn, values, mesh -> mesh);
        endings.forEach(ending -> ending.abort().ifPresent(abort -> {
            throw abort;
        }));
        assertRight(endings, roles, values);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 130, 1000})
    void anyNumberOfRows(int rows) {
        for (Way way : Way.values()) {
            Roles roles = Roles.of(rows & 3, rows % 3);
            List<long[]> values = values(rows, rows);
            assertRight(Worlds.run(Worlds.LONG, roles, way, 5, values, mesh -> mesh), roles, values);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsDeclaredIsMeasured(Way way) {
        int rows = 70;
        for (int turn = 0; turn < 3; turn++) {
            Roles roles = Roles.of(2, turn);
            List<long[]> values = values(rows, 3);
            List<CountingMesh> meshes = CountingMesh.wrap(InProcessMesh.of(4, Worlds.LONG));
            GarbledFunction function = Worlds.function(way);
            InProcessMesh.run(List.copyOf(meshes), mesh -> {
                GarbledWorld world = new GarbledWorld(mesh, Worlds.seeds(mesh.self(), 1), new byte[32], roles);
                GarbledStock stock = world.prepare(function, rows, 1);
                return world.run(stock, Worlds.inputs(mesh.self(), values.get(0), values.get(1), values.get(2), 1));
            });
            Cost run = function.runCost(roles, rows);
            long[] sent = new long[4];
            Arrays.setAll(sent, party -> meshes.get(party).bytesSent());
            assertArrayEquals(function.prepareCost(roles, rows).plus(run).bytesSent(), sent);
            assertEquals(run.rounds(), meshes.getFirst().rounds(), "labels do not wait for tables");
            assertEquals(3, run.rounds());
        }
    }

    @Test
    void addingUpTakesAsManyAndsAsDesigned() {
        for (Way way : Way.values()) {
            GarbledFunction function = GarbledFunction.of(
                    way,
                    List.of(Input.number(64)),
                    List.of(Target.EVALUATOR),
                    new int[] {64},
                    Circuit.Order.AS_BUILT,
                    (_, in) -> in);
            assertEquals(way == Way.TWO ? 63 : 125, function.circuit().ands());
            assertEquals(1, function.runCost(Roles.of(0, 0), 1).rounds(), "one message to an answer");
        }
    }

    @Test
    void stockIsUsedOnce() {
        Roles roles = Roles.of(0, 0);
        List<long[]> values = values(2, 1);
        InProcessMesh.run(InProcessMesh.of(4, Duration.ofSeconds(30)), mesh -> {
            GarbledWorld world = new GarbledWorld(mesh, Worlds.seeds(mesh.self(), 1), new byte[32], roles);
            GarbledStock stock = world.prepare(Worlds.function(Way.TWO), 2, 1);
            List<SharedInput> inputs = Worlds.inputs(mesh.self(), values.get(0), values.get(1), values.get(2), 1);
            assertFalse(stock.used());
            world.run(stock, inputs);
            assertTrue(stock.used());
            assertEquals(
                    ProtocolAbort.Reason.STOPPED,
                    assertThrows(ProtocolAbort.class, () -> world.run(stock, inputs))
                            .reason());
            return true;
        });
    }

    /** Stocks made together and used apart, in another order, over another mesh, by rows that differ. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 70, 140})
    void stocksOfARowMadeTogether(int count) {
        for (Way way : Way.values()) {
            Roles roles = Roles.of(count & 3, 2);
            List<List<GarbledStock>> stocks = InProcessMesh.run(
                    InProcessMesh.of(4, Worlds.LONG),
                    mesh -> new GarbledWorld(mesh, Worlds.seeds(mesh.self(), 1), new byte[32], roles)
                            .prepareEach(Worlds.function(way), count, 6));
            for (int n : new int[] {count - 1, 0}) {
                List<long[]> values = values(1, n);
                List<Ending> endings = InProcessMesh.run(InProcessMesh.of(4, Worlds.LONG), mesh -> {
                    int self = mesh.self();
                    GarbledWorld world = new GarbledWorld(mesh, Worlds.seeds(self, 1), new byte[] {1}, roles);
                    GarbledStock stock = stocks.get(self).get(n);
                    if (stock.used()) {
                        assertEquals(1, count);
                        stock = world.prepareEach(Worlds.function(way), 1, 7).getFirst();
                    }
                    List<SharedInput> inputs = Worlds.inputs(self, values.get(0), values.get(1), values.get(2), n);
                    return new Ending(world.run(stock, inputs), Optional.empty(), List.of());
                });
                assertRight(endings, roles, values);
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeTheStockIsUsed() {
        InProcessMesh.run(InProcessMesh.of(4, Duration.ofSeconds(30)), mesh -> {
            GarbledWorld world = new GarbledWorld(mesh, Worlds.seeds(mesh.self(), 1), new byte[32], Roles.of(1, 0));
            GarbledStock stock = world.prepare(Worlds.function(Way.THREE), 2, 1);
            SharedInput wide = Worlds.number(mesh.self(), new long[2], Worlds.WIDTH + 1, 1);
            SharedInput right = Worlds.number(mesh.self(), new long[2], Worlds.WIDTH, 1);
            SharedInput bits = Worlds.bits(mesh.self(), new long[2], 3, 1);
            assertThrows(IllegalArgumentException.class, () -> world.run(stock, List.of(right, wide, bits)));
            assertThrows(IllegalArgumentException.class, () -> world.run(stock, List.of(right, right, right)));
            assertThrows(IllegalArgumentException.class, () -> world.run(stock, List.of(right, right)));
            assertFalse(stock.used());
            return true;
        });
        assertThrows(IllegalArgumentException.class, () -> Roles.of(4, 0));
    }
}
