package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.net.ProtocolAbort.Reason;
import org.tallystick.net.RecordingMesh.Entry;
import org.tallystick.protocol.rep4.Lanes.Parity;
import org.tallystick.protocol.rep4.Rep4Runs.Ending;
import org.tallystick.random.UniversalHash;
import org.tallystick.ring.Ring;
import org.tallystick.share.Rep4Vector;

/**
 * The attacks that rep4's rules are there for, each against a variant without the rule, where it succeeds, and against
 * rep4, where it does not. So a change that drops a rule fails here.
 */
class AttackTest {
    // ---- late digest

    /**
     * A model of rep4 with digests compared a round late. Party 3 as sender makes a product's part 2 wrong by d at
     * party 0. In the next round, the term {2, 3} goes to it from party 1, with the digest of the cheated party 0:
     * value and digest differ by d · y3, and y3 is the part party 3 lacks. Here d leaves 16 bits of it in the
     * difference.
     */
    @Test
    void aDigestComparedALateRoundTellsTheCheaterThePartItLacks() {
        Random random = new Random(1);
        long d = 1L << 48;
        long y3 = random.nextLong();
        long fromHonest = random.nextLong();
        long[] key = random.longs(2).toArray(); // the receiver of a message knows its key
        long[] digest = digest(fromHonest + d * y3, key);
        long[] guesses = LongStream.range(0, 1 << 16)
                .filter(guess -> equal(digest(fromHonest + d * guess, key), digest))
                .toArray();
        assertArrayEquals(new long[] {y3 & 0xFFFF}, guesses);
    }

    private static long[] digest(long message, long[] key) {
        return UniversalHash.digest(
                new long[] {message}, (_, target) -> System.arraycopy(key, 0, target, 0, target.length));
    }

    private static boolean equal(long[] x, long[] y) {
        return x[0] == y[0] && x[1] == y[1];
    }

    /** Rep4 itself: who was sent a wrong value in the round of one product sends nothing in that of the next. */
    @Test
    void whoWasSentAWrongValueSendsNoDigestInTheNextRound() {
        for (int cheater = 0; cheater < 4; cheater++) {
            for (int victim = 0; victim < 4; victim++) {
                if (victim != cheater) {
                    sendsNothingMore(cheater, victim);
                }
            }
        }
    }

    private static void sendsNothingMore(int cheater, int victim) {
        List<Ending> endings = Rep4Runs.run(
                Rep4Runs.LONG,
                mesh -> mesh.self() != cheater
                        ? mesh
                        : new FaultyMesh(mesh, (_, to, bytes) -> {
                            bytes[7] ^= (byte) (to == victim ? 0x80 : 0);
                            return List.of(bytes);
                        }),
                mesh -> {
                    Rep4 p = Rep4Runs.start(mesh, 5);
                    Rep4Vector x = p.addConstant(p.constant(new long[] {3, 4}, 1, 2, 64), 1);
                    Rep4Vector square = p.multiply(x, x);
                    p.multiply(square, square);
                    return List.of();
                });
        Ending ending = endings.get(victim);
        assertEquals(Reason.CHECK_FAILED, ending.abort().orElseThrow().reason());
        List<Entry> entries = ending.entries();
        long sent = entries.stream().filter(Entry::sent).count();
        assertEquals(sent, entries.stream().takeWhile(Entry::sent).count(), "all it sent was of the first round");
    }

    @Test
    void aRunThatHasEndedRefusesEverything() {
        Rep4Runs.run(
                Rep4Runs.LONG, mesh -> mesh.self() != 0 ? mesh : new FaultyMesh(mesh, AttackTest::lowestBit), mesh -> {
                    Rep4 p = Rep4Runs.start(mesh, 6);
                    Rep4Vector x = p.constant(new long[] {3, 4}, 1, 2, 64);
                    ProtocolAbort abort = assertThrows(ProtocolAbort.class, () -> {
                        p.multiply(x, x);
                        p.open(x);
                    });
                    assertThrows(ProtocolAbort.class, () -> p.multiply(x, x));
                    assertThrows(ProtocolAbort.class, () -> p.open(x));
                    throw abort;
                });
    }

    private static List<byte[]> lowestBit(int index, int to, byte[] message) {
        message[0] ^= 1;
        return List.of(message);
    }

    // ---- a proposal used twice, or told differently

    private static List<Long> opened(Mesh mesh, int proposal, long secret) {
        Rep4 p = Rep4Runs.start(mesh, proposal);
        Rep4Vector x = Rep4Runs.input(p, 1, 1, 1, 64, new long[] {secret});
        List<Long> answer = new ArrayList<>();
        Rep4Runs.add(answer, p.open(p.multiply(x, x)));
        return answer;
    }

    /** The part that owner 1 sends is its secret under a mask; two runs of one proposal use one mask. */
    @Test
    void aProposalUsedTwiceGivesAwayTheDifferenceOfSecrets() {
        long[] secrets = {1_000_003, 77};
        assertEquals(secrets[0] - secrets[1], firstPart(9, secrets[0]) - firstPart(9, secrets[1]));
        assertNotEquals(secrets[0] - secrets[1], firstPart(9, secrets[0]) - firstPart(10, secrets[1]));
    }

