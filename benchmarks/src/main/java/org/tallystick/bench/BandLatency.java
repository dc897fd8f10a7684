package org.tallystick.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.tallystick.convert.GarbledFunction;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.convert.ScoreFunctions;
import org.tallystick.convert.SharedOutput;
import org.tallystick.gadget.Bands;
import org.tallystick.garble.Circuit;
import org.tallystick.net.DelayingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Vector;

/**
 * One score, as shares, to its band at the bank, over an emulated network: garbled with stock in place, and bit-sliced.
 * Proposal, acceptances and inputs come before, and take three one-way messages either way.
 */
final class BandLatency {
    private static final int BANK = 3;
    private static final int THRESHOLDS = 7;
    private static final int WIDTH = 44;
    private static final double BITS_PER_SECOND = 1e9;

    private final Duration oneWay;
    private final GarbledFunction band = ScoreFunctions.band(Way.TWO, WIDTH, THRESHOLDS, Circuit.Order.LAYERED);

    BandLatency(Duration oneWay) {
        this.oneWay = oneWay;
    }

    /** Seconds from labels to the answer. */
    double garbled(int number) {
        Roles roles = Roles.of(BANK, number);
        GarbledRuns shares = new GarbledRuns(band, 1);
        byte[] runId = ByteBuffer.allocate(32).putInt(number).array();
        List<GarbledStock> stocks = InProcessMesh.run(
                InProcessMesh.of(4, Duration.ofSeconds(60)),
                mesh -> new GarbledWorld(mesh, GarbledRuns.seeds(mesh.self()), runId, roles).prepare(band, 1, 0));
        return delayed(mesh -> {
            GarbledWorld world = new GarbledWorld(mesh, GarbledRuns.seeds(mesh.self()), runId, roles);
            SharedOutput answer = world.run(stocks.get(mesh.self()), shares.inputs(mesh.self()))
                    .getFirst();
            return ((SharedOutput.Revealed) answer).bits();
        });
    }

    /** Seconds from shares to the answer. */
    double bitSliced(int number) {
        byte[] proposal = ByteBuffer.allocate(32).putInt(number).array();
        return delayed(mesh -> {
            Rep4 rep4 = new Rep4(mesh, GarbledRuns.seeds(mesh.self()), proposal);
            Rep4Vector score = rep4.constant(new long[1], 1, 1, WIDTH);
            Rep4Vector thresholds = rep4.constant(new long[THRESHOLDS], 1, THRESHOLDS, WIDTH);
            return rep4.reveal(Bands.count(rep4, score, thresholds), BANK);
        });
    }

    private double delayed(Function<Mesh, Optional<BitMatrix>> body) {
        return InProcessMesh.run(InProcessMesh.of(4, Duration.ofSeconds(60)), mesh -> {
                    try (DelayingMesh network = new DelayingMesh(mesh, oneWay, BITS_PER_SECOND)) {
                        long start = System.nanoTime();
                        Optional<BitMatrix> answer = body.apply(network);
                        double seconds = (System.nanoTime() - start) * 1e-9;
                        // All is zero, so every threshold is reached.
                        if (answer.isPresent() && answer.get().number(0) != THRESHOLDS) {
                            throw new IllegalStateException("a band is wrong");
                        }
                        return seconds;
                    }
                })
                .get(BANK);
    }
}
