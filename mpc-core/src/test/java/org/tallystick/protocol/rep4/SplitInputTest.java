package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort.Reason;
import org.tallystick.net.RecordingMesh.Entry;
import org.tallystick.protocol.rep4.Rep4Runs.Ending;
import org.tallystick.share.Rep4Vector;

/** An owner that tells its two receivers different parts, or nothing: what the tags of fresh inputs are there for. */
class SplitInputTest {
    /** What owner 0 can see of a run in which it tells party 3 its part plus 2^63. */
    private record Split(boolean judgeStopped, long knownPartsOfSecret) {}

    /** A first product without tags, put together from the pieces of rep4; party 1 is the judge. */
    private static Rep4Vector untagged(Run run, Rep4Vector x, Rep4Vector y, List<Inputs.Pending> pending) {
        Round round = new Round(run);
        for (Inputs.Pending input : pending) {
            int p = input.owner();
            round.compareTold(p, p + 2 & 3, p + 3 & 3, false, input.packed());
        }
        Products.Local local = Products.multiply(run.self(), x, y);
        JointInput.add(run, round, Terms.PRODUCT, Lanes.ring(x.elements(), 64), local.parts(), local::cross);
        round.exchange();
        return new Rep4Vector(1, 1, 64, local.parts());
    }

    private static Split splitInput(int proposal, long secret, boolean tagged) {
        long[] known = new long[1];
        List<Ending> endings = Rep4Runs.run(
                Rep4Runs.LONG,
                mesh -> mesh.self() != 0
                        ? mesh
                        : new FaultyMesh(mesh, (index, to, bytes) -> {
                            bytes[7] ^= (byte) (index < 2 && to == 3 ? 0x80 : 0);
                            return List.of(bytes);
                        }),
                mesh -> {
                    var inputs = List.of(
                            Rep4Runs.input(mesh.self(), 0, 1, 1, 64, new long[] {7}),
                            Rep4Runs.input(mesh.self(), 2, 1, 1, 64, new long[] {secret}));
                    List<Rep4Vector> shares;
                    if (tagged) {
                        Rep4 p = Rep4Runs.start(mesh, proposal);
                        shares = p.inputs(inputs);
                        note(known, mesh, shares.get(1));
                        p.multiply(shares.get(0), shares.get(1));
                    } else {
                        Run run = new Run(mesh, Rep4Runs.seeds(mesh.self()), Rep4Runs.hash(proposal), Terms.STANDARD);
                        List<Inputs.Pending> pending = new ArrayList<>();
                        shares = Inputs.share(run, inputs, Inputs.ofRun(run), pending);
                        note(known, mesh, shares.get(1));
                        untagged(run, shares.get(0), shares.get(1), pending);
                    }
                    return List.of();
                });
        assertEquals(Reason.CHECK_FAILED, endings.get(2).abort().orElseThrow().reason());
        assertEquals(Reason.CHECK_FAILED, endings.get(3).abort().orElseThrow().reason());
        return new Split(endings.get(1).aborted(), known[0]);
    }

    private static void note(long[] known, Mesh mesh, Rep4Vector secret) {
        if (mesh.self() == 0) {
            known[0] = secret.part(1)[0] + secret.part(2)[0] + secret.part(3)[0];
        }
    }

    /** Party 1 compares the term x1·y0, off by 2^63·y0: it stops where y0 is odd, and the owner knows y1 + y2 + y3. */
    @Test
    void withoutTagsAnOwnerThatSplitsItsInputLearnsABitOfASecret() {
        Random random = new Random(2);
        int stopped = 0;
        for (int proposal = 0; proposal < 64; proposal++) {
            long secret = random.nextInt(2);
            Split split = splitInput(proposal, secret, false);
            long guess = (split.judgeStopped() ? 1 : 0) + split.knownPartsOfSecret() & 1;
            assertEquals(secret, guess);
            stopped += split.judgeStopped() ? 1 : 0;
        }
        assertTrue(stopped > 10 && stopped < 54, "stopped " + stopped + " times of 64");
    }

    @Test
    void withTagsTheThirdPartyStopsWhateverTheSecret() {
        for (int proposal = 0; proposal < 64; proposal++) {
            assertTrue(splitInput(proposal, 0, true).judgeStopped());
            assertTrue(splitInput(proposal, 1, true).judgeStopped());
        }
    }

    /** An owner tells the last of the others its part plus 2^63. */
    private static List<Ending> afterALie(int owner, Function<Rep4, List<Long>> body) {
        return Rep4Runs.run(
                Rep4Runs.LONG,
                mesh -> mesh.self() != owner
                        ? mesh
                        : new FaultyMesh(mesh, (index, to, bytes) -> {
                            bytes[7] ^= (byte) (index < 2 && to == (owner + 3 & 3) ? 0x80 : 0);
                            return List.of(bytes);
                        }),
                mesh -> body.apply(Rep4Runs.start(mesh, owner)));
    }

    private static void assertFailedItsOwnCheck(Ending ending) {
        assertEquals(Reason.CHECK_FAILED, ending.abort().orElseThrow().reason());
    }

    /** With the tags, it finds the lie by itself, in the round of the product, and says nothing after it. */
    @Test
    void theThirdPartyNeedsNoStopNotice() {
        for (int owner = 0; owner < 4; owner++) {
            int liar = owner;
            List<Ending> endings = afterALie(liar, p -> {
                Rep4Vector x = Rep4Runs.input(p, liar, 1, 1, 64, new long[] {1});
                Rep4Vector even = p.constant(new long[] {2}, 1, 1, 64);
                return List.of(p.open(p.multiply(x, even))[0]); // 2^63 · 2 = 0: no product tells of the lie
            });
            for (int party = 0; party < 4; party++) {
                if (party != liar) {
                    assertFailedItsOwnCheck(endings.get(party));
                }
            }
        }
    }

    /** The same where no product follows and the check travels alone. */
    @Test
    void theThirdPartyIsToldOfACheckThatTravelsAlone() {
        for (int owner = 0; owner < 4; owner++) {
            int liar = owner;
            List<Ending> endings = afterALie(liar, p -> {
                Rep4Runs.input(p, liar, 1, 1, 64, new long[] {1});
                p.settle();
                return List.of();
            });
            assertFailedItsOwnCheck(endings.get(liar + 1 & 3));
        }
    }

    /** Or an owner could choose its input by what is opened. */
    @Test
    void nobodyOpensAnythingBeforeAnOwnerHasSpoken() {
        for (int owner = 0; owner < 4; owner++) {
            int silent = owner;
            List<Ending> endings = Rep4Runs.run(
                    Duration.ofMillis(150),
                    mesh -> mesh.self() != silent ? mesh : new FaultyMesh(mesh, (index, to, bytes) -> List.of()),
                    mesh -> {
                        Rep4 p = Rep4Runs.start(mesh, silent);
                        Rep4Vector open = p.constant(new long[] {5}, 1, 1, 64);
                        Rep4Runs.input(p, silent, 1, 1, 64, new long[] {1});
                        p.sign(p.add(open, open));
                        p.open(open);
                        return List.of();
                    });
            for (int party = 0; party < 4; party++) {
                if (party != silent) {
                    assertTrue(endings.get(party).aborted());
                    assertTrue(endings.get(party).entries().stream().noneMatch(Entry::sent), "party " + party);
                }
            }
        }
    }
}