    private static long firstPart(int proposal, long secret) {
        List<Ending> endings = Rep4Runs.run(Rep4Runs.LONG, mesh -> mesh, mesh -> opened(mesh, proposal, secret));
        byte[] received = received(endings.get(3), 1);
        return ByteBuffer.wrap(received).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** Whoever was told another proposal than the rest, or two against two: nobody gets as far as an answer. */
    @Test
    void aProposalToldDifferentlyEndsInAnAbortOfAll() {
        for (int told = 1; told < 15; told++) {
            int other = told;
            List<Ending> endings = Rep4Runs.run(
                    Rep4Runs.LONG, mesh -> mesh, mesh -> opened(mesh, 20 + (other >>> mesh.self() & 1), 6));
            for (Ending ending : endings) {
                assertTrue(ending.aborted(), "told " + other);
                assertEquals(Optional.empty(), ending.answer());
            }
        }
    }

    // ---- the veto over an answer

    /**
     * Party 0 is to learn six bits and party 2, which has the pad s, never releases it. But party 3 sends the digest of
     * s, under a key that party 0 knows: it tries all 64 pads.
     */
    @Test
    void aDigestWithoutAVeilMakesAVetoWorthless() {
        for (long answer : new long[] {0, 5, 63}) {
            assertArrayEquals(new long[] {answer}, explained(AttackTest::withoutVeils, 1, answer));
        }
    }

    @Test
    void noPadExplainsADigestBehindItsVeil() {
        for (int proposal = 0; proposal < 50; proposal++) {
            assertEquals(0, explained(Openings::toOne, 17, proposal).length);
        }
    }

    private interface Opening {
        long[] toOne(Run run, Lanes lanes, long[][] parts, int r);
    }

    /** As in {@link Openings}, with plain joint messages. */
    private static long[] withoutVeils(Run run, Lanes lanes, long[][] parts, int r) {
        long[][] shown = new long[4][];
        if (run.self() != r) {
            shown[2] = run.shared(r, Run.Domain.PAD, Run.channel(2, 3, 0), 0, lanes.words());
            shown[3] = run.shared(r, Run.Domain.PAD, Run.channel(3, 1, 0), 0, lanes.words());
            shown[1] = Ring.xor(parts[r], Ring.xor(shown[2], shown[3]));
        }
        Round round = new Round(run);
        for (int sender = 1; sender < 4; sender++) {
            long[] packed = null;
            if (run.self() != r) {
                lanes.trim(shown[sender], Parity.ALL);
                packed = lanes.pack(shown[sender], Parity.ALL);
            }
            round.joint(sender, sender % 3 + 1, r, lanes, Parity.ALL, packed, _ -> {});
        }
        round.exchange();
        return parts[0];
    }

    /**
     * The answers that agree with all that party 0 saw from parties 1 and 3.
     *
     * @param valueBytes what precedes the first digest of party 1: its six bits, and their veil if any
     */
    private static long[] explained(Opening opening, int valueBytes, long answer) {
        Lanes lanes = Lanes.bits(6, 1);
        List<Ending> endings = Rep4Runs.run(
                Rep4Runs.LONG,
                mesh -> mesh.self() != 2
                        ? mesh
                        : new FaultyMesh(mesh, (_, _, bytes) -> List.of(new byte[bytes.length])),
                mesh -> {
                    long[] bits =
                            LongStream.range(0, 6).map(k -> answer >>> k & 1).toArray();
                    long[][] parts = JointInput.zeroParts(mesh.self(), 6);
                    parts[0] = mesh.self() == 0 ? null : bits;
                    opening.toOne(
                            new Run(mesh, Rep4Runs.seeds(mesh.self()), Rep4Runs.hash(3), Terms.STANDARD),
                            lanes,
                            parts,
                            0);
                    return List.of();
                });
        byte[] fromFirst = received(endings.getFirst(), 1);
        byte[] fromLast = received(endings.getFirst(), 3);
        assertEquals(valueBytes + 16, fromFirst.length);
        ByteBuffer digest = ByteBuffer.wrap(fromLast).order(ByteOrder.LITTLE_ENDIAN);
        long[] seen = {digest.getLong(), digest.getLong()};
        long t = fromLast[16];
        Mesh mesh = InProcessMesh.of(4, Rep4Runs.LONG).getFirst();
        long[] key = new Run(mesh, Rep4Runs.seeds(0), Rep4Runs.hash(3), Terms.STANDARD)
                .shared(2, Run.Domain.DIGEST_KEY, Run.channel(2, 3, 0), 1, 2);
        return LongStream.range(0, 64)
                .filter(s -> equal(digest(s, key), seen))
                .map(s -> fromFirst[0] ^ s ^ t)
                .toArray();
    }

    private static byte[] received(Ending ending, int peer) {
        return ending.entries().stream()
                .filter(entry -> !entry.sent() && entry.peer() == peer)
                .findFirst()
                .orElseThrow()
                .message();
    }
}
