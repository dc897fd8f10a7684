package org.tallystick.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import org.tallystick.convert.GarbledFunction;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.convert.SharedInput;
import org.tallystick.net.InProcessMesh;
import org.tallystick.random.SharedSeed;
import org.tallystick.share.Rep4Vector;

/** A garbled function among four parties of one process, on zeros shared at random. */
final class GarbledRuns {
    private final GarbledFunction function;
    private final int rows;
    private final long[][][] parts;

    GarbledRuns(GarbledFunction function, int rows) {
        this.function = function;
        this.rows = rows;
        Random random = new Random(1);
        parts = new long[function.inputs().size()][4][rows];
        for (long[][] input : parts) {
            for (int row = 0; row < rows; row++) {
                for (int j = 0; j < 3; j++) {
                    input[j][row] = random.nextLong();
                    input[3][row] -= input[j][row];
                }
            }
        }
    }

    /** Seconds from the first party's start to the evaluator's end, of preparing and of running. */
    double[] once(int number) {
        CyclicBarrier prepared = new CyclicBarrier(4);
        long start = System.nanoTime();
        return InProcessMesh.run(InProcessMesh.of(4, Duration.ofSeconds(60)), mesh -> {
                    Roles roles = Roles.of(3, number);
                    byte[] runId = ByteBuffer.allocate(32).putInt(number).array();
                    GarbledWorld world = new GarbledWorld(mesh, seeds(mesh.self()), runId, roles);
                    GarbledStock stock = world.prepare(function, rows, 0);
                    await(prepared);
                    long ready = System.nanoTime();
                    world.run(stock, inputs(mesh.self()));
                    return new double[] {(ready - start) * 1e-9, (System.nanoTime() - ready) * 1e-9};
                })
                .get(3);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | java.util.concurrent.BrokenBarrierException e) {
            throw new IllegalStateException("a party stopped", e);
        }
    }

    static SharedSeed[] seeds(int self) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                byte[] seed = new byte[SharedSeed.BYTES];
                seed[0] = (byte) j;
                seeds[j] = SharedSeed.of(seed);
            }
        }
        return seeds;
    }

    List<SharedInput> inputs(int self) {
        List<SharedInput> inputs = new ArrayList<>();
        for (int n = 0; n < parts.length; n++) {
            long[][] held = parts[n].clone();
            held[self] = null;
            inputs.add(new SharedInput.Numbers(
                    new Rep4Vector(rows, 1, function.inputs().get(n).width(), held)));
        }
        return inputs;
    }
}
