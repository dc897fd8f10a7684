package org.tallystick.node.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sets of named contents on the disk, sealed with the node's key: a folder a set, a file a content. A content is there
 * whole and as it was put, or not at all: it is sealed in pieces that know their set, name and place, forced to the
 * disk beside its name, and then renamed.
 *
 * <p>Nobody but the node itself writes there. Files that were swapped, cut or changed do not open; an older state of
 * the whole folder does, so whoever uses it compares with the other nodes.
 */
public final class SealedFolder {
    /** A piece of plain content. */
    private static final int PIECE = 1 << 20;

    private static final String DRAFT = ".draft";

    private final Path folder;
    private final StorageKey key;
    private final String purpose;

    private SealedFolder(Path folder, StorageKey key, String purpose) {
        this.folder = folder;
        this.key = key;
        this.purpose = purpose;
    }

    /** Writes a content. */
    @FunctionalInterface
    public interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    /** Reads a content. */
    @FunctionalInterface
    public interface Reader<T> {
        T readFrom(DataInputStream in) throws IOException;
    }

    /** @param purpose what is sealed there, in code as a constant */
    public static SealedFolder open(Path folder, StorageKey key, String purpose) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw StorageFailure.of(folder, e);
        }
        return new SealedFolder(folder, key, purpose);
    }

    private Path path(String set) {
        if (!set.matches("[0-9a-z-]{1,64}")) {
            throw new IllegalArgumentException("no name of a set: " + set);
        }
        return folder.resolve(set);
    }

    private Path path(String set, String name) {
        if (!name.matches("[0-9a-z-]{1,64}")) {
            throw new IllegalArgumentException("no name of a content: " + name);
        }
        return path(set).resolve(name);
    }

    private StorageKey.Sealing sealing(String set) {
        return key.derive(purpose, set.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] context(String name, int piece, boolean last) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(bytes.length + Integer.BYTES + 1)
                .put(bytes)
                .putInt(piece)
                .put((byte) (last ? 1 : 0))
                .array();
    }

    /**
     * Puts a content in place of what the name had; durable when this returns.
     *
     * @throws StorageFailure if it cannot be written; then the name has what it had
     */
    public void put(String set, String name, Content content) {
        Path file = path(set, name);
        Path draft = file.resolveSibling(name + DRAFT);
        try {
            Files.createDirectories(file.getParent());
            try (FileChannel channel = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                try (DataOutputStream out = new DataOutputStream(new Sealed(channel, sealing(set), name))) {
                    content.writeTo(out);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            forceNames(file.getParent());
            forceNames(folder);
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }

    private static void forceNames(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (FileSystemException e) {
            // Some systems open no folder; there the rename is as durable as it gets.
            if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
                throw e;
            }
        }
    }

    /**
     * What a name has; empty if it has none.
     *
     * @throws StorageFailure if it cannot be read, or was changed
     */
    public <T> Optional<T> get(String set, String name, Reader<T> reader) {
        Path file = path(set, name);
        try (InputStream in = Files.newInputStream(file);
                DataInputStream opened = new DataInputStream(new Opened(in, sealing(set), name))) {
            return Optional.of(reader.readFrom(opened));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }

    /** The names of a set, ascending. */
    public List<String> names(String set) {
        return list(path(set)).filter(name -> !name.endsWith(DRAFT)).toList();
    }

    /** All sets, ascending. */
    public List<String> sets() {
        return list(folder).toList();
    }

    /** When a content of a set was last put; empty if the set has none. */
    public Optional<Instant> changed(String set) {
        Path own = path(set);
        try {
            Optional<Instant> latest = Optional.empty();
            for (String name : list(own).toList()) {
                Instant at = Files.getLastModifiedTime(own.resolve(name)).toInstant();
                latest = latest.filter(other -> other.isAfter(at)).or(() -> Optional.of(at));
            }
            return latest;
        } catch (NoSuchFileException e) {
            return Optional.of(Instant.now()); // it changes at this moment
        } catch (IOException e) {
            throw StorageFailure.of(own, e);
        }
    }

    private static Stream<String> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        } catch (NoSuchFileException e) {
            return Stream.empty();
        } catch (IOException e) {
            throw StorageFailure.of(folder, e);
        }
    }

    public void remove(String set, String name) {
        delete(path(set, name));
    }

    /** Removes a set with all it has. */
    public void removeSet(String set) {
        Path own = path(set);
        list(own).forEach(name -> delete(own.resolve(name)));
        delete(own);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }

    @Override
    public String toString() {
        return "SealedFolder[" + folder + ", " + HexFormat.of().toHexDigits(purpose.hashCode()) + "]";
    }

    /** Seals what is written, piece by piece: the length of each before it. */
    private static final class Sealed extends OutputStream {
        private final FileChannel channel;
        private final StorageKey.Sealing sealing;
        private final String name;
        private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
        private int pieces;
        private boolean closed;

        Sealed(FileChannel channel, StorageKey.Sealing sealing, String name) {
            this.channel = channel;
            this.sealing = sealing;
            this.name = name;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int at = from;
            while (at < from + length) {
                if (piece.size() == PIECE) {
                    seal(false);
                }
                int count = Math.min(from + length - at, PIECE - piece.size());
                piece.write(bytes, at, count);
                at += count;
            }
        }

        private void seal(boolean last) throws IOException {
            byte[] sealed = sealing.seal(piece.toByteArray(), context(name, pieces++, last));
            ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + sealed.length)
                    .putInt(sealed.length)
                    .put(sealed)
                    .flip();
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
            piece.reset();
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                seal(true);
            }
        }
    }

    /** Opens the pieces one by one. */
    private static final class Opened extends InputStream {
        private final DataInputStream in;
        private final StorageKey.Sealing sealing;
        private final String name;
        private ByteArrayInputStream piece = new ByteArrayInputStream(new byte[0]);
        private int pieces;
        private boolean ended;

        Opened(InputStream in, StorageKey.Sealing sealing, String name) {
            this.in = new DataInputStream(in);
            this.sealing = sealing;
            this.name = name;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            while (piece.available() == 0 && !ended) {
                int sealed = in.readInt();
                if (sealed < 0 || sealed > PIECE + StorageKey.Sealing.OVERHEAD) {
                    throw new IOException("a piece of " + sealed + " bytes");
                }
                byte[] read = in.readNBytes(sealed);
                // Only the last piece may be shorter than a whole one.
                ended = sealed < PIECE + StorageKey.Sealing.OVERHEAD || in.available() == 0;
                byte[] plain = sealing.open(read, context(name, pieces++, ended));
                piece = new ByteArrayInputStream(plain);
            }
            return piece.read(bytes, from, length);
        }
    }
}
