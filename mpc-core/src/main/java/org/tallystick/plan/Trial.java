package org.tallystick.plan;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.tallystick.convert.GarbledFunction;
import org.tallystick.convert.GarbledStock;
import org.tallystick.gadget.Lowest;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.random.SharedGenerator;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.Ring;
import org.tallystick.share.Rep4Vector;

/**
 * A question about made-up numbers, asked among four parties of one process to measure how long a way takes. Every
 * answer is compared with plain arithmetic. For laboratories: seeds and numbers are not secret.
 */
public final class Trial {
    /** Who learns the answer: the bank's usual place. */
    public static final int RECEIVER = 3;

    private static final Duration DEADLINE = Duration.ofMinutes(2);

    /** Streams of the laboratory's generator. */
    private static final long NUMBERS = 0;

    private static final long THRESHOLDS = 1;
    private static final long FIRST_PART = 2;

    private final Question question;
    private final int rows;
    private final int thresholdCount;
    private final long[][] x = new long[4][];
    private final long[][] thresholds = new long[4][];
    private final long[] expected;
    private long number;

    /** Numbers in a quarter of their range, so that differences fit. */
    public Trial(Question question, int rows) {
        this.question = question;
        this.rows = rows;
        this.thresholdCount = question instanceof Question.Band(int _, int count) ? count : 1;
        SharedGenerator laboratory = SharedSeed.of(new byte[SharedSeed.BYTES]).generator(new byte[SharedSeed.BYTES]);
        long[] numbers = within(question.width() - 1, laboratory.elements(NUMBERS, rows * question.columns()));
        long[] values = within(question.width() - 1, laboratory.elements(THRESHOLDS, thresholdCount));
        Arrays.sort(values);
        this.expected = IntStream.range(0, rows)
                .mapToLong(row -> answer(numbers, row, values))
                .toArray();
        deal(laboratory, FIRST_PART, numbers, x);
        deal(laboratory, FIRST_PART + 3, values, thresholds);
    }

    /** Of so many bits, as signed numbers. */
    private static long[] within(int bits, long[] values) {
        return Arrays.stream(values)
                .map(value -> value << (Long.SIZE - bits) >> (Long.SIZE - bits))
                .toArray();
    }

    private static void deal(SharedGenerator laboratory, long stream, long[] values, long[][] parts) {
        long[] rest = values;
        for (int j = 0; j < 3; j++) {
            parts[j] = laboratory.elements(stream + j, values.length);
            rest = Ring.subtract(rest, parts[j]);
        }
        parts[3] = rest;
    }

    private long answer(long[] numbers, int row, long[] values) {
        long value = numbers[row];
        return switch (question) {
            case Question.Band _ ->
                Arrays.stream(values).filter(t -> value >= t).count();
            case Question.LookUp(int _, List<Long> steps) ->
                steps.stream().filter(step -> value >= step).count();
            case Question.Floor(int width, int dropped) -> value >> dropped & Ring.mask(width - dropped);
            case Question.Reasons(int _, int columns, int count) ->
                Lowest.negative(
                        IntStream.range(0, columns)
                                .mapToLong(c -> numbers[c * rows + row])
                                .toArray(),
                        count);
        };
    }

    /** A mesh of four parties of this process. */
    public static List<Mesh> direct() {
        return InProcessMesh.of(4, DEADLINE);
    }

