package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The changes of requests, one after another, in files of which the older are deleted once the database has what they
 * say. What is appended survives the end of the process at once, and a power failure after {@link #force}.
 */
final class RequestLog implements AutoCloseable {
    static final byte[] HEADER = {'T', 'A', 'L', 'L', 'Y', 'R', 'Q', '1'};

    private static final Pattern NAME = Pattern.compile("requests-(\\d{1,18})\\.log");

    private final Path folder;
    private final Disk disk;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Path> older = new ArrayList<>();
    private long number;
    private LogFile current;

    private RequestLog(Path folder, Disk disk, long number) {
        this.folder = folder;
        this.disk = disk;
        this.number = number;
        this.current = open(number);
    }

    private LogFile open(long of) {
        return LogFile.open(folder.resolve("requests-" + of + ".log"), HEADER, disk);
    }

    /**
     * Opens the log in a folder, with a new file for what is to come.
     *
     * @param replayed gets every change that is in older files, in order
     */
    static RequestLog open(Path folder, Disk disk, Consumer<StoredRequest> replayed) {
        List<Path> files;
        try {
            Files.createDirectories(folder);
            files = files(folder);
        } catch (IOException e) {
            throw StorageFailure.of(folder, e);
        }
        for (Path path : files) {
            try (LogFile file = LogFile.open(path, HEADER, disk)) {
                file.replay(file.end(), payload -> {
                    Optional<StoredRequest> request = StoredRequest.decode(payload);
                    request.ifPresent(replayed);
                    return request.isPresent();
                });
            }
        }
        RequestLog log = new RequestLog(folder, disk, files.isEmpty() ? 1 : number(files.getLast()) + 1);
        log.older.addAll(files);
        return log;
    }

    /** The files of the log, the oldest first. */
    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(
                            path -> NAME.matcher(path.getFileName().toString()).matches())
                    .sorted((a, b) -> Long.compare(number(a), number(b)))
                    .toList();
        }
    }

    private static long number(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(file + " is no file of the log");
        }
        return Long.parseLong(name.group(1));
    }

    /**
     * Appends changes; when it returns, they survive the end of the process.
     *
     * @throws StorageFailure when they could not be written; the log has none of them then
     */
    void append(Collection<StoredRequest> changes) {
        List<byte[]> payloads = changes.stream().map(StoredRequest::encode).toList();
        lock.lock();
        try {
            current.append(payloads);
        } finally {
            lock.unlock();
        }
    }

    /** When it returns, what was appended before survives any crash. */
    void force() {
        LogFile file = current();
        if (file.isBehind()) {
            file.force();
        }
    }

    private LogFile current() {
        lock.lock();
        try {
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** The size of the file that is appended to. */
    long size() {
        return current().end();
    }

    /** Goes on in a new file. Not together with {@link #force}. */
    void startNext() {
        LogFile next = open(number + 1);
        lock.lock();
        try {
            current.force();
            current.close();
            older.add(current.file());
            current = next;
            number++;
        } catch (StorageFailure e) {
            next.close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there are files before the one that is appended to: the database may lack what they say. */
    boolean hasOlder() {
        return !older.isEmpty();
    }

    /** Deletes the files before the one that is appended to: the database has, durably, what they say. */
    void dropOlder() {
        for (Path path : older) {
            delete(path);
        }
        older.clear();
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw StorageFailure.of(path, e);
        }
    }

    /** Deletes all files: the database has, durably, what they say. */
    void drop() {
        dropOlder();
        LogFile last = current();
        last.close();
        delete(last.file());
    }

    /** Closes the file; the log is read when it is opened again. */
    @Override
    public void close() {
        current().close();
    }
}
