package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort.Reason;
import org.tallystick.net.RecordingMesh.Entry;
import org.tallystick.protocol.rep4.Rep4Runs.Ending;

/**
 * Any one party does to any of its messages what it likes, in a run of every operation: no honest party ever accepts
 * anything but the right answer, each ends by itself, and whoever was sent a bad message says nothing more.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Tampering {
    private static final int PROPOSAL = 1;
    private static final int SCALE = Integer.getInteger("tally.test.scale", 1);
    private static final Duration SHORT = Duration.ofMillis(150);

    private final Terms terms;
    private List<Ending> honest;
    private List<Ending> otherRun;

    /** @param shortBytes up to which elements go in few messages */
    Tampering(int shortBytes) {
        terms = new Terms(shortBytes);
    }

    @BeforeAll
    void runHonestly() {
        honest = Rep4Runs.run(Rep4Runs.LONG, mesh -> mesh, mesh -> everything(mesh, PROPOSAL));
        otherRun = Rep4Runs.run(Rep4Runs.LONG, mesh -> mesh, mesh -> everything(mesh, PROPOSAL + 1));
        for (Ending ending : honest) {
            assertFalse(ending.aborted());
        }
        assertTrue(messagesOf(0).size() > 40, "a run of every operation has many messages");
        for (int party = 0; party < 4; party++) {
            long second = messagesOf(party).stream()
                    .filter(entry -> entry.message().length == Rep4Runs.SECOND_INPUT_BYTES)
                    .count();
            assertEquals(party == 2 ? 2 : 0, second, "messages as long as the second input of party 2");
        }
    }

    private List<Long> everything(Mesh mesh, int proposal) {
        return Rep4Runs.everything(Rep4Runs.start(mesh, proposal, terms));
    }

    private List<Entry> messagesOf(int party) {
        return honest.get(party).entries().stream().filter(Entry::sent).toList();
    }

    /** The whole run with one cheater; every honest party ends with the honest answer or with an abort. */
    private List<Ending> cheat(int cheater, Duration deadline, FaultyMesh.Tamper tamper) {
        List<Ending> endings = Rep4Runs.run(
                deadline,
                mesh -> mesh.self() == cheater ? new FaultyMesh(mesh, tamper) : mesh,
                mesh -> everything(mesh, PROPOSAL));
        for (int party = 0; party < 4; party++) {
            if (party != cheater) {
                Ending ending = endings.get(party);
                assertTrue(
                        ending.aborted()
                                || ending.answer().equals(honest.get(party).answer()),
                        "wrong answer");
            }
        }
        return endings;
    }

    @Test
    @Tag("slow")
    void aChangedByteAnywhereStopsWhoeverReceivedIt() throws Exception {
        List<Callable<Void>> runs = new ArrayList<>();
        for (int cheater = 0; cheater < 4; cheater++) {
            int party = cheater;
            for (int index = 0; index < messagesOf(cheater).size(); index++) {
                int message = index;
                byte[] original = messagesOf(cheater).get(index).message();
                for (int at = 0; at < original.length; at++) {
                    int position = at;
                    for (int bit = (at + index) % 8, end = Math.min(8, bit + SCALE); bit < end; bit++) {
                        int flip = bit;
                        runs.add(() -> flip(party, message, position, flip));
                    }
                }
            }
        }
        all(runs, 4);
    }

    private Void flip(int cheater, int message, int position, int bit) {
        int victim = messagesOf(cheater).get(message).peer();
        List<Ending> endings = cheat(cheater, Rep4Runs.LONG, (index, _, bytes) -> {
            if (index == message) {
                bytes[position] ^= (byte) (1 << bit);
            }
            return List.of(bytes);
        });
        Reason reason = endings.get(victim).abort().orElseThrow().reason();
        assertTrue(reason == Reason.CHECK_FAILED || reason == Reason.MALFORMED, "the victim finds it by itself");
        assertSilentAfter(endings.get(victim), cheater, message);
        return null;
    }

    /** After a bad message the victim sends nothing; after an owner's part, the messages of one round. */
    private void assertSilentAfter(Ending victim, int cheater, int message) {
        int nth = (int) messagesOf(cheater).subList(0, message).stream()
                .filter(earlier ->
                        earlier.peer() == messagesOf(cheater).get(message).peer())
                .count();
        List<Entry> entries = victim.entries();
        int at = 0;
        for (int seen = 0; at < entries.size(); at++) {
            if (!entries.get(at).sent() && entries.get(at).peer() == cheater && seen++ == nth) {
                break;
            }
        }
        assertTrue(at < entries.size(), "the bad message arrived");
        int rounds = 0;
        for (int k = at + 1; k < entries.size(); k++) {
            if (entries.get(k).sent() && !entries.get(k - 1).sent()) {
                rounds++;
            }
        }
        assertTrue(
                rounds <= (ownersPart(message, messagesOf(cheater).get(message).message()) ? 1 : 0),
                "messages of " + rounds + " rounds followed");
    }

    /**
     * Whether a message is an owner's part, whose check comes a round later: the first two, and party 2's second ones.
     */
    private static boolean ownersPart(int message, byte[] bytes) {
        return message < 2 || bytes.length == Rep4Runs.SECOND_INPUT_BYTES;
    }

    enum Act {
        REPEAT {
            @Override
            List<byte[]> apply(byte[] message, byte[] otherRun) {
                return List.of(message, message.clone());
            }
        },
        TRUNCATE {
            @Override
            List<byte[]> apply(byte[] message, byte[] otherRun) {
                return List.of(Arrays.copyOf(message, message.length - 1));
            }
        },
        EXTEND {
            @Override
            List<byte[]> apply(byte[] message, byte[] otherRun) {
                return List.of(Arrays.copyOf(message, message.length + 1));
            }
        },
        EMPTY {
            @Override
            List<byte[]> apply(byte[] message, byte[] otherRun) {
                return List.of(new byte[0]);
            }
        },
        ZEROS {
            @Override
            List<byte[]> apply(byte[] message, byte[] otherRun) {
                return List.of(new byte[message.length]);
            }
        },
        ONES {
            @Override
            List<byte[]> apply(byte[] message, byte[] otherRun) {
                byte[] ones = new byte[message.length];
                Arrays.fill(ones, (byte) -1);
                return List.of(ones);
            }
        },
        REPLAY_OF_ANOTHER_RUN {
            @Override
            List<byte[]> apply(byte[] message, byte[] otherRun) {
                return List.of(otherRun.clone());
            }
        };

        abstract List<byte[]> apply(byte[] message, byte[] otherRun);
    }

    @ParameterizedTest
    @EnumSource
    void noMessageCanBeReplaced(Act act) throws Exception {
        List<Callable<Void>> runs = new ArrayList<>();
        for (int cheater = 0; cheater < 4; cheater++) {
            int party = cheater;
            for (int index = 0; index < messagesOf(cheater).size(); index++) {
                int message = index;
                runs.add(() -> {
                    byte[] original = messagesOf(party).get(message).message();
                    List<byte[]> replaced = act.apply(original, replayed(party, message));
                    List<Ending> endings =
                            cheat(party, Rep4Runs.LONG, (at, _, bytes) -> at == message ? replaced : List.of(bytes));
                    // A repeated last message is never read, and a message of a few bits may happen to equal another.
                    boolean harmless = act == Act.REPEAT && lastToItsPeer(party, message)
                            || replaced.size() == 1 && Arrays.equals(original, replaced.getFirst());
                    Ending victim = endings.get(messagesOf(party).get(message).peer());
                    assertEquals(!harmless, victim.aborted());
                    return null;
                });
            }
        }
        all(runs, 4);
    }

    private byte[] replayed(int cheater, int message) {
        return otherRun.get(cheater).entries().stream()
                .filter(Entry::sent)
                .toList()
                .get(message)
                .message();
    }

    private boolean lastToItsPeer(int cheater, int message) {
        List<Entry> all = messagesOf(cheater);
        return all.subList(message + 1, all.size()).stream()
                .noneMatch(later -> later.peer() == all.get(message).peer());
    }

    @Test
    void aDroppedMessageEndsInAnAbortNotInAHang() throws Exception {
        List<Callable<Void>> runs = new ArrayList<>();
        for (int cheater = 0; cheater < 4; cheater++) {
            int party = cheater;
            for (int index = 0; index < messagesOf(cheater).size(); index++) {
                int message = index;
                runs.add(() -> {
                    List<Ending> endings =
                            cheat(party, SHORT, (at, _, bytes) -> at == message ? List.of() : List.of(bytes));
                    assertTrue(
                            endings.get(messagesOf(party).get(message).peer()).aborted());
                    return null;
                });
            }
        }
        all(runs, 24); // they mostly wait for their deadline
    }

    @Test
    void messagesToOnePeerCannotChangePlaces() throws Exception {
        List<Callable<Void>> runs = new ArrayList<>();
        for (int cheater = 0; cheater < 4; cheater++) {
            int party = cheater;
            for (int index = 0; index < messagesOf(cheater).size(); index++) {
                int message = index;
                if (!lastToItsPeer(cheater, index)) {
                    runs.add(() -> swap(party, message));
                }
            }
        }
        all(runs, 24);
    }

    private Void swap(int cheater, int message) {
        int victim = messagesOf(cheater).get(message).peer();
        List<byte[]> held = new ArrayList<>();
        List<Ending> endings = cheat(cheater, SHORT, (index, to, bytes) -> {
            if (index == message) {
                held.add(bytes);
                return List.of();
            }
            return to == victim && held.size() == 1 ? List.of(bytes, held.removeFirst()) : List.of(bytes);
        });
        assertTrue(endings.get(victim).aborted());
        return null;
    }

    @Test
    void anyMixtureOfActsToSeveralPeersAtOnce() throws Exception {
        List<Callable<Void>> runs = new ArrayList<>();
        IntStream.range(0, 300 * SCALE)
                .forEach(seed -> runs.add(() -> {
                    int cheater = seed % 4;
                    Random random = new Random(seed);
                    int rate = 1 + random.nextInt(40);
                    cheat(
                            cheater,
                            SHORT,
                            (index, _, bytes) -> random.nextInt(rate) > 0 ? List.of(bytes) : mixed(random, bytes));
                    return null;
                }));
        all(runs, 24);
    }

    private static List<byte[]> mixed(Random random, byte[] message) {
        byte[] changed = message.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return switch (random.nextInt(6)) {
            case 0 -> List.of();
            case 1 -> List.of(message, changed);
            case 2 -> List.of(new byte[random.nextInt(2 * message.length)]);
            default -> List.of(changed);
        };
    }

    /** An owner who tells both the same other value has brought another input: the answer is right for that. */
    @Test
    void anOwnerMayOnlyChooseItsInput() {
        List<Ending> endings = Rep4Runs.run(
                Rep4Runs.LONG,
                mesh -> mesh.self() != 1
                        ? mesh
                        : new FaultyMesh(mesh, (index, _, bytes) -> {
                            bytes[0] ^= index < 2 ? (byte) 1 : 0;
                            return List.of(bytes);
                        }),
                mesh -> sum(Rep4Runs.start(mesh, PROPOSAL)));
        for (int party : new int[] {0, 2, 3}) {
            long opened = endings.get(party).answer().orElseThrow().getFirst();
            assertTrue(opened == 20 + 3 || opened == 22 + 3, "the lowest bit of a part of 21 changed: " + opened);
            assertEquals(endings.getFirst().answer(), endings.get(party).answer());
        }
    }

    private static List<Long> sum(Rep4 p) {
        List<Long> answer = new ArrayList<>();
        var x = Rep4Runs.input(p, 1, 1, 1, 64, new long[] {21});
        var y = Rep4Runs.input(p, 2, 1, 1, 64, new long[] {3});
        Rep4Runs.add(answer, p.open(p.add(x, y)));
        return answer;
    }

    /** Runs so many at a time; the first failure is the test's. */
    private static void all(List<Callable<Void>> runs, int atOnce) throws Exception {
        try (var executor =
                Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
            for (Future<Void> done : executor.invokeAll(runs)) {
                done.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }
}
