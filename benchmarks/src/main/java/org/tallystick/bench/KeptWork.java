package org.tallystick.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.tallystick.node.storage.ShareSegment;
import org.tallystick.node.storage.ShareStore;
import org.tallystick.node.storage.ShareTable;
import org.tallystick.node.storage.StorageKey;
import org.tallystick.program.Checkpoints;
import org.tallystick.program.Interpreter;
import org.tallystick.program.Program;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.rep4.KeptInputs;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Vector;

/**
 * One party's tables of the {@link ScoreWork}'s features, in the share store of a node: encrypted files on the disk.
 */
final class KeptWork {
    private static final int COLUMNS = ScoreWork.FEATURES / ScoreWork.PARTIES;

    private final Sessions sessions;
    private final SharedSeed[] seeds;
    private final Program program = ScoreWork.program();
    private final ShareStore store;
    private Optional<ShareTable> table = Optional.empty();

    KeptWork(Sessions sessions, SharedSeed[] seeds, Path folder) {
        this.sessions = sessions;
        this.seeds = seeds;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StorageKey key = StorageKey.openOrCreate(folder.resolve(StorageKey.FILE));
        this.store = ShareStore.open(folder.resolve("tables"), key);
    }

    /** How a job's chunks are gone through. */
    @FunctionalInterface
    interface Chunks {
        void each(Job job, IntConsumer body);
    }

    /** Shares the rows of a job and stores them, unless the table of an earlier job is the same. */
    void prepare(Job job, Chunks chunks) {
        if (table.filter(known -> known.rows() == job.rows() && known.segmentRows() == job.chunk())
                .isPresent()) {
            return;
        }
        table.ifPresent(old -> store.delete(old.id()));
        byte[] id =
                ByteBuffer.allocate(ShareTable.Id.BYTES).putLong(job.first()).array();
        ShareTable next = new ShareTable(
                ShareTable.Id.of(id),
                "features",
                LocalDate.EPOCH,
                new byte[32],
                job.rows(),
                job.chunk(),
                Instant.EPOCH);
        store.create(next);
        chunks.each(job, k -> keep(next.id(), k, job.first() + 1 + k, k * job.chunk(), job.rowsOf(k)));
        table = Optional.of(next);
    }

    private void keep(ShareTable.Id id, int position, long number, int from, int rows) {
        byte[][] kept = new byte[ScoreWork.PARTIES][];
        SharedSeed[] shared = new SharedSeed[ScoreWork.PARTIES];
        for (int j = 0; j < kept.length; j++) {
            if (j != sessions.self()) {
                kept[j] = seeds[j].derive("benchmark", hash(number));
                shared[j] = SharedSeed.of(kept[j]);
            }
        }
        List<OwnerInput> inputs = new ArrayList<>();
        for (int owner = 0; owner < ScoreWork.PARTIES; owner++) {
            long[] values = owner == sessions.self() ? ScoreWork.features(owner, from, rows) : null;
            inputs.add(new OwnerInput(owner, rows, COLUMNS, Long.SIZE, values));
        }
        ShareSegment segment = sessions.run(
                number,
                mesh -> new ShareSegment(
                        mesh.self(), hash(number), kept, new Rep4(mesh, seeds, hash(number)).keep(inputs, shared)));
        store.put(id, position, List.of("subjects are not read here"), segment);
    }

    /** Reads a segment and scores it. */
    Optional<BitMatrix> score(int position, long number, int rows, Map<String, Rep4Vector> model) {
        ShareSegment segment = store.segment(table.orElseThrow().id(), position).orElseThrow();
        return sessions.run(
                number,
                mesh -> Interpreter.runKept(
                                new Rep4(mesh, seeds, hash(number)),
                                program,
                                rows,
                                inputs -> new KeptInputs(
                                        mesh.self(),
                                        segment.sharedSeeds(),
                                        segment.inputs(),
                                        inputs.stream()
                                                .flatMapToInt(k -> IntStream.range(k * COLUMNS, (k + 1) * COLUMNS))
                                                .toArray()),
                                -1,
                                List.of(),
                                model,
                                Checkpoints.NONE)
                        .getFirst());
    }

    /** What names a run; never used twice. */
    static byte[] hash(long number) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
