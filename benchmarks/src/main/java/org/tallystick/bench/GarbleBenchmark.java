package org.tallystick.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tallystick.convert.GarbledFunction;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.Roles;
import org.tallystick.convert.ScoreFunctions;
import org.tallystick.garble.Circuit;
import org.tallystick.garble.Evaluator;
import org.tallystick.garble.Garbler;
import org.tallystick.garble.Garbler.Offset;
import org.tallystick.garble.Hashing;
import org.tallystick.garble.Labels;
import org.tallystick.garble.PlainEvaluator;
import org.tallystick.garble.Tables;
import org.tallystick.ring.BitMatrix;
import picocli.CommandLine.Option;

/** Half gates in memory on one thread and between two processes, and the garbled world of rep4 in one process. */
final class GarbleBenchmark implements Benchmark {
    private static final int CONNECT_MILLIS = 60_000;

    /** Rows of a run: their tables are 34 MB, and a few of them what may wait at the evaluator. */
    private static final int RUN_ROWS = 200;

    /** Room for the stock of some runs. */
    private static final List<String> STOCK_FLAGS = List.of("-Xms1536m", "-Xmx1536m", "-XX:+UseSerialGC");

    @Option(names = "--repetitions", defaultValue = "15", description = "Measured runs of each work.")
    private int repetitions;

    @Option(names = "--million-ands", defaultValue = "30", description = "Millions of ANDs in a run.")
    private int millions;

    @Option(names = "--warm-up", defaultValue = "20", description = "Seconds of warm-up of the four processes.")
    private double warmUp;

    @Override
    public String name() {
        return "garble";
    }

    @Override
    public String summary() {
        return "Garbled circuits: ANDs a second in memory and between two processes; reasons and bands under rep4.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        Circuit chain = GarbleWork.chain();
        Circuit comparison = GarbleWork.comparison();
        inMemory(progress, results, chain, GarbleWork.BATCH, Offset.OF_BATCH, "ANDs alone", "");
        inMemory(progress, results, chain, GarbleWork.BATCH, Offset.OF_INSTANCE, "ANDs alone", "_instance_offsets");
        inMemory(progress, results, comparison, GarbleWork.BATCH, Offset.OF_BATCH, "64-bit comparisons", "_comparison");
        inMemory(progress, results, comparison, 32, Offset.OF_BATCH, "64-bit comparisons", "_comparison_32");
        inMemory(progress, results, GarbleWork.wideLayer(), 1, Offset.OF_BATCH, "a layer of 65 536 ANDs", "_one_wide");
        inMemory(progress, results, GarbleWork.product(), 1, Offset.OF_BATCH, "a 64-bit product", "_one_product");
        results.add(twoProcesses(progress));
        fourProcesses(progress, results);
        for (int rows : new int[] {1, 1000}) {
            results.add(underRep4(
                    progress, "top 3 of 32 reasons", rows, ScoreFunctions.reasons(Way.TWO, 24, 32, 3, order(rows))));
            results.add(underRep4(
                    progress, "band by 7 thresholds", rows, ScoreFunctions.band(Way.TWO, 44, 7, order(rows))));
        }
        latency(progress, results);
        wholeScore(progress, results);
        return results;
    }

    private void latency(Consumer<String> progress, List<Result> results) {
        progress.accept("a band over 40 ms …");
        BandLatency network = new BandLatency(Duration.ofMillis(20));
        double[] garbled = new double[repetitions];
        double[] sliced = new double[repetitions];
        for (int run = -5; run < repetitions; run++) {
            double one = network.garbled(run + 5);
            double other = network.bitSliced(run + 5);
            if (run >= 0) {
                garbled[run] = one;
                sliced[run] = other;
            }
        }
        String what = "one score to its band among 8, round trip of 40 ms, ";
        results.add(Result.of(what + "garbled, stock in place", 1, "scores", Spread.of(garbled)));
        results.add(Result.of(what + "bit-sliced", 1, "scores", Spread.of(sliced)));
    }

