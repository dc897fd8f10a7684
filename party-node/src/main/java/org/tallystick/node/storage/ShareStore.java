package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.storage.StorageKey.Sealing;

/**
 * Tables of shares on this node's disk, a folder each: its key and what it is, sealed under the node's key, and its
 * segments, sealed under the table's. What is asked to be stored is durable on return. A table is deleted for good as
 * soon as its key is overwritten: its segments, and copies of them, say nothing any more without a copy of the key.
 *
 * <p>A file that was begun and not ended has another name and counts for nothing. Safe for many threads.
 */
public final class ShareStore {
    private static final Logger LOG = LoggerFactory.getLogger(ShareStore.class);
    private static final String KEY_FILE = "table";
    private static final String DRAFT = ".new";
    private static final String DELETED = "deleted";
    private static final String PURPOSE = "tallystick/share-table/2";
    private static final int KEY_BYTES = 32;
    private static final int LINE = 2 * ShareTable.Id.BYTES + 1;
    private static final byte[] NOTHING = {};

    private final Path folder;
    private final StorageKey key;
    private final Map<ShareTable.Id, Opened> opened = new ConcurrentHashMap<>();
    private final Set<ShareTable.Id> deleted = Collections.synchronizedSet(new LinkedHashSet<>());
    private int noted; // so many of these are on the disk

    private record Opened(ShareTable table, Sealing sealing) {}

    private ShareStore(Path folder, StorageKey key) {
        this.folder = folder;
        this.key = key;
    }

    /**
     * Opens a folder, which is made if there is none.
     *
     * @throws StorageFailure when it cannot be read, or holds a table that was sealed under another key
     */
    public static ShareStore open(Path folder, StorageKey key) {
        try {
            Files.createDirectories(folder);
            ShareStore store = new ShareStore(folder, key);
            store.loadDeleted();
            try (Stream<Path> tables = Files.list(folder)) {
                for (Path table : tables.filter(ShareStore::isTable).toList()) {
                    store.load(table);
                }
            }
            return store;
        } catch (IOException e) {
            throw StorageFailure.of(folder, e);
        }
    }

    /** One that cannot be opened stays on the disk, for its operator to look at, and counts for nothing. */
    private void load(Path table) throws IOException {
        ShareTable.Id id = new ShareTable.Id(table.getFileName().toString());
        Path file = table.resolve(KEY_FILE);
        byte[] sealed = Files.exists(file) ? Files.readAllBytes(file) : NOTHING;
        if (isDeleted(id) || isErased(sealed)) {
            LOG.info("clearing away table {}, which a deletion or a start has left", id);
            erase(file, sealed.length);
            clear(table);
            return;
        }
        try {
            byte[] plain = key.derive(PURPOSE, id.bytes()).open(sealed, NOTHING);
            ShareTable found = ShareTable.decode(Arrays.copyOfRange(plain, KEY_BYTES, plain.length));
            opened.put(id, new Opened(found, new Sealing(Arrays.copyOf(plain, KEY_BYTES))));
            Arrays.fill(plain, (byte) 0);
        } catch (StorageFailure | IllegalArgumentException e) {
            LOG.error("table {} is left out: {}", id, e.getMessage());
        }
    }

    private static boolean isTable(Path path) {
        return Files.isDirectory(path) && ShareTable.Id.isOne(path.getFileName().toString());
    }

    /** A key file is sealed; one of zeros was overwritten. */
    private static boolean isErased(byte[] sealed) {
        int all = 0;
        for (byte one : sealed) {
            all |= one;
        }
        return all == 0;
    }

    /** All tables, whole or not, the newest last. */
    public List<ShareTable> tables() {
        return opened.values().stream()
                .map(Opened::table)
                .sorted(Comparator.comparing(ShareTable::createdAt)
                        .thenComparing(table -> table.id().hex()))
                .toList();
    }

    public Optional<ShareTable> find(ShareTable.Id id) {
        return Optional.ofNullable(opened.get(id)).map(Opened::table);
    }

    /** Whether a table of this id was deleted here; none will ever be taken again. */
    public boolean isDeleted(ShareTable.Id id) {
        return deleted.contains(id);
    }

    /** The tables deleted here, in order. */
    public List<ShareTable.Id> deleted() {
        synchronized (deleted) {
            return List.copyOf(deleted);
        }
    }

    /** Begins a table, with a key of its own. One of this id that is there already stays as it is. */
    public synchronized void create(ShareTable table) {
        if (isDeleted(table.id())) {
            throw new StorageFailure("table " + table.id() + " was deleted", "store a new one");
        }
        Opened known = opened.get(table.id());
        if (known != null) {
            if (!known.table().isLike(table)) {
                throw new IllegalArgumentException("there is another table " + table.id());
            }
            return;
        }
        byte[] fresh = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(fresh);
        byte[] encoded = table.encoded();
        byte[] plain = Arrays.copyOf(fresh, KEY_BYTES + encoded.length);
        System.arraycopy(encoded, 0, plain, KEY_BYTES, encoded.length);
        byte[] sealed = key.derive(PURPOSE, table.id().bytes()).seal(plain, NOTHING);
        Arrays.fill(plain, (byte) 0);
        Path its = folder.resolve(table.id().hex());
        try {
            Files.createDirectories(its);
            write(its, KEY_FILE, sealed);
            force(folder);
        } catch (IOException e) {
            throw StorageFailure.of(its, e);
        }
        opened.put(table.id(), new Opened(table, new Sealing(fresh)));
    }

    /** Stores a segment and the subjects of its rows, in one file; one that is there is replaced. */
    public void put(ShareTable.Id id, int position, List<String> subjects, ShareSegment segment) {
        put(id, sharesFile(position), context("shares", position), segment.with(texts(subjects)));
    }

