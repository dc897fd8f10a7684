package org.tallystick.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntPredicate;
import org.tallystick.net.Mesh;

/** One party's part of short messages in which nothing is computed, and of the records that a score waits for. */
final class MessageWork {
    /** Bytes of a short message. */
    private static final int SHORT = 64;

    private MessageWork() {}

    /** @param folder for the records of this party */
    static double[] seconds(Sessions sessions, Path folder, Job job) {
        try (Records records = new Records(folder)) {
            return sessions.run(job.first(), mesh -> {
                double[] seconds = new double[job.repetitions()];
                for (int repetition = 0; repetition < seconds.length; repetition++) {
                    long start = System.nanoTime();
                    once(job.kind(), mesh, records);
                    seconds[repetition] = (System.nanoTime() - start) * 1e-9;
                }
                return seconds;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void once(Job.Kind kind, Mesh mesh, Records records) {
        switch (kind) {
            case PING -> ping(mesh);
            case FOUR_MESSAGES -> {
                step(mesh, from -> from == ScoreWork.BANK, to -> true);
                step(mesh, from -> true, to -> true);
                step(mesh, from -> true, to -> true);
                step(mesh, from -> true, to -> to == ScoreWork.BANK);
            }
            case FOUR_RECORDED_MESSAGES -> {
                step(mesh, from -> from == ScoreWork.BANK, to -> true);
                records.force();
                step(mesh, from -> true, to -> true);
                // While the third is on its way; of the bank nothing leaves that would wait for it.
                CompletableFuture<Void> authorised =
                        mesh.self() == ScoreWork.BANK ? CompletableFuture.completedFuture(null) : records.begin();
                step(mesh, from -> true, to -> true);
                authorised.join();
                step(mesh, from -> true, to -> to == ScoreWork.BANK);
            }
            default -> {
                for (int round = 0; round < ScoreWork.ROUNDS; round++) {
                    step(mesh, from -> true, to -> true);
                }
            }
        }
    }

    private static void ping(Mesh mesh) {
        if (mesh.self() == ScoreWork.BANK) {
            mesh.to(0).send(new byte[SHORT]);
            mesh.to(0).receive(SHORT);
        } else if (mesh.self() == 0) {
            mesh.to(ScoreWork.BANK).send(mesh.to(ScoreWork.BANK).receive(SHORT));
        }
    }

    /** A short message from each of some parties to each of some others. */
    private static void step(Mesh mesh, IntPredicate from, IntPredicate to) {
        int self = mesh.self();
        for (int peer = 0; peer < mesh.parties(); peer++) {
            if (peer != self && from.test(self) && to.test(peer)) {
                mesh.to(peer).send(new byte[SHORT]);
            }
        }
        for (int peer = 0; peer < mesh.parties(); peer++) {
            if (peer != self && from.test(peer) && to.test(self)) {
                mesh.to(peer).receive(SHORT);
            }
        }
    }

    /** A file that grows by a record at a time, each forced to the disk. */
    private static final class Records implements AutoCloseable {
        private final Path file;
        private final FileChannel out;
        private final ByteBuffer record = ByteBuffer.allocateDirect(Floor.RECORD);
        private final ExecutorService writer =
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

        Records(Path folder) throws IOException {
            Files.createDirectories(folder);
            file = folder.resolve("records.log");
            out = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        }

        void force() {
            try {
                out.write(record.clear());
                out.force(false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        CompletableFuture<Void> begin() {
            return CompletableFuture.runAsync(this::force, writer);
        }

        @Override
        public void close() throws IOException {
            writer.shutdown();
            out.close();
            Files.delete(file);
        }
    }
}
