package org.tallystick.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.tallystick.bench.Job.Kind;
import org.tallystick.node.cli.Tally;
import org.tallystick.program.Prediction;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.rep4.Rep4Cost;
import org.tallystick.ring.BitMatrix;
import picocli.CommandLine;
import picocli.CommandLine.Option;

class BenchTest {
    /** A benchmark that measures nothing. */
    private static final class Fixed implements Benchmark {
        @Option(names = "--amount", defaultValue = "10")
        private double amount;

        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public String summary() {
            return "always the same";
        }

        @Override
        public List<Result> run(Consumer<String> progress) {
            return List.of(Result.of("work", amount, "rows", Spread.of(.2, .1, .4))
                    .with(new Traffic(3, new long[] {10, 20}))
                    .against(List.of(new Peer("another", .8))));
        }
    }

    private static String run(String... args) {
        StringWriter out = new StringWriter();
        CommandLine line = Bench.command(List.of(new Fixed()));
        line.setOut(new PrintWriter(out));
        assertEquals(0, line.execute(args));
        return out.toString();
    }

    @Test
    void benchmarksAreListedWithoutAName() {
        assertTrue(run().contains("fixed     always the same"));
    }

    @Test
    void theCommandLineKnowsEveryBenchmark() {
        CommandLine bench = Tally.commandLine().getSubcommands().get("bench");
        assertTrue(bench.getSubcommands()
                .keySet()
                .containsAll(List.of(
                        "score",
                        "portfolio",
                        "compare",
                        "train",
                        "latency",
                        "serve",
                        "garble",
                        "plan",
                        "receipts",
                        "kills",
                        "kernels")));
    }

    @Test
    void aTableShowsRateTrafficAndPeer() {
        String table = run("fixed", "--amount", "20");
        assertTrue(table.contains("200 ms"), table);
        assertTrue(table.contains("100 rows"), table);
        assertTrue(table.contains("100 ms .. 400 ms (3)"), table);
        assertTrue(table.contains("4.00 times as fast"), table);
        assertTrue(table.contains("by party 10 / 20"), table);
    }