    private Rep4Vector share(long[][] parts, int columns, int self) {
        long[][] held = new long[4][];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                held[j] = Arrays.stream(parts[j])
                        .map(part -> part & Ring.mask(question.width()))
                        .toArray();
            }
        }
        return new Rep4Vector(parts[0].length / columns, columns, question.width(), held);
    }

    /** Seeds of a laboratory: the same every time. */
    private static SharedSeed[] seeds(int self) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                byte[] seed = new byte[SharedSeed.BYTES];
                seed[0] = (byte) (j + 1);
                seeds[j] = SharedSeed.of(seed);
            }
        }
        return seeds;
    }

    private static Runs runs(Mesh mesh, long number) {
        return new Runs(
                mesh,
                seeds(mesh.self()),
                ByteBuffer.allocate(32).putLong(number).array());
    }

    /** Seconds on bit slices, from shares to the answer, as the receiver sees them. */
    public double sliced(How how, List<? extends Mesh> meshes) {
        long run = number++;
        return timed(meshes, mesh -> {
            Rep4Vector own = share(x, question.columns(), mesh.self());
            Rep4Vector row = share(thresholds, thresholdCount, mesh.self());
            return () -> runs(mesh, run).sliced(question, how, own, row, RECEIVER);
        });
    }

    /** Seconds with stock in place: first of making it over one mesh, then from shares to the answer over another. */
    public double[] garbled(How how, List<? extends Mesh> preparing, List<? extends Mesh> meshes) {
        long run = number++;
        GarbledFunction function = question.garbled(Runs.way(how), rows);
        List<GarbledStock> stocks = new ArrayList<>();
        long start = System.nanoTime();
        stocks.addAll(InProcessMesh.run(
                List.copyOf(preparing), mesh -> runs(mesh, run).prepare(function, rows, RECEIVER)));
        double prepared = (System.nanoTime() - start) * 1e-9;
        double seconds = timed(meshes, mesh -> {
            Rep4Vector own = share(x, question.columns(), mesh.self());
            Rep4Vector row = share(thresholds, thresholdCount, mesh.self());
            return () -> runs(mesh, run).garbled(question, stocks.get(mesh.self()), own, row, RECEIVER);
        });
        return new double[] {prepared, seconds};
    }

    /** Seconds with stock of single rows in place: of making it, and from shares to the answers. */
    public double[] rowByRow(How how, List<? extends Mesh> preparing, List<? extends Mesh> meshes) {
        long run = number++;
        GarbledFunction function = question.garbled(Runs.way(how), 1);
        long start = System.nanoTime();
        List<List<GarbledStock>> stocks = InProcessMesh.run(
                List.copyOf(preparing), mesh -> runs(mesh, run).prepareEach(function, rows, RECEIVER));
        double prepared = (System.nanoTime() - start) * 1e-9;
        double seconds = timed(meshes, mesh -> {
            Rep4Vector own = share(x, question.columns(), mesh.self());
            Rep4Vector row = share(thresholds, thresholdCount, mesh.self());
            return () -> {
                List<Optional<BitMatrix>> answers =
                        runs(mesh, run).garbled(question, stocks.get(mesh.self()), own, row, RECEIVER);
                return together(answers);
            };
        });
        return new double[] {prepared, seconds};
    }

    private static Optional<BitMatrix> together(List<Optional<BitMatrix>> answers) {
        if (answers.getFirst().isEmpty()) {
            return Optional.empty();
        }
        int wires = answers.getFirst().orElseThrow().wires();
        int perWire = BitMatrix.wordsPerWire(answers.size());
        BitMatrix all = new BitMatrix(wires, answers.size(), new long[wires * perWire]);
        for (int row = 0; row < answers.size(); row++) {
            long number = answers.get(row).orElseThrow().number(0);
            for (int wire = 0; wire < wires; wire++) {
                all.words()[wire * perWire + (row >>> 6)] |= (number >>> wire & 1) << row;
            }
        }
        return Optional.of(all);
    }

    /** Seconds without stock: tables are made and sent now. */
    public double fresh(How how, List<? extends Mesh> meshes) {
        long run = number++;
        GarbledFunction function = question.garbled(Runs.way(how), rows);
        return timed(meshes, mesh -> {
            Rep4Vector own = share(x, question.columns(), mesh.self());
            Rep4Vector row = share(thresholds, thresholdCount, mesh.self());
            return () -> {
                Runs runs = runs(mesh, run);
                GarbledStock stock = runs.prepare(function, rows, RECEIVER);
                return runs.garbled(question, stock, own, row, RECEIVER);
            };
        });
    }

    /** A party's part of a run, with all that it begins with at hand. */
    private interface Part {
        Optional<BitMatrix> run();
    }

    private double timed(List<? extends Mesh> meshes, Function<Mesh, Part> parts) {
        CyclicBarrier ready = new CyclicBarrier(4);
        return InProcessMesh.run(List.copyOf(meshes), mesh -> {
                    Part part = parts.apply(mesh);
                    await(ready);
                    long start = System.nanoTime();
                    Optional<BitMatrix> answer = part.run();
                    double seconds = (System.nanoTime() - start) * 1e-9;
                    answer.ifPresent(this::check);
                    return seconds;
                })
                .get(RECEIVER);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (BrokenBarrierException e) {
            throw new IllegalStateException("a party stopped", e);
        }
    }

    private void check(BitMatrix answer) {
        for (int row = 0; row < rows; row++) {
            if (answer.number(row) != expected[row]) {
                throw new IllegalStateException(question.words() + ": the answer of row " + row + " is wrong");
            }
        }
    }
}
