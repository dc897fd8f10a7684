package org.tallystick.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.tallystick.net.Mesh;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.protocol.clear.ClearCost;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.protocol.rep4.Rep4Cost;
import org.tallystick.random.SharedSeed;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * One line of the table of profiles that the conformance and cost suites run over; a new profile adds its line to
 * {@link #ALL}.
 */
public record ProfileUnderTest<A extends ArithmeticShare, B extends BitShare>(
        Profile profile, int parties, CostModel cost, Start<A, B> starter) {
    public static final List<ProfileUnderTest<?, ?>> ALL = List.of(
            new ProfileUnderTest<>(Profile.CLEAR, 4, new ClearCost(4), (mesh, _) -> new Clear(mesh)),
            new ProfileUnderTest<>(Profile.REP4, 4, new Rep4Cost(), ProfileUnderTest::rep4));

    /** Starts one party's run number {@code run}; a mask is never shared between runs. */
    public interface Start<A extends ArithmeticShare, B extends BitShare> {
        Protocol<A, B> start(Mesh mesh, int run);
    }

    public Protocol<A, B> start(Mesh mesh, int run) {
        return starter.start(mesh, run);
    }

    private static Rep4 rep4(Mesh mesh, int run) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            if (j != mesh.self()) {
                byte[] seed = new byte[32];
                new Random(j).nextBytes(seed);
                seeds[j] = SharedSeed.of(seed);
            }
        }
        return new Rep4(mesh, seeds, ByteBuffer.allocate(32).putInt(run).array());
    }

    @Override
    public String toString() {
        return profile.id() + " with " + parties + " parties";
    }
}
