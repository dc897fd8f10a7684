package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.tallystick.node.audit.KnownHeads;
import org.tallystick.node.audit.MalformedReceipt;

/**
 * What this node knows of all nodes' logs, in a small file of its own that is replaced as a whole: whoever is killed
 * finds the one before or the one after.
 */
public final class HeadFile {
    private static final byte[] HEADER = {'T', 'A', 'L', 'L', 'Y', 'T', 'H', '1'};
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;

    /** @param folder the state folder */
    public HeadFile(Path folder) {
        this.file = folder.resolve("receipts.heads");
    }

    /**
     * What was saved last; nothing when there is no such file.
     *
     * @throws StorageFailure when it cannot be read, or is something else
     */
    public KnownHeads load() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw foreign();
            }
            ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
            byte[] header = new byte[Math.min(HEADER.length, in.remaining())];
            in.get(header);
            if (!Arrays.equals(header, HEADER)) {
                throw foreign();
            }
            KnownHeads known = KnownHeads.decode(in);
            if (in.hasRemaining()) {
                throw foreign();
            }
            return known;
        } catch (NoSuchFileException e) {
            return KnownHeads.nothing();
        } catch (MalformedReceipt e) {
            throw foreign();
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }

    private StorageFailure foreign() {
        return new StorageFailure(
                file + " does not hold what is known of the nodes' logs",
                "move it away and keep it; the other nodes tell what they have seen when they are connected");
    }

    /** Survives any crash when it returns. */
    public void save(KnownHeads known) {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        byte[] bytes = known.encode();
        ByteBuffer all = ByteBuffer.allocate(HEADER.length + bytes.length);
        all.put(HEADER).put(bytes).flip();
        try {
            try (FileChannel channel = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                Disk.REAL.write(channel, all, 0);
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel names = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                names.force(true);
            }
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }
}
