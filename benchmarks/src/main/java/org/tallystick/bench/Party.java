package org.tallystick.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.tallystick.gadget.Bands;
import org.tallystick.net.Mesh;
import org.tallystick.program.Activation;
import org.tallystick.program.Checkpoints;
import org.tallystick.program.Interpreter;
import org.tallystick.program.Program;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;
import org.tallystick.training.Descent;

/**
 * One party of the {@link ScoreWork}: does its part of a {@link Job}. A large job is cut into runs of their own, so
 * many at a time, and every party starts them in the same order.
 */
final class Party implements AutoCloseable {
    /** Up to so many rows a run computes so little that it may live on an event loop. */
    private static final int FEW_ROWS = 64;

    private final Sessions sessions;
    private final SharedSeed[] seeds;
    private final Program program = ScoreWork.program();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService shortRuns;
    private final KeptWork kept;
    private final Path folder;

    /** @param folder for what it stores */
    Party(Sessions sessions, SharedSeed[] seeds, Path folder) {
        this(sessions, seeds, folder, Thread.ofVirtual().factory());
    }

    /** @param shortRuns makes the threads of jobs of few rows */
    Party(Sessions sessions, SharedSeed[] seeds, Path folder, ThreadFactory shortRuns) {
        this.sessions = sessions;
        this.seeds = seeds;
        this.kept = new KeptWork(sessions, seeds, folder);
        this.folder = folder;
        this.shortRuns = Executors.newThreadPerTaskExecutor(shortRuns);
    }

    /** The seconds of every repetition as this party saw them. */
    double[] run(Job job) {
        return result((isShort(job) ? shortRuns : threads).submit(() -> measured(job)));
    }

    /** A training is many rounds of few rows. */
    private static boolean isShort(Job job) {
        return switch (job.kind()) {
            case TRAIN_THREE_PIECE, TRAIN_ACCURATE -> true;
            default -> job.rows() <= FEW_ROWS;
        };
    }

    private double[] measured(Job job) {
        return switch (job.kind()) {
            case FROM_SHARES, WITH_INPUTS -> scores(job);
            case GARBLED_WITH_INPUTS -> garbled(job);
            case GARBLED_STOCK, GARBLED_RUNS -> new GarbledReasons(sessions, seeds, this::eachChunk).seconds(job);
            case FROM_STORE -> portfolio(job);
            case SIGNS -> signs(job);
            case TRAIN_THREE_PIECE, TRAIN_ACCURATE -> trainings(job);
            case ROUNDS, FOUR_MESSAGES, FOUR_RECORDED_MESSAGES, PING -> MessageWork.seconds(sessions, folder, job);
        };
    }

    private List<long[]> features(Job job) {
        List<long[]> own = new ArrayList<>();
        for (int k = 0; k < job.chunks(); k++) {
            own.add(ScoreWork.features(sessions.self(), k * job.chunk(), job.rowsOf(k)));
        }
        return own;
    }

    private double[] garbled(Job job) {
        Map<String, Rep4Vector> model = activate(job.first());
        BitMatrix[] answers = new BitMatrix[job.chunks()];
        double[] seconds = new GarbledWork(sessions, seeds, program).scores(job, features(job), model, answers);
        check(job, answers);
        return seconds;
    }

    private void check(Job job, BitMatrix[] answers) {
        for (int k = 0; k < job.chunks() && sessions.self() == ScoreWork.BANK; k++) {
            ScoreWork.check(answers[k], k * job.chunk());
        }
    }

    private double[] scores(Job job) {
        Map<String, Rep4Vector> model = activate(job.first());
        List<long[]> own = features(job);
        boolean inputs = job.kind() == Job.Kind.WITH_INPUTS;
        List<Rep4Vector> shared = inputs ? List.of() : shareAll(job, own);
        BitMatrix[] answers = new BitMatrix[job.chunks()];
        double[] seconds = new double[job.repetitions()];
        for (int repetition = 0; repetition < seconds.length; repetition++) {
            long first = job.firstOf(repetition);
            long start = System.nanoTime();
            eachChunk(job, k -> {
                Optional<BitMatrix> answer = inputs
                        ? withInputs(first + k, job.rowsOf(k), own.get(k), model)
                        : fromShares(first + k, shared.get(k), model);
                answer.ifPresent(bits -> answers[k] = bits);
            });
            seconds[repetition] = (System.nanoTime() - start) * 1e-9;
        }
        check(job, answers);
        return seconds;
    }

    private double[] portfolio(Job job) {
        kept.prepare(job, this::eachChunk);
        Map<String, Rep4Vector> model = activate(job.first());
        BitMatrix[] answers = new BitMatrix[job.chunks()];
        double[] seconds = new double[job.repetitions()];
        for (int repetition = 0; repetition < seconds.length; repetition++) {
            long first = job.firstOf(repetition);
            long start = System.nanoTime();
            eachChunk(job, k -> kept.score(k, first + k, job.rowsOf(k), model).ifPresent(bits -> answers[k] = bits));
            seconds[repetition] = (System.nanoTime() - start) * 1e-9;
        }
        check(job, answers);
        return seconds;
    }

