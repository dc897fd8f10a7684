package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.tallystick.random.Primitives;

/**
 * The key under which a node keeps its shares at rest: 32 random bytes in a file that only its owner may read. Nothing
 * is sealed under it directly; each use derives a key of its own with HMAC-SHA-256.
 *
 * <p>Without the file everything sealed is lost. A backup that holds both protects nothing.
 */
public final class StorageKey {
    /** The file's name, beside the node's other keys. */
    public static final String FILE = "storage.key";

    private static final int BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final byte[] key;

    private StorageKey(byte[] key) {
        this.key = key;
    }

    /**
     * Reads the key, or makes one when there is none. A new one is durable before this returns.
     *
     * @throws StorageFailure when the file is not this key, is open to other users, or cannot be read or written
     */
    public static StorageKey openOrCreate(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            return new StorageKey(read(file));
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }

    /** Whole or not at all: written beside the name it gets at last. */
    private static void create(Path file) throws IOException {
        byte[] fresh = new byte[BYTES];
        new SecureRandom().nextBytes(fresh);
        Path folder = file.toAbsolutePath().getParent();
        boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
        Path draft = posix
                ? Files.createTempFile(folder, FILE, ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                : Files.createTempFile(folder, FILE, ".new");
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                Disk.REAL.write(channel, ByteBuffer.wrap(fresh), 0);
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            if (posix) {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")
                && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new StorageFailure(file + " is a secret that other users have access to", "run chmod 600 " + file);
        }
        if (Files.size(file) != BYTES) {
            throw new StorageFailure(
                    file + " is not a storage key of " + BYTES + " bytes",
                    "restore it from where it is kept; without it what this node has sealed cannot be read");
        }
        return Files.readAllBytes(file);
    }

    /**
     * A key for one use.
     *
     * @param purpose what is sealed with it, in code as a constant
     * @param id which of them
     */
    public Sealing derive(String purpose, byte[] id) {
        byte[] name = purpose.getBytes(StandardCharsets.UTF_8);
        Mac mac = Primitives.hmacSha256(key);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
        mac.update(name);
        return new Sealing(mac.doFinal(id));
    }

    @Override
    public String toString() {
        return "StorageKey";
    }

    /** AES-256-GCM under one derived key, with a random nonce each time: good for 2^32 seals of one purpose and id. */
    public static final class Sealing {
        /** By how much a sealed value is longer: nonce and tag. */
        public static final int OVERHEAD = 28;

        private static final int NONCE = 12;
        private static final int TAG_BITS = 128;

        private final SecretKeySpec key;
        private final SecureRandom random = new SecureRandom();

        /** @param key 32 bytes that serve nothing else */
        Sealing(byte[] key) {
            this.key = new SecretKeySpec(key, "AES");
        }

        /**
         * Nonce, ciphertext and tag.
         *
         * @param context what {@link #open} must be told too; not kept
         */
        public byte[] seal(byte[] plain, byte[] context) {
            byte[] nonce = new byte[NONCE];
            random.nextBytes(nonce);
            byte[] sealed = Arrays.copyOf(nonce, plain.length + OVERHEAD);
            try {
                Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, context);
                cipher.doFinal(plain, 0, plain.length, sealed, NONCE);
                return sealed;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has AES-GCM", e);
            }
        }

        /** @throws StorageFailure when it was sealed with another key or context, or has changed since */
        public byte[] open(byte[] sealed, byte[] context) {
            byte[] plain = new byte[Math.max(0, sealed.length - OVERHEAD)];
            open(sealed, 0, sealed.length, context, plain, 0);
            return plain;
        }

        /** As {@link #open}, of {@code length} bytes from {@code from} on, into {@code plain} at {@code at}. */
        void open(byte[] sealed, int from, int length, byte[] context, byte[] plain, int at) {
            if (length < OVERHEAD) {
                throw unreadable();
            }
            try {
                Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOfRange(sealed, from, from + NONCE), context);
                cipher.doFinal(sealed, from + NONCE, length - NONCE, plain, at);
            } catch (AEADBadTagException e) {
                throw unreadable();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has AES-GCM", e);
            }
        }

        private static StorageFailure unreadable() {
            return new StorageFailure(
                    "something this node has sealed cannot be opened: it was changed, or " + FILE + " is another one",
                    "restore the node's folder from one backup, keys and state together");
        }

        private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
            Cipher cipher = Primitives.aesGcm();
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(context);
            return cipher;
        }

        @Override
        public String toString() {
            return "Sealing";
        }
    }
}
