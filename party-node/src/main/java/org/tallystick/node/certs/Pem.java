package org.tallystick.node.certs;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.tallystick.node.NodeFailure;

/** PEM text, and files that hold keys: written with mode 600 and refused with any other access. */
public final class Pem {
    private static final long MAX_BYTES = 1 << 16;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private Pem() {}

    static String text(String type, byte[] content) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** The first object of that type. */
    static byte[] content(Path file, String text, String type) {
        try (PemReader reader = new PemReader(new StringReader(text))) {
            for (PemObject object = reader.readPemObject(); object != null; object = reader.readPemObject()) {
                if (object.getType().equals(type)) {
                    return object.getContent();
                }
            }
        } catch (IOException e) {
            throw new NodeFailure(file + " is not PEM", "put a PEM file with a " + type + " there", e);
        }
        throw new NodeFailure(file + " has no " + type, "put a PEM file with a " + type + " there");
    }

    /** Reads a small text file. */
    public static String read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new NodeFailure(file + " is larger than 64 KiB", "put the right file there");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new NodeFailure(
                    file + " does not exist", "put it there, or correct the path in the configuration", e);
        } catch (IOException e) {
            throw new NodeFailure(file + " cannot be read", "let this user read it; it must be text", e);
        }
    }

    /** Reads a small text file with a secret in it, which nobody but its owner may have access to. */
    public static String readSecret(Path file) {
        String text = read(file);
        try {
            if (Files.getFileStore(file).supportsFileAttributeView("posix")
                    && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
                throw new NodeFailure(file + " is a secret that other users have access to", "run chmod 600 " + file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text;
    }

    /** Writes a new file that only its owner can read and write. */
    public static void writeSecret(Path file, String text) throws IOException {
        if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } else {
            Files.createFile(file);
        }
        Files.writeString(file, text);
    }
}
