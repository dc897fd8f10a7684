package org.tallystick.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.program.Checkpoints;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.GarbledProgram.Found;
import org.tallystick.program.Program;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Vector;

/** One party's part of scores whose end is garbled, out of stock of single rows that is made outside the time. */
final class GarbledWork {
    /** Rows of one run, at the most: a row's stock takes some kilobytes at each party. */
    static final int CHUNK = 1000;

    private final Sessions sessions;
    private final SharedSeed[] seeds;
    private final GarbledProgram program;

    GarbledWork(Sessions sessions, SharedSeed[] seeds, Program program) {
        this.sessions = sessions;
        this.seeds = seeds.clone();
        this.program = switch (GarbledProgram.of(program)) {
            case Found.Possible(GarbledProgram possible) -> possible;
            case Found.Impossible(String reason) -> throw new IllegalArgumentException(reason);
        };
    }

    /** The seconds of every repetition; answers are those of the last. */
    double[] scores(Job job, List<long[]> own, Map<String, Rep4Vector> model, BitMatrix[] answers) {
        double[] seconds = new double[job.repetitions()];
        for (int repetition = 0; repetition < seconds.length; repetition++) {
            long first = job.firstOf(repetition);
            List<List<GarbledStock>> stocks = new ArrayList<>();
            for (int k = 0; k < job.chunks(); k++) {
                stocks.add(stock(first + job.chunks() + k, job.rowsOf(k)));
            }
            long start = System.nanoTime();
            for (int k = 0; k < job.chunks(); k++) {
                int chunk = k;
                score(first + k, job.rowsOf(k), own.get(k), model, stocks.get(k))
                        .ifPresent(bits -> answers[chunk] = bits);
            }
            seconds[repetition] = (System.nanoTime() - start) * 1e-9;
        }
        return seconds;
    }

    private List<GarbledStock> stock(long number, int rows) {
        return sessions.run(
                number,
                mesh -> new GarbledWorld(
                                mesh, seeds, KeptWork.hash(number), Roles.of(ScoreWork.BANK, (int) (number % 3)))
                        .prepareEach(program.function(), rows, 0));
    }

    private Optional<BitMatrix> score(
            long number, int rows, long[] own, Map<String, Rep4Vector> model, List<GarbledStock> stocks) {
        return sessions.run(number, mesh -> {
            Rep4 rep4 = new Rep4(mesh, seeds, KeptWork.hash(number));
            return program.run(rep4, mesh, seeds, rows, List.of(own), model, stocks, Checkpoints.NONE)
                    .getFirst();
        });
    }
}
