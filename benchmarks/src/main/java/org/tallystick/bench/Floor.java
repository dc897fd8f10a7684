package org.tallystick.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.tallystick.bench.Job.Kind;

/**
 * What a score cannot be faster than on this machine: the four one-way messages of its life between four processes over
 * TLS (bank to all, all to all, all to all, all to the bank), with nothing computed, and the synced writes that they
 * wait for, where they do: each process's before its second message, and each agency's before its fourth, while the
 * third is on its way. The four share one disk here, so that four writes at a time take longer than one alone, which is
 * measured beside them.
 */
record Floor(Spread messages, Spread recorded, Spread write) {
    static final int RECORD = 256;
    private static final int WRITES = 200;

    /** @param warmUp seconds, of the messages */
    static Floor of(Group group, int repetitions, double warmUp) throws IOException {
        return new Floor(
                Measurement.of(group, Job.of(Kind.FOUR_MESSAGES, 1, 1, 1, repetitions), warmUp),
                Measurement.of(group, Job.of(Kind.FOUR_RECORDED_MESSAGES, 1, 1, 1, repetitions), warmUp / 2),
                syncedWrites());
    }

    /** Of processes started for this alone. */
    static Floor of(List<String> flags, double warmUp) throws IOException {
        try (ProcessGroup group = ProcessGroup.start(flags)) {
            return of(group, 1000, warmUp);
        }
    }

    /** The faster of two, so that a slow moment of the machine brings no score nearer to it. */
    Floor least(Floor other) {
        return other.recorded.median() < recorded.median() ? other : this;
    }

    /** What a durable record costs at the least while nobody else writes, in the folder for temporary files. */
    private static Spread syncedWrites() throws IOException {
        Path file = Files.createTempFile("tally-bench", ".log");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            double[] seconds = new double[WRITES];
            for (int k = 0; k < seconds.length; k++) {
                long start = System.nanoTime();
                out.write(ByteBuffer.allocate(RECORD));
                out.force(false);
                seconds[k] = (System.nanoTime() - start) * 1e-9;
            }
            return Spread.of(seconds);
        } finally {
            Files.delete(file);
        }
    }

    List<Result> results() {
        return List.of(
                Result.of(
                        "floor: four one-way messages of 64 bytes and the synced writes they wait for",
                        1,
                        "times",
                        recorded),
                Result.of("four one-way messages of 64 bytes, nothing computed", 1, "times", messages),
                Result.of("synced write of " + RECORD + " bytes, alone", 1, "writes", write));
    }

    /**
     * How far above the floor a score is; beside it, as figures before had it: both writes alone, one after the other.
     */
    Map<String, Object> beside(Spread score) {
        double sum = messages.median() + 2 * write.median();
        return Map.of(
                "floor_ms", milliseconds(recorded.median()),
                "above_floor_ms", milliseconds(score.median() - recorded.median()),
                "above_sum_ms", milliseconds(score.median() - sum));
    }

    private static double milliseconds(double seconds) {
        return Math.round(seconds * 1e6) * 1e-3;
    }
}