    /** From the bank's request to its answer: two round trips where the end is garbled. */
    private void wholeScore(Consumer<String> progress, List<Result> results) {
        progress.accept("a whole score over 40 ms …");
        ScoreLatency network = new ScoreLatency(Duration.ofMillis(20));
        double[] garbled = new double[repetitions];
        double[] sliced = new double[repetitions];
        for (int run = -5; run < repetitions; run++) {
            double one = network.garbled(2 * (run + 5));
            double other = network.bitSliced(2 * (run + 5) + 1);
            if (run >= 0) {
                garbled[run] = one;
                sliced[run] = other;
            }
        }
        String what = "one score of 32 features from request to answer, round trip of 40 ms, ";
        results.add(Result.of(what + "garbled, stock in place", 1, "scores", Spread.of(garbled)));
        results.add(Result.of(what + "bit-sliced", 1, "scores", Spread.of(sliced)));
    }

    private static Circuit.Order order(int rows) {
        return Hashing.of(rows) == Hashing.TWEAKED ? Circuit.Order.LAYERED : Circuit.Order.AS_BUILT;
    }

    private void inMemory(
            Consumer<String> progress,
            List<Result> results,
            Circuit circuit,
            int instances,
            Offset offset,
            String what,
            String suffix) {
        String work = what + ", " + instances + (instances == 1 ? " instance" : " instances");
        progress.accept(work + " …");
        Garbler garbler = GarbleWork.garbler(instances, offset);
        Labels inputs = garbler.inputs(circuit.inputBits());
        int times = Math.max(1, (int) (1e6 * millions / circuit.ands() / instances));
        double ands = (double) circuit.ands() * instances * times;
        results.add(measure("garble " + work + ", offsets " + offset, ands, "garble_mands" + suffix, () -> {
            for (int k = 0; k < times; k++) {
                garbler.garble(circuit, inputs, (piece, length) -> piece);
            }
        }));
        // Rows of noise take as long to evaluate as the right ones; the right ones are checked between processes.
        byte[] piece = new byte[Tables.PIECE];
        Evaluator evaluator = new Evaluator(garbler.key(), instances, Hashing.of(instances));
        results.add(measure("evaluate " + work, ands, "evaluate_mands" + suffix, () -> {
            for (int k = 0; k < times; k++) {
                evaluator.evaluate(circuit, inputs, length -> piece);
            }
        }));
    }

