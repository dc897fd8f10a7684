package org.tallystick.node.storage;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.tallystick.node.storage.StoredRequest.Status;

/**
 * Score requests by the id their caller gave them. A finished request answers its retries from here; one that runs is
 * not started a second time; one that failed, or that the end of the process cut off, may be tried again.
 *
 * <p>Every change is in {@link RequestLog} when its method returns, so the end of the process loses none, and on the
 * disk moments later. The database is the log's index, written behind it in batches ({@link RequestIndexer}); what it
 * does not have yet is in memory. When the node starts, the index takes in what the log has. Of an id that was never
 * used the embedded database is hardly asked ({@link KnownIds}).
 */
public final class Requests implements AutoCloseable {
    /** Requests that wait for the index; who would add more writes them himself. */
    private static final int MOST_WAITING = 50_000;

    private static final int BATCH = 200;
    private static final int LOCKS = 256;

    private static final int IDS_A_LAYER = 1_000_000;

    /** Ids that are read at a time when the node has started; others use the database meanwhile. */
    private static final int IDS = 5_000;

    private final StateDatabase database;
    private final RequestTable table;
    private final RequestLog log;
    private final ConcurrentHashMap<String, StoredRequest> recent = new ConcurrentHashMap<>();
    /** What has ended and the database does not have yet, and may be given again: by subject and model. */
    private final ConcurrentHashMap<Repeated, StoredRequest> repeatable = new ConcurrentHashMap<>();

    private final ReentrantLock[] ids = new ReentrantLock[LOCKS];

    /** Changes hold the read lock; the change to a new file of the log, which repeats what is running, the other. */
    private final ReentrantReadWriteLock changing = new ReentrantReadWriteLock();

    private final ReentrantLock indexing = new ReentrantLock();
    private final RequestIndexer indexer;
    private final KnownIds used;

    private Requests(StateDatabase database, RequestLog log) {
        this.database = database;
        this.table = new RequestTable(database);
        this.log = log;
        this.used =
                new KnownIds(database.dialect() == StateEngine.Dialect.H2, IDS_A_LAYER, after -> table.ids(after, IDS));
        this.indexer = new RequestIndexer(this, log, used);
        for (int k = 0; k < LOCKS; k++) {
            ids[k] = new ReentrantLock();
        }
    }

    /** Opens the requests of a node's state folder. Those that were running when its process ended have failed. */
    public static Requests open(StateDatabase database, Path folder) {
        return open(database, folder, Disk.REAL);
    }

