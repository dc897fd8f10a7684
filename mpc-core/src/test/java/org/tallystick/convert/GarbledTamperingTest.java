package org.tallystick.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.Worlds.Ending;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.ProtocolAbort.Reason;
import org.tallystick.net.RecordingMesh.Entry;
import org.tallystick.ring.BitMatrix;

/**
 * Any one party does to any of its messages what it likes, tables, labels, digests, decoding bits, colours and all:
 * honest parties accept the right values or stop, and whoever was sent a bad message finds it by itself.
 */
class GarbledTamperingTest {
    private static final Roles ROLES = Roles.of(1, 1);
    private static final long SEED = 11;
    private static final int ROWS = 3;
    private static final int SCALE = Integer.getInteger("tally.test.scale", 1);
    private static final List<long[]> VALUES = GarbledWorldTest.values(ROWS, 8);

    private static List<Ending> cheat(Way way, int cheater, Duration deadline, FaultyMesh.Tamper tamper) {
        List<Ending> endings = Worlds.run(
                deadline,
                ROLES,
                way,
                SEED,
                VALUES,
                mesh -> mesh.self() == cheater ? new FaultyMesh(mesh, tamper) : mesh);
        assertHonestAreRight(endings, cheater);
        return endings;
    }

    private static void assertHonestAreRight(List<Ending> endings, int cheater) {
        List<long[]> expected = Worlds.expected(VALUES.get(0), VALUES.get(1), VALUES.get(2));
        List<Integer> finished = new ArrayList<>();
        for (int party = 0; party < 4; party++) {
            if (party != cheater && endings.get(party).abort().isEmpty()) {
                finished.add(party);
            }
        }
        for (int party : finished) {
            for (int n : new int[] {0, 3}) {
                Optional<BitMatrix> bits =
                        ((SharedOutput.Revealed) endings.get(party).outputs().get(n)).bits();
                bits.ifPresent(revealed -> assertArrayEquals(expected.get(n), Worlds.numbers(revealed)));
            }
        }
        // Two parties hold all parts between them.
        if (finished.size() >= 2) {
            List<List<SharedOutput>> outputs =
                    endings.stream().map(Ending::outputs).toList();
            assertArrayEquals(expected.get(1), Worlds.opened(outputs, 1, finished));
            assertArrayEquals(expected.get(2), Worlds.opened(outputs, 2, finished));
        }
    }

    private static List<Entry> sent(List<Ending> endings, int party) {
        return endings.get(party).entries().stream().filter(Entry::sent).toList();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void aChangedByteAnywhereStopsWhoeverReceivedIt(Way way) throws Exception {
        List<Ending> honest = Worlds.run(Worlds.LONG, ROLES, way, SEED, VALUES, mesh -> mesh);
        GarbledWorldTest.assertRight(honest, ROLES, VALUES);
        List<Callable<Void>> runs = new ArrayList<>();
        for (int cheater = 0; cheater < 4; cheater++) {
            int party = cheater;
            List<Entry> messages = sent(honest, cheater);
            for (int index = 0; index < messages.size(); index++) {
                int message = index;
                int length = messages.get(index).message().length;
                int step = Math.max(1, length / (90 * SCALE));
                for (int at = 0; at < length; at += step) {
                    int position = at;
                    runs.add(() -> {
                        int victim = messages.get(message).peer();
                        List<Ending> endings = cheat(way, party, Worlds.LONG, (number, _, bytes) -> {
                            if (number == message) {
                                bytes[position] ^= (byte) (1 << position % 8);
                            }
                            return List.of(bytes);
                        });
                        Reason reason =
                                endings.get(victim).abort().orElseThrow().reason();
                        assertTrue(reason == Reason.CHECK_FAILED || reason == Reason.MALFORMED, "found by itself");
                        return null;
                    });
                }
            }
        }
        assertTrue(runs.size() > 300, runs.size() + " runs");
        all(runs);
    }

    enum Act {
        REPEAT,
        TRUNCATE,
        EMPTY,
        ZEROS,
        OF_ANOTHER_RUN;

        List<byte[]> apply(byte[] message, byte[] other) {
            return switch (this) {
                case REPEAT -> List.of(message, message.clone());
                case TRUNCATE -> List.of(Arrays.copyOf(message, message.length - 1));
                case EMPTY -> List.of(new byte[1]);
                case ZEROS -> List.of(new byte[message.length]);
                case OF_ANOTHER_RUN -> List.of(other.clone());
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void noMessageCanBeReplaced(Act act) throws Exception {
        List<Callable<Void>> runs = new ArrayList<>();
        for (Way way : Way.values()) {
            List<Ending> honest = Worlds.run(Worlds.LONG, ROLES, way, SEED, VALUES, mesh -> mesh);
            List<Ending> other = Worlds.run(Worlds.LONG, ROLES, way, SEED + 1, VALUES, mesh -> mesh);
            for (int cheater = 0; cheater < 4; cheater++) {
                int party = cheater;
                List<Entry> messages = sent(honest, cheater);
                for (int index = 0; index < messages.size(); index++) {
                    int message = index;
                    runs.add(() -> {
                        byte[] replay = sent(other, party).get(message).message();
                        List<Ending> endings = cheat(
                                way,
                                party,
                                Worlds.LONG,
                                (number, _, bytes) -> number == message ? act.apply(bytes, replay) : List.of(bytes));
                        boolean stopped = endings.stream()
                                .anyMatch(ending -> ending.abort().isPresent());
                        // A repeated last message is never read.
                        assertTrue(stopped || act == Act.REPEAT, act + " of message " + message + " of " + party);
                        return null;
                    });
                }
            }
        }
        all(runs);
    }

    /** Whoever is silent, the evaluator has no answer: each garbler has a veto. */
    @ParameterizedTest
    @EnumSource
    void everyGarblerHasAVeto(Way way) {
        for (int garbler : new int[] {ROLES.i(), ROLES.j(), ROLES.k()}) {
            int before = way == Way.TWO || garbler != ROLES.k() ? prepared(way, garbler) : 0;
            List<Ending> endings = cheat(
                    way,
                    garbler,
                    Duration.ofMillis(300),
                    (number, _, bytes) -> number >= before ? List.of() : List.of(bytes));
            assertTrue(endings.get(ROLES.evaluator()).abort().isPresent());
        }
    }

    /** Messages of a garbler that go ahead of the inputs. */
    private static int prepared(Way way, int garbler) {
        List<Ending> honest = Worlds.run(Worlds.LONG, ROLES, way, SEED, VALUES, mesh -> mesh);
        int after = garbler == ROLES.k() ? 1 : 2;
        return sent(honest, garbler).size() - after;
    }

    @Test
    void aPartyThatSaysNothingEndsTheRunInTime() {
        for (int cheater = 0; cheater < 4; cheater++) {
            List<Ending> endings = cheat(Way.TWO, cheater, Duration.ofMillis(300), (_, _, _) -> List.of());
            long stopped = endings.stream()
                    .filter(ending -> ending.abort().isPresent())
                    .count();
            assertTrue(stopped >= 2);
        }
    }

    private static void all(List<Callable<Void>> runs) throws Exception {
        try (var executor = Executors.newFixedThreadPool(4)) {
            List<Future<Void>> futures = new ArrayList<>();
            for (Callable<Void> run : runs) {
                futures.add(executor.submit(run));
            }
            for (Future<Void> future : futures) {
                try {
                    future.get();
                } catch (ExecutionException e) {
                    executor.shutdownNow();
                    throw e;
                }
            }
            assertEquals(runs.size(), futures.size());
        }
    }
}
