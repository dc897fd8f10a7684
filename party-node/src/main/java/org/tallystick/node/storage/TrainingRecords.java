package org.tallystick.node.storage;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A bank's trainings, or its evaluations, those under way and those that have ended, in sealed files: each change is on
 * the disk before its method returns. All are in memory too. Hashes are 32 bytes.
 */
public final class TrainingRecords {
    private static final String SET = "records";

    private final SealedFolder folder;
    private final Map<String, Training> all = new ConcurrentHashMap<>();

    private TrainingRecords(SealedFolder folder) {
        this.folder = folder;
    }

    /** Reads what is in a folder. */
    public static TrainingRecords open(SealedFolder folder) {
        TrainingRecords records = new TrainingRecords(folder);
        for (String id : folder.names(SET)) {
            folder.get(SET, id, in -> read(id, in)).ifPresent(training -> records.all.put(id, training));
        }
        return records;
    }

    /** Where a training stands. */
    public enum Status {
        RUNNING,
        DONE,
        FAILED,
        STOPPED
    }

    /**
     * A training as stored.
     *
     * @param requestId as its caller names it
     * @param digest of what was asked for
     * @param plan hash of the plan
     * @param request what was asked for, until it ends
     * @param origin the proposal that began it, by which it goes on
     * @param proposals how many were made for it
     * @param state what callers are told of a training that has ended
     */
    public record Training(
            String id,
            String requestId,
            byte[] digest,
            String name,
            byte[] plan,
            Optional<byte[]> request,
            Optional<byte[]> origin,
            Status status,
            int proposals,
            Optional<byte[]> state,
            Instant createdAt,
            Instant changedAt) {
        @Override
        public String toString() {
            return "Training[" + id + ", " + status + "]";
        }
    }

    /** Stores a new training; false when the request id is taken. */
    public synchronized boolean add(
            String id, String requestId, byte[] digest, String name, byte[] plan, byte[] request) {
        if (findRequest(requestId).isPresent()) {
            return false;
        }
        Instant now = Instant.now();
        put(new Training(
                id,
                requestId,
                digest,
                name,
                plan,
                Optional.of(request),
                Optional.empty(),
                Status.RUNNING,
                0,
                Optional.empty(),
                now,
                now));
        return true;
    }

    /** Notes that a proposal is made for a training, and by which it goes on. */
    public synchronized void proposed(String id, byte[] origin) {
        Training old = all.get(id);
        put(changed(old, old.request(), Optional.of(origin), old.status(), old.proposals() + 1, old.state()));
    }

    /** A training that cannot go on begins anew. */
    public synchronized void restarted(String id) {
        Training old = all.get(id);
        put(changed(old, old.request(), Optional.empty(), old.status(), old.proposals(), old.state()));
    }

    /** Ends a training; what was asked for is forgotten. */
    public synchronized void end(String id, Status status, byte[] state) {
        Training old = all.get(id);
        put(changed(old, Optional.empty(), old.origin(), status, old.proposals(), Optional.of(state)));
    }

    private static Training changed(
            Training old,
            Optional<byte[]> request,
            Optional<byte[]> origin,
            Status status,
            int proposals,
            Optional<byte[]> state) {
        return new Training(
                old.id(),
                old.requestId(),
                old.digest(),
                old.name(),
                old.plan(),
                request,
                origin,
                status,
                proposals,
                state,
                old.createdAt(),
                Instant.now());
    }

    /** On the disk first: what callers see is durable. */
    private void put(Training training) {
        folder.put(SET, training.id(), out -> write(out, training));
        all.put(training.id(), training);
    }

    public Optional<Training> find(String id) {
        return Optional.ofNullable(all.get(id));
    }

    public Optional<Training> findRequest(String requestId) {
        return all.values().stream()
                .filter(training -> training.requestId().equals(requestId))
                .findFirst();
    }

    /** The trainings that were not at their end when the process ended, the oldest first. */
    public List<Training> unfinished() {
        return all.values().stream()
                .filter(training -> training.status() == Status.RUNNING)
                .sorted(Comparator.comparing(Training::createdAt))
                .toList();
    }

    /** The proposals that began the trainings which have ended, the latest first. */
    public List<byte[]> over(int limit) {
        return all.values().stream()
                .filter(training -> training.status() != Status.RUNNING)
                .sorted(Comparator.comparing(Training::changedAt).reversed())
                .flatMap(training -> training.origin().stream())
                .limit(limit)
                .toList();
    }

    /** The newest trainings, the newest first. */
    public List<Training> latest(int limit) {
        return all.values().stream()
                .sorted(Comparator.comparing(Training::createdAt).reversed())
                .limit(limit)
                .toList();
    }

    // ---- to bytes and back

    private static void write(DataOutputStream out, Training training) throws IOException {
        out.writeUTF(training.requestId());
        write(out, Optional.of(training.digest()));
        out.writeUTF(training.name());
        write(out, Optional.of(training.plan()));
        write(out, training.request());
        write(out, training.origin());
        out.writeUTF(training.status().name());
        out.writeInt(training.proposals());
        write(out, training.state());
        out.writeUTF(training.createdAt().toString());
        out.writeUTF(training.changedAt().toString());
    }

    private static void write(DataOutputStream out, Optional<byte[]> bytes) throws IOException {
        out.writeInt(bytes.map(some -> some.length).orElse(-1));
        if (bytes.isPresent()) {
            out.write(bytes.get());
        }
    }

    private static Training read(String id, DataInputStream in) throws IOException {
        return new Training(
                id,
                in.readUTF(),
                bytes(in).orElseThrow(),
                in.readUTF(),
                bytes(in).orElseThrow(),
                bytes(in),
                bytes(in),
                Status.valueOf(in.readUTF()),
                in.readInt(),
                bytes(in),
                Instant.parse(in.readUTF()),
                Instant.parse(in.readUTF()));
    }

    private static Optional<byte[]> bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0 ? Optional.empty() : Optional.of(in.readNBytes(length));
    }
}
