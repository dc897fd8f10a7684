package org.tallystick.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.tallystick.convert.GarbledFunction;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.convert.ScoreFunctions;
import org.tallystick.convert.SharedInput;
import org.tallystick.convert.SharedOutput;
import org.tallystick.garble.Circuit;
import org.tallystick.net.Mesh;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Vector;

/**
 * One party's part in the garbled world of rep4, many gates at a time: the three strongest of 32 reasons, out of stock
 * for a whole run. What is timed is either the stock, tables sent and compared, or the run from it to the answers.
 */
final class GarbledReasons {
    private static final int WIDTH = 24;
    private static final int FEATURES = 32;
    private static final int REASONS = 3;

    /** Bits of an index: 32 of them and none. */
    private static final int INDEX = 6;

    private final Sessions sessions;
    private final SharedSeed[] seeds;
    private final KeptWork.Chunks chunks;

    GarbledReasons(Sessions sessions, SharedSeed[] seeds, KeptWork.Chunks chunks) {
        this.sessions = sessions;
        this.seeds = seeds.clone();
        this.chunks = chunks;
    }

    /** The function for so many rows a run; 4 530 ANDs a row. */
    static GarbledFunction function() {
        return ScoreFunctions.reasons(Way.TWO, WIDTH, FEATURES, REASONS, Circuit.Order.AS_BUILT);
    }

    /** The seconds of every repetition, of the half that the job times. */
    double[] seconds(Job job) {
        GarbledFunction function = function();
        double[] seconds = new double[job.repetitions()];
        for (int repetition = 0; repetition < seconds.length; repetition++) {
            long first = job.firstOf(repetition);
            GarbledStock[] stocks = new GarbledStock[job.chunks()];
            long start = System.nanoTime();
            chunks.each(
                    job,
                    k -> stocks[k] = sessions.run(
                            first + job.chunks() + k,
                            mesh -> world(mesh, first + job.chunks() + k).prepare(function, job.rowsOf(k), 0)));
            together(first + 2L * job.chunks());
            long made = System.nanoTime();
            chunks.each(job, k -> use(first + k, k * job.chunk(), stocks[k]));
            together(first + 2L * job.chunks() + 1);
            long used = System.nanoTime();
            seconds[repetition] = (job.kind() == Job.Kind.GARBLED_STOCK ? made - start : used - made) * 1e-9;
        }
        return seconds;
    }

    /** All have come so far: garblers wait for nobody, and the tables of many runs would pile up at the evaluator. */
    private void together(long number) {
        sessions.run(number, mesh -> {
            for (int peer = 0; peer < mesh.parties(); peer++) {
                if (peer != mesh.self()) {
                    mesh.to(peer).send(new byte[1]);
                }
            }
            for (int peer = 0; peer < mesh.parties(); peer++) {
                if (peer != mesh.self()) {
                    mesh.to(peer).receive(1);
                }
            }
            return mesh.self();
        });
    }

    private GarbledWorld world(Mesh mesh, long number) {
        return new GarbledWorld(mesh, seeds, KeptWork.hash(number), Roles.of(ScoreWork.BANK, 0));
    }

    private void use(long number, int from, GarbledStock stock) {
        SharedOutput output = sessions.run(
                number,
                mesh -> world(mesh, number)
                        .run(stock, inputs(from, stock.instances()))
                        .getFirst());
        if (output instanceof SharedOutput.Revealed(var bits)) {
            bits.ifPresent(answers -> check(answers, from));
        }
    }

    // ---- the numbers

    /** Contributions, shared by a public generator: only time counts here. */
    private List<SharedInput> inputs(int from, int rows) {
        List<SharedInput> inputs = new ArrayList<>();
        Random random = new Random(from);
        for (int feature = 0; feature < FEATURES; feature++) {
            long[][] parts = new long[ScoreWork.PARTIES][rows];
            for (int row = 0; row < rows; row++) {
                long last = contribution(from + row, feature);
                for (int j = 0; j < ScoreWork.PARTIES - 1; j++) {
                    parts[j][row] = random.nextLong();
                    last -= parts[j][row];
                }
                parts[ScoreWork.PARTIES - 1][row] = last;
            }
            parts[sessions.self()] = null;
            inputs.add(new SharedInput.Numbers(new Rep4Vector(rows, 1, WIDTH, parts)));
        }
        return inputs;
    }

    /** Of {@value #WIDTH} bits, signed; of some rows fewer than three are against the score, and some are equal. */
    private static long contribution(int row, int feature) {
        long any = SignWork.number(row * FEATURES + feature) >> (Long.SIZE - WIDTH + 1);
        return row % 5 == 0 ? Math.abs(any) - (feature % 16 == 7 ? 1 << WIDTH - 2 : 0) : any;
    }

    private static void check(BitMatrix answers, int from) {
        for (int row = 0; row < answers.rows(); row++) {
            int index = from + row;
            List<Integer> against = IntStream.range(0, FEATURES)
                    .boxed()
                    .filter(feature -> contribution(index, feature) < 0)
                    .sorted(Comparator.comparingLong(feature -> contribution(index, feature)))
                    .limit(REASONS)
                    .toList();
            for (int reason = 0; reason < REASONS; reason++) {
                int expected = reason < against.size() ? against.get(reason) : (1 << INDEX) - 1;
                for (int bit = 0; bit < INDEX; bit++) {
                    if (answers.get(reason * INDEX + bit, row) != (expected >> bit & 1) > 0) {
                        throw new IllegalStateException("row " + index + ": reason " + reason + " is wrong");
                    }
                }
            }
        }
    }
}