    private void put(ShareTable.Id id, String file, String context, byte[] plain) {
        Opened table = opened(id);
        byte[] sealed = SealedPieces.seal(table.sealing(), plain, context);
        Path its = folder.resolve(id.hex());
        synchronized (table) {
            opened(id);
            try {
                write(its, file, sealed);
            } catch (IOException e) {
                throw StorageFailure.of(its, e);
            }
        }
    }

    /** Stores this node's own rows about a segment's subjects, which it does not share out. */
    public void putOwn(ShareTable.Id id, int position, List<Map<String, String>> rows) {
        put(id, ownFile(position), context("own", position), OwnRows.encode(rows));
    }

    public boolean hasOwn(ShareTable.Id id, int position) {
        return opened.containsKey(id) && Files.exists(folder.resolve(id.hex()).resolve(ownFile(position)));
    }

    /** What {@link #putOwn} has stored. */
    public Optional<List<Map<String, String>>> own(ShareTable.Id id, int position) {
        return read(id, ownFile(position), context("own", position)).map(OwnRows::decode);
    }

    public boolean has(ShareTable.Id id, int position) {
        return opened.containsKey(id) && Files.exists(folder.resolve(id.hex()).resolve(sharesFile(position)));
    }

    /** Whether every segment is there. */
    public boolean isWhole(ShareTable.Id id) {
        ShareTable table = opened(id).table();
        for (int position = 0; position < table.segments(); position++) {
            if (!has(id, position)) {
                return false;
            }
        }
        return true;
    }

    /** Empty when this node has no such segment. */
    public Optional<ShareSegment> segment(ShareTable.Id id, int position) {
        return read(id, sharesFile(position), context("shares", position)).map(ShareSegment::decode);
    }

    /** The subjects of a segment's rows, in order. */
    public Optional<List<String>> subjects(ShareTable.Id id, int position) {
        return read(id, sharesFile(position), context("shares", position))
                .map(plain -> texts(ShareSegment.behind(plain)));
    }

    private Optional<byte[]> read(ShareTable.Id id, String file, String context) {
        Opened table = opened.get(id);
        if (table == null) {
            return Optional.empty();
        }
        Path path = folder.resolve(id.hex()).resolve(file);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return Optional.of(SealedPieces.open(table.sealing(), channel, context));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageFailure.of(path, e);
        }
    }

    /**
     * Destroys a table's key, and with it the table; then its files go. On a full disk too: the key is written over
     * where it is.
     *
     * @return whether there was one
     * @throws StorageFailure when its key could not be written over: it is still there, and may be deleted again; or
     *     when it is destroyed and that it must never come back could not be noted
     */
    public boolean delete(ShareTable.Id id) {
        Opened table = opened.get(id);
        if (table == null) {
            return false;
        }
        synchronized (table) {
            Path its = folder.resolve(id.hex());
            Path file = its.resolve(KEY_FILE);
            try {
                erase(file, Math.toIntExact(Files.size(file)));
            } catch (IOException e) {
                throw StorageFailure.of(its, e);
            }
            opened.remove(id);
            note(id);
            try {
                clear(its);
            } catch (IOException e) {
                LOG.warn("files of table {} could not be deleted; without their key they say nothing", id);
            }
            return true;
        }
    }

    private static void erase(Path file, int length) throws IOException {
        if (length > 0) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                Disk.REAL.write(channel, ByteBuffer.allocate(length), 0);
                channel.force(true);
            }
        }
        Files.deleteIfExists(file);
        force(file.getParent());
    }

    /**
     * Durably: a table that comes back from a backup, or that peers still fill, is not taken up. What could not be
     * written is written with the next.
     */
    private synchronized void note(ShareTable.Id id) {
        deleted.add(id);
        List<ShareTable.Id> all = deleted();
        StringBuilder lines = new StringBuilder();
        all.subList(noted, all.size()).forEach(each -> lines.append(each.hex()).append('\n'));
        Path file = folder.resolve(DELETED);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // A line that was cut short is written over.
            ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
            Disk.REAL.write(channel, bytes, (long) noted * LINE);
            channel.force(true);
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
        noted = all.size();
    }

    private void loadDeleted() throws IOException {
        Path file = folder.resolve(DELETED);
        if (!Files.exists(file)) {
            return;
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        for (int from = 0; from + LINE <= text.length(); from += LINE) {
            String line = text.substring(from, from + LINE - 1);
            if (!ShareTable.Id.isOne(line)) {
                break; // cut short when the power went
            }
            deleted.add(new ShareTable.Id(line));
        }
        noted = deleted.size();
    }

    private static void clear(Path table) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(table)) {
            found.sorted(Comparator.reverseOrder()).forEach(files::add);
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    private Opened opened(ShareTable.Id id) {
        Opened table = opened.get(id);
        if (table == null) {
            throw new StorageFailure("there is no table " + id + " any more", "store a new one");
        }
        return table;
    }

    private static void write(Path folder, String name, byte[] bytes) throws IOException {
        Path draft = folder.resolve(name + DRAFT);
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            Disk.REAL.write(channel, ByteBuffer.wrap(bytes), 0);
            channel.force(true);
        }
        Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(folder);
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String sharesFile(int position) {
        return position + ".shares";
    }

    private static String ownFile(int position) {
        return position + ".own";
    }

    private static String context(String what, int position) {
        return what + " " + position;
    }

    private static byte[] texts(List<String> subjects) {
        return String.join("\n", subjects).getBytes(StandardCharsets.UTF_8);
    }

    /** Subjects have no control characters. */
    private static List<String> texts(byte[] joined) {
        return List.of(new String(joined, StandardCharsets.UTF_8).split("\n", -1));
    }
}