    /** By the clock, and by the time that this thread had a processor: the two differ where others run. */
    private Result measure(String work, double ands, String name, Runnable body) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double[] seconds = new double[repetitions];
        double[] processor = new double[repetitions];
        for (int run = -5; run < repetitions; run++) {
            long start = System.nanoTime();
            long before = threads.getCurrentThreadCpuTime();
            body.run();
            if (run >= 0) {
                seconds[run] = (System.nanoTime() - start) * 1e-9;
                processor[run] = (threads.getCurrentThreadCpuTime() - before) * 1e-9;
            }
        }
        Map<String, Object> more = new LinkedHashMap<>();
        more.put(name, rounded(ands / Spread.of(seconds).median()));
        more.put(
                name + "_by_processor_time", rounded(ands / Spread.of(processor).median()));
        return Result.of(work, ands, "ANDs", Spread.of(seconds)).with(more);
    }

    private static double rounded(double ands) {
        return Math.round(ands / 1e5) / 10.0;
    }

    private Result twoProcesses(Consumer<String> progress) throws IOException, InterruptedException {
        progress.accept("two processes over loopback …");
        Circuit circuit = GarbleWork.comparison();
        int times = Math.max(1, (int) (1e6 * millions / circuit.ands() / GarbleWork.BATCH));
        int warmUps = 5;
        double[] seconds = new double[repetitions];
        BitMatrix expected = PlainEvaluator.evaluate(circuit, GarbleWork.bits(circuit.inputBits(), GarbleWork.BATCH));
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            Process garbler = garblerProcess(port, times, warmUps + repetitions);
            server.socket().setSoTimeout(CONNECT_MILLIS);
            try (SocketChannel channel = server.socket().accept().getChannel()) {
                for (int run = -warmUps; run < repetitions; run++) {
                    long start = System.nanoTime();
                    BitMatrix bits = GarbleWork.evaluate(channel, circuit, GarbleWork.BATCH, times);
                    if (run >= 0) {
                        seconds[run] = (System.nanoTime() - start) * 1e-9;
                    }
                    if (!Arrays.equals(bits.words(), expected.words())) {
                        throw new IllegalStateException("a comparison between two processes is wrong");
                    }
                }
                garbler.waitFor();
            } finally {
                garbler.destroyForcibly();
            }
        }
        double ands = (double) circuit.ands() * GarbleWork.BATCH * times;
        String work = "64-bit comparisons, garbled in one process, evaluated in another";
        return Result.of(work, ands, "ANDs", Spread.of(seconds))
                .with(Map.of(
                        "two_process_mands", rounded(ands / Spread.of(seconds).median())));
    }

    /** Three garblers and the evaluator, everything of the garbled world over TLS, answers compared. */
    private void fourProcesses(Consumer<String> progress, List<Result> results) throws IOException {
        progress.accept("four processes over TLS …");
        Job stock = Job.of(Job.Kind.GARBLED_STOCK, 3 * RUN_ROWS, RUN_ROWS, 2, repetitions);
        Job runs = Job.of(Job.Kind.GARBLED_RUNS, 3 * RUN_ROWS, RUN_ROWS, 2, repetitions);
        try (ProcessGroup group = ProcessGroup.start(STOCK_FLAGS)) {
            Measurement.warmUp(group, runs, warmUp);
            Spread made = Spread.of(group.run(stock));
            ProcessGroup.Outcome outcome = group.runAll(runs);
            Spread used = Spread.of(outcome.seconds());
            GarbledFunction function = GarbledReasons.function();
            double ands = (double) function.circuit().ands() * stock.rows();
            double bytes =
                    function.freshCost(Roles.of(ScoreWork.BANK, 0), RUN_ROWS).totalBytes();
            String what = "top 3 of 32 reasons, four processes over TLS, ";
            results.add(Result.of(what + "stock for " + stock.rows() + " rows", ands, "ANDs", made)
                    .with(Map.of("stock_mands", rounded(ands / made.median()))));
            Map<String, Object> more = new LinkedHashMap<>();
            more.put("four_process_mands", rounded(ands / (made.median() + used.median())));
            more.put("processor_ns_an_and", 1e9 * outcome.processorSeconds() / (repetitions * ands));
            more.put("bytes_an_and", bytes * stock.chunks() / ands);
            results.add(Result.of(what + "from stock to answers", ands, "ANDs", used)
                    .with(more));
        }
    }

    private static Process garblerProcess(int port, int times, int runs) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ProcessGroup.FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GarblerMain.class.getName()));
        command.addAll(List.of(Integer.toString(port), Integer.toString(times), Integer.toString(runs)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private Result underRep4(Consumer<String> progress, String what, int rows, GarbledFunction function) {
        progress.accept(what + ", " + rows + " rows under rep4 …");
        GarbledRuns runs = new GarbledRuns(function, rows);
        double[] prepare = new double[repetitions];
        double[] run = new double[repetitions];
        for (int k = -10; k < repetitions; k++) {
            double[] seconds = runs.once(k + 10);
            if (k >= 0) {
                prepare[k] = seconds[0];
                run[k] = seconds[1];
            }
        }
        Roles roles = Roles.of(3, 0);
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("ands", function.circuit().ands());
        more.put("depth", function.circuit().depth());
        more.put("prepare_bytes", function.prepareCost(roles, rows).totalBytes());
        more.put("run_bytes", function.runCost(roles, rows).totalBytes());
        more.put("prepare_median_s", Spread.of(prepare).median());
        return Result.of(what + ", stock in place, four parties in one process", rows, "rows", Spread.of(run))
                .with(new Traffic(
                        function.runCost(roles, rows).rounds(),
                        function.runCost(roles, rows).bytesSent()))
                .with(more);
    }
}