    private double[] signs(Job job) {
        Rep4Vector[] shared = new Rep4Vector[job.chunks()];
        eachChunk(
                job,
                k -> shared[k] = sessions.run(job.first() + 1 + k, mesh -> {
                    Rep4 protocol = protocol(mesh, job.first() + 1 + k);
                    Optional<long[]> own = Optional.of(job.rowsOf(k))
                            .filter(rows -> mesh.self() == 0)
                            .map(rows -> SignWork.numbers(k * job.chunk(), rows));
                    Rep4Vector x = protocol.inputs(
                                    List.of(new OwnerInput(0, job.rowsOf(k), 1, Long.SIZE, own.orElse(null))))
                            .getFirst();
                    protocol.settle();
                    return x;
                }));
        Rep4Bits[] signs = new Rep4Bits[job.chunks()];
        double[] seconds = new double[job.repetitions()];
        for (int repetition = 0; repetition < seconds.length; repetition++) {
            long first = job.firstOf(repetition);
            long start = System.nanoTime();
            eachChunk(
                    job,
                    k -> signs[k] = sessions.run(
                            first + k, mesh -> protocol(mesh, first + k).sign(shared[k])));
            seconds[repetition] = (System.nanoTime() - start) * 1e-9;
        }
        // Outside the time, and under a number of its own: the last answers are opened and compared.
        long check = job.firstOf(job.repetitions());
        for (int k = 0; k < job.chunks(); k++) {
            int chunk = k;
            SignWork.check(
                    sessions.run(
                            check + k, mesh -> protocol(mesh, check + chunk).open(signs[chunk])),
                    k * job.chunk());
        }
        return seconds;
    }

    private double[] trainings(Job job) {
        Descent.Settings settings = TrainWork.settings(job.kind());
        TrainWork.Shared data =
                sessions.run(job.first(), mesh -> TrainWork.share(protocol(mesh, job.first()), job.rows()));
        double[] seconds = new double[job.repetitions()];
        long[] weights = new long[0];
        for (int repetition = 0; repetition < seconds.length; repetition++) {
            long number = job.firstOf(repetition);
            long start = System.nanoTime();
            weights = sessions.run(number, mesh -> TrainWork.learn(protocol(mesh, number), data, settings));
            seconds[repetition] = (System.nanoTime() - start) * 1e-9;
        }
        if (sessions.self() == ScoreWork.BANK) {
            TrainWork.check(weights, job.rows(), settings);
        }
        return seconds;
    }

    private Map<String, Rep4Vector> activate(long number) {
        Optional<Map<String, long[]>> own =
                sessions.self() == ScoreWork.BANK ? Optional.of(ScoreWork.model()) : Optional.empty();
        return sessions.run(number, mesh -> Activation.run(protocol(mesh, number), program, ScoreWork.BANK, own));
    }

    private List<Rep4Vector> shareAll(Job job, List<long[]> own) {
        Rep4Vector[] shared = new Rep4Vector[job.chunks()];
        eachChunk(job, k -> shared[k] = share(job.first() + 1 + k, job.rowsOf(k), own.get(k)));
        return List.of(shared);
    }

    private Rep4Vector share(long number, int rows, long[] own) {
        return sessions.run(number, mesh -> {
            Rep4 protocol = protocol(mesh, number);
            List<OwnerInput> inputs = new ArrayList<>();
            for (int owner = 0; owner < ScoreWork.PARTIES; owner++) {
                long[] values = owner == sessions.self() ? own : null;
                inputs.add(
                        new OwnerInput(owner, rows, ScoreWork.FEATURES / ScoreWork.PARTIES, program.width(), values));
            }
            Rep4Vector all = protocol.concat(protocol.inputs(inputs));
            // An opening compares first what the owners have told.
            protocol.open(protocol.constant(new long[1], 1, 1, 1));
            return all;
        });
    }

    private Optional<BitMatrix> withInputs(long number, int rows, long[] own, Map<String, Rep4Vector> model) {
        return sessions.run(
                number,
                mesh -> Interpreter.run(protocol(mesh, number), program, rows, List.of(own), model, Checkpoints.NONE)
                        .getFirst());
    }

    /** What the interpreter does after the inputs. */
    private Optional<BitMatrix> fromShares(long number, Rep4Vector x, Map<String, Rep4Vector> model) {
        return sessions.run(number, mesh -> {
            Rep4 protocol = protocol(mesh, number);
            Rep4Vector sum = protocol.dot(x, protocol.narrow(model.get("weights"), program.width()));
            Rep4Vector threshold = protocol.narrow(model.get("threshold"), program.width());
            return protocol.reveal(Bands.count(protocol, sum, threshold), ScoreWork.BANK);
        });
    }

    private Rep4 protocol(Mesh mesh, long number) {
        return new Rep4(mesh, seeds, KeptWork.hash(number));
    }

    private void eachChunk(Job job, IntConsumer body) {
        if (job.chunks() == 1) {
            body.accept(0);
            return;
        }
        AtomicInteger next = new AtomicInteger();
        List<Future<Void>> workers = new ArrayList<>();
        for (int worker = 0; worker < Math.min(job.inFlight(), job.chunks()); worker++) {
            workers.add(threads.submit(() -> {
                for (int k = next.getAndIncrement(); k < job.chunks(); k = next.getAndIncrement()) {
                    body.accept(k);
                }
                return null;
            }));
        }
        workers.forEach(Party::result);
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run failed: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        shortRuns.shutdownNow();
    }
}
