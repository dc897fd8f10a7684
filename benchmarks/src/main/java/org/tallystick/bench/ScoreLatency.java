package org.tallystick.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.net.DelayingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.program.Checkpoints;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Interpreter;
import org.tallystick.program.Program;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Vector;

/**
 * One whole score of {@link ScoreWork} over an emulated network, from the bank's request to its answer: the proposal to
 * all, then acceptances with inputs, products with digests, and the answer, garbled with stock in place or bit-sliced.
 * Decisions, signatures and records on disk are not in it.
 */
final class ScoreLatency {
    private static final double BITS_PER_SECOND = 1e9;
    private static final int PROPOSAL_BYTES = 400;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Duration oneWay;
    private final Program program = ScoreWork.program();
    private final GarbledProgram garbled = garbled(program);

    ScoreLatency(Duration oneWay) {
        this.oneWay = oneWay;
    }

    private static GarbledProgram garbled(Program program) {
        if (GarbledProgram.of(program) instanceof GarbledProgram.Found.Possible(GarbledProgram possible)) {
            return possible;
        }
        throw new IllegalStateException("the score cannot be garbled");
    }

    private interface Body {
        List<Optional<BitMatrix>> run(Mesh mesh, Rep4 rep4, Map<String, Rep4Vector> stored);
    }

    /** Seconds from request to answer. */
    double garbled(int number) {
        List<GarbledStock> stocks = InProcessMesh.run(InProcessMesh.of(4, DEADLINE), mesh -> {
            Roles roles = Roles.of(ScoreWork.BANK, number);
            byte[] runId = ByteBuffer.allocate(32).putInt(number).putInt(1).array();
            return new GarbledWorld(mesh, seeds(mesh), runId, roles)
                    .prepareEach(garbled.function(), 1, 0)
                    .getFirst();
        });
        return seconds(
                number,
                (mesh, rep4, stored) -> garbled.run(
                        rep4,
                        mesh,
                        seeds(mesh),
                        1,
                        List.of(ScoreWork.features(mesh.self(), 0, 1)),
                        stored,
                        List.of(stocks.get(mesh.self())),
                        Checkpoints.NONE));
    }

    double bitSliced(int number) {
        return seconds(
                number,
                (mesh, rep4, stored) -> Interpreter.run(
                        rep4, program, 1, List.of(ScoreWork.features(mesh.self(), 0, 1)), stored, Checkpoints.NONE));
    }

    private static SharedSeed[] seeds(Mesh mesh) {
        return GarbledRuns.seeds(mesh.self());
    }

    private double seconds(int number, Body body) {
        byte[] runId = ByteBuffer.allocate(32).putInt(number).array();
        List<Double> all = InProcessMesh.run(InProcessMesh.of(4, DEADLINE), mesh -> {
            try (DelayingMesh network = new DelayingMesh(mesh, oneWay, BITS_PER_SECOND)) {
                Rep4 rep4 = new Rep4(network, seeds(network), runId);
                Map<String, Rep4Vector> stored = new TreeMap<>();
                ScoreWork.model()
                        .forEach((name, values) -> stored.put(name, rep4.constant(values, 1, values.length, 64)));
                long start = System.nanoTime();
                propose(network);
                List<BitMatrix> answers = new ArrayList<>();
                body.run(network, rep4, stored).forEach(answer -> answer.ifPresent(answers::add));
                double seconds = (System.nanoTime() - start) * 1e-9;
                answers.forEach(answer -> ScoreWork.check(answer, 0));
                return seconds;
            }
        });
        return all.get(ScoreWork.BANK);
    }

    private static void propose(Mesh mesh) {
        if (mesh.self() != ScoreWork.BANK) {
            mesh.to(ScoreWork.BANK).receive(PROPOSAL_BYTES);
            return;
        }
        for (int peer = 0; peer < mesh.parties(); peer++) {
            if (peer != ScoreWork.BANK) {
                mesh.to(peer).send(new byte[PROPOSAL_BYTES]);
            }
        }
    }
}