    @Test
    void jsonIsOneObject() throws Exception {
        JsonNode json = new ObjectMapper().readTree(run("fixed", "--json"));
        assertEquals("fixed", json.get("benchmark").asText());
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                json.get("machine").get("cores").asInt());
        JsonNode result = json.get("results").get(0);
        assertEquals(50, result.get("units_per_second").asDouble());
        assertEquals(3, result.get("bytes_per_unit").asDouble());
        assertEquals(4, result.get("peers").get(0).get("times_as_fast").asDouble(), 1e-9);
    }

    @Test
    void aSpreadTakesTheMiddleAndTheNearestRank() {
        Spread odd = Spread.of(3, 1, 2);
        assertEquals(new Spread(3, 2, 1, 3, 3), odd);
        double[] hundred = new double[200];
        for (int k = 0; k < hundred.length; k++) {
            hundred[k] = 200 - k;
        }
        assertEquals(new Spread(200, 100.5, 1, 200, 198), Spread.of(hundred));
        assertThrows(IllegalArgumentException.class, Spread::of);
    }

    @Test
    void threadsAreFoundByTheirNames() {
        long self = ProcessHandle.current().pid();
        double all = ProcessorTime.ofThreads(self, ".*");
        assertTrue(all >= ProcessorTime.ofThreads(self, "C[12] Compiler.*"));
        assertEquals(0, ProcessorTime.ofThreads(self, "no such thread"));
        assertEquals(3.25, ProcessorTime.stolen("cpu  1 2 3 4 5 6 7 325 8 9\ncpu0 1 2 3 4 5 6 7 50 8 9\n"));
        assertTrue(all > 0 || !System.getProperty("os.name").equals("Linux"), "this JVM has done something");
    }

    @Test
    void aJobSurvivesItsLine() {
        Job job = Job.of(Kind.WITH_INPUTS, 100, 30, 2, 5).from(77);
        assertEquals(job, Job.parse(job.line()));
        assertEquals(4, job.chunks());
        assertEquals(10, job.rowsOf(3));
        assertEquals(1 + 4 + 4 * 5 + 4, job.runs());
    }

    @Test
    void theMeasuredWorkIsRightAndCostsWhatIsPredicted() {
        for (int rows : new int[] {1, 70}) {
            for (Kind kind : List.of(Kind.FROM_SHARES, Kind.WITH_INPUTS)) {
                try (LocalGroup group = new LocalGroup(false)) {
                    assertEquals(2, group.run(Job.of(kind, rows, 32, 2, 2)).length);
                }
            }
            Cost predicted = Prediction.of(ScoreWork.program(), new Rep4Cost(), rows);
            Traffic measured = LocalGroup.traffic(Job.of(Kind.WITH_INPUTS, rows, rows, 1, 1));
            assertEquals(predicted.rounds(), measured.rounds());
            assertArrayEquals(predicted.bytesSent(), measured.bytesSent());
        }
        Traffic one = LocalGroup.traffic(Job.of(Kind.FROM_SHARES, 1, 1, 1, 1));
        assertEquals(ScoreWork.ROUNDS, one.rounds());
    }

    /** From the store and of signs: what is measured is compared with plain arithmetic, or the run fails. */
    @Test
    void portfoliosAndSignsAreRight() {
        try (LocalGroup group = new LocalGroup(false)) {
            assertEquals(2, group.run(Job.of(Kind.FROM_STORE, 300, 128, 2, 2)).length);
            assertEquals(1, group.run(Job.of(Kind.FROM_STORE, 300, 128, 2, 1)).length);
            assertEquals(1, group.run(Job.of(Kind.FROM_STORE, 70, 70, 1, 1)).length);
            assertEquals(2, group.run(Job.of(Kind.SIGNS, 200, 64, 2, 2)).length);
        }
        Traffic store = LocalGroup.traffic(Job.of(Kind.FROM_STORE, 256, 256, 1, 1));
        Traffic shares = LocalGroup.traffic(Job.of(Kind.FROM_SHARES, 256, 256, 1, 1));
        assertEquals(shares.rounds(), store.rounds());
        assertArrayEquals(shares.bytesSent(), store.bytesSent());
        BitMatrix wrong = new BitMatrix(1, 2, new long[] {3});
        BitMatrix right = new BitMatrix(1, 2, new long[] {0});
        assertThrows(IllegalStateException.class, () -> {
            SignWork.check(wrong, 0);
            SignWork.check(right, 0);
        });
    }

    @Test
    void theMeasuredReasonsAreThePlainOnes() {
        try (LocalGroup group = new LocalGroup(false)) {
            assertEquals(1, group.run(Job.of(Kind.GARBLED_STOCK, 20, 10, 2, 1)).length);
            assertEquals(2, group.run(Job.of(Kind.GARBLED_RUNS, 25, 10, 2, 2)).length);
        }
    }

    @Test
    void theMeasuredTrainingIsThePlainOne() {
        for (Kind kind : List.of(Kind.TRAIN_THREE_PIECE, Kind.TRAIN_ACCURATE)) {
            try (LocalGroup group = new LocalGroup(false)) {
                assertEquals(2, group.run(Job.of(kind, 300, 300, 1, 2)).length);
            }
        }
        assertThrows(
                IllegalStateException.class,
                () -> TrainWork.check(
                        new long[ScoreWork.FEATURES + 1], 300, TrainWork.settings(Kind.TRAIN_THREE_PIECE)));
    }

    @Test
    void aWrongAnswerIsNoMeasurement() {
        BitMatrix wrong = new BitMatrix(1, 64, new long[] {0x5555_5555_5555_5555L});
        assertThrows(IllegalStateException.class, () -> ScoreWork.check(wrong, 0));
    }
}