    static Requests open(StateDatabase database, Path folder, Disk disk) {
        RequestTable table = new RequestTable(database);
        Map<String, StoredRequest> replayed = new HashMap<>();
        RequestLog log = RequestLog.open(folder, disk, request -> {
            replayed.put(request.id(), request);
            if (replayed.size() == BATCH) {
                table.put(List.copyOf(replayed.values()));
                replayed.clear();
            }
        });
        try {
            table.put(List.copyOf(replayed.values()));
            table.failInterrupted(now());
            database.sync();
            log.dropOlder();
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
        Requests requests = new Requests(database, log);
        requests.indexer.start();
        return requests;
    }

    /** What to do with a request that has come in. */
    public sealed interface Begun {
        /** Run it; {@code attempt} is 1 for the first time. */
        record Run(int attempt) implements Begun {}

        /** It runs already: wait for it or say so. */
        record Running() implements Begun {}

        /** It is done: this is the answer. */
        record Answered(String answer) implements Begun {
            @Override
            public String toString() {
                return "Answered[]";
            }
        }

        /** The id was used for another subject or model: refuse. */
        record Conflict() implements Begun {}
    }

    /**
     * What goes with an answer that is kept for a time, and may be given again to others who ask the same.
     *
     * @param model digest of the model that gave it; empty when it was an earlier one, given again
     * @param consent by what the withdrawal of the consent that it was given on finds it; empty when it was given on
     *     none
     * @param until nothing of it is kept any longer from then on
     */
    public record Kept(String model, String consent, Instant until) {}

    /** The answer to a request. */
    public record Given(String answer, Optional<Kept> kept) {
        @Override
        public String toString() {
            return "Given[]";
        }
    }

    /** A request that was answered without having been running here, such as a job's row. */
    public record Answer(String id, String subject, Given given) {
        @Override
        public String toString() {
            return "Answer[" + id + "]";
        }
    }

    /** An answer that was given before. */
    public record Repeat(String answer, String consent, Instant answeredAt) {
        @Override
        public String toString() {
            return "Repeat[" + answeredAt + "]";
        }
    }

    private record Repeated(String subject, String digest, String model) {
        static Repeated of(StoredRequest request) {
            String digest = request.kept().map(Kept::model).orElse("");
            return new Repeated(request.subject(), digest, request.model());
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Records that a request has come in, and tells whether to run it. */
    public Begun begin(String id, String subject, String model) {
        ReentrantLock lock = ids[Math.floorMod(id.hashCode(), LOCKS)];
        lock.lock();
        try {
            Instant now = now();
            Optional<StoredRequest> known = find(id).filter(request -> !request.isOver(now));
            if (known.isEmpty()) {
                return beginNew(id, subject, model);
            }
            if (!known.get().subject().equals(subject) || !known.get().model().equals(model)) {
                return new Begun.Conflict();
            }
            return switch (known.get().status()) {
                case DONE -> new Begun.Answered(known.get().answer().orElseThrow());
                case RUNNING -> new Begun.Running();
                case FAILED -> run(known.get().begunAgain(now));
            };
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #begin}, for an id that was made just now and that no other request can have. */
    public Begun beginNew(String id, String subject, String model) {
        Instant now = now();
        return run(
                new StoredRequest(id, subject, model, Status.RUNNING, 1, Optional.empty(), Optional.empty(), now, now));
    }

    private Begun run(StoredRequest request) {
        if (recent.size() > MOST_WAITING) {
            index();
        }
        used.add(request.id());
        change(List.of(request));
        return new Begun.Run(request.attempts());
    }

    private void change(List<StoredRequest> requests) {
        changing.readLock().lock();
        try {
            log.append(requests);
            requests.forEach(request -> recent.put(request.id(), request));
        } finally {
            changing.readLock().unlock();
        }
        indexer.appended();
    }

    /**
     * The end of running requests, all in one write. Retries of those with an answer get it; retries of the others run
     * again. Whatever does not run is left as it is.
     *
     * @param answers by id
     */
    public void end(Map<String, Given> answers, List<String> failed) {
        Instant now = now();
        List<StoredRequest> ended = new ArrayList<>();
        answers.forEach((id, answer) -> running(id).ifPresent(request -> ended.add(request.done(answer, now))));
        failed.forEach(id -> running(id).ifPresent(request -> ended.add(request.failed(now))));
        end(ended);
    }

    private Optional<StoredRequest> running(String id) {
        return Optional.ofNullable(recent.get(id)).filter(StoredRequest::isRunning);
    }

    private void end(List<StoredRequest> ended) {
        if (ended.isEmpty()) {
            return;
        }
        try {
            change(ended);
            ended.stream()
                    .filter(request -> request.kept()
                            .filter(kept -> !kept.model().isEmpty())
                            .isPresent())
                    .forEach(request -> repeatable.put(Repeated.of(request), request));
        } catch (StorageFailure e) {
            // As it will be after a restart: the log says that they were begun, and not how they ended.
            ended.forEach(request -> recent.put(request.id(), request.failed(now())));
            throw e;
        } finally {
            indexer.add(ended.stream().map(StoredRequest::id).toList());
        }
    }

    private Optional<StoredRequest> find(String id) {
        StoredRequest known = recent.get(id);
        return known == null && used.mayHave(id) ? table.find(id) : Optional.ofNullable(known);
    }

    /** Whether the database is asked no more about ids that are new. */
    boolean knowsIds() {
        return used.isComplete();
    }

    // ---- answers that are given again

    /**
     * The newest answers about these subjects that may be given again, by subject.
     *
     * @param digest of the model that is asked
     * @param model the model asked, and for what, as when the requests were begun
     */
    public Map<String, Repeat> repeats(String digest, String model, Collection<String> subjects) {
        Map<String, StoredRequest> found = new HashMap<>();
        List<String> rest = new ArrayList<>();
        for (String subject : subjects) {
            // Before the database: what leaves memory is there already.
            StoredRequest recently = repeatable.get(new Repeated(subject, digest, model));
            if (recently == null) {
                rest.add(subject);
            } else {
                found.put(subject, recently);
            }
        }
        for (StoredRequest request : table.repeatable(digest, model, rest, now())) {
            found.merge(request.subject(), request, (a, b) -> a.changedAt().isBefore(b.changedAt()) ? b : a);
        }
        Map<String, Repeat> repeats = new HashMap<>();
        found.forEach((subject, request) -> repeats.put(
                subject,
                new Repeat(
                        request.answer().orElseThrow(),
                        request.kept().orElseThrow().consent(),
                        request.changedAt())));
        return repeats;
    }

    /**
     * Keeps answers of requests that were not begun here.
     *
     * @param model the model asked, and for what
     */
    public void keep(String model, List<Answer> answers) {
        Instant now = now();
        answers.forEach(answer -> used.add(answer.id()));
        for (int from = 0; from < answers.size(); from += BATCH) {
            table.put(answers.subList(from, Math.min(answers.size(), from + BATCH)).stream()
                    .map(answer -> new StoredRequest(
                            answer.id(),
                            answer.subject(),
                            model,
                            Status.DONE,
                            1,
                            Optional.of(answer.given().answer()),
                            answer.given().kept(),
                            now,
                            now))
                    .toList());
        }
    }

    /** Forgets all requests that are not to be kept any longer, with their answers; the log does so soon after. */
    public void drop(Instant now) {
        int all = 0;
        int some = BATCH;
        while (some == BATCH) {
            // Some at a time: others use the database meanwhile.
            some = table.drop(now, BATCH);
            all += some;
        }
        if (all > 0) {
            indexer.startNextFile();
        }
    }

    /** Writes what has ended to the database, and forgets it here. */
    void index() {
        indexing.lock();
        try {
            for (List<String> some = indexer.next(BATCH); !some.isEmpty(); some = indexer.next(BATCH)) {
                List<StoredRequest> ended = new ArrayList<>();
                for (String id : some) {
                    Optional.ofNullable(recent.get(id))
                            .filter(request -> !request.isRunning())
                            .ifPresent(ended::add);
                }
                try {
                    table.put(ended);
                } catch (StorageFailure e) {
                    indexer.add(some);
                    throw e;
                }
                // One that was begun again meanwhile is another, and stays.
                ended.forEach(request -> recent.remove(request.id(), request));
                ended.forEach(request -> repeatable.remove(Repeated.of(request), request));
            }
        } finally {
            indexing.unlock();
        }
    }

    /**
     * Begins a new file of the log with what is running, and deletes those whose rest the database has. Where that has
     * failed before, it begins no further one.
     */
    void startNextFile() {
        changing.writeLock().lock();
        try {
            if (!log.hasOlder()) {
                log.startNext();
            }
            log.append(recent.values().stream().filter(StoredRequest::isRunning).toList());
        } finally {
            changing.writeLock().unlock();
        }
        log.force();
        index();
        database.sync();
        log.dropOlder();
    }

    /** Brings the database up to date. What runs now will have failed when the node starts again. */
    @Override
    public void close() {
        indexer.close();
        changing.writeLock().lock();
        try {
            index();
            table.put(List.copyOf(recent.values()));
            database.sync();
            log.drop();
        } catch (StorageFailure e) {
            log.close();
            throw e;
        } finally {
            changing.writeLock().unlock();
        }
    }
}
