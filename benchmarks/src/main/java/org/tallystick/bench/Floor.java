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
 * TLS (bank to all, all to all, all to all, all to the bank), with nothing computed, and the two synced writes that an
 * agency waits for: before its acceptance leaves, and before its part of the answer does.
 */
record Floor(Spread messages, Spread write) {
    private static final int RECORD = 256;
    private static final int WRITES = 200;

    /** That one score waits for, one after the other. */
    private static final int WAITED = 2;

    /** @param warmUp seconds, of the messages */
    static Floor of(Group group, int repetitions, double warmUp) throws IOException {
        return new Floor(
                Measurement.of(group, Job.of(Kind.FOUR_MESSAGES, 1, 1, 1, repetitions), warmUp), syncedWrites());
    }

    /** Of processes started for this alone. */
    static Floor of(List<String> flags, double warmUp) throws IOException {
        try (ProcessGroup group = ProcessGroup.start(flags)) {
            return of(group, 1000, warmUp);
        }
    }

    /** What a node's durable record costs at the least, in the folder for temporary files. */
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

    double seconds() {
        return messages.median() + WAITED * write.median();
    }

    List<Result> results() {
        return List.of(
                Result.of("floor: four one-way messages of 64 bytes, nothing computed", 1, "times", messages),
                Result.of("floor: synced write of " + RECORD + " bytes", 1, "writes", write));
    }

    /** How far above the floor a score is. */
    Map<String, Object> beside(Spread score) {
        return Map.of(
                "floor_ms", milliseconds(seconds()),
                "above_floor_ms", milliseconds(score.median() - seconds()));
    }

    private static double milliseconds(double seconds) {
        return Math.round(seconds * 1e6) * 1e-3;
    }
}
