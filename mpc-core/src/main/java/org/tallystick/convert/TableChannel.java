package org.tallystick.convert;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tallystick.garble.TableSink;
import org.tallystick.garble.Tables;
import org.tallystick.net.Mesh;
import org.tallystick.random.SharedGenerator;
import org.tallystick.random.UniversalHash;

/**
 * Tables from i, their digest from j. The digest is a universal hash of key and all pieces, a sum over pieces, under a
 * key that i lacks; i has sent the tables before anything that depends on the key could reach it.
 */
final class TableChannel {
    private final Mesh mesh;
    private final Roles roles;
    private final Masks masks;
    private final long[] digest = new long[2];
    private long pieces;

    TableChannel(Mesh mesh, Roles roles, Masks masks) {
        this.mesh = mesh;
        this.roles = roles;
        this.masks = masks;
    }

    int digestBytes() {
        return UniversalHash.BYTES;
    }

    TableSink sending() {
        return (piece, length) -> {
            mesh.to(roles.evaluator()).send(length == piece.length ? piece : Arrays.copyOf(piece, length));
            return new byte[Tables.PIECE];
        };
    }

    TableSink hashing(byte[] key) {
        SharedGenerator generator = masks.generator(roles.i(), "tables");
        add(generator, key, key.length);
        return (piece, length) -> {
            add(generator, piece, length);
            return piece;
        };
    }

    private void add(SharedGenerator generator, byte[] bytes, int length) {
        long[] words = new long[length / 8];
        ByteBuffer.wrap(bytes, 0, length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(words);
        long stream = pieces++;
        long[] part = UniversalHash.digest(words, (first, target) -> generator.fill(stream, first, target));
        digest[0] += part[0];
        digest[1] += part[1];
    }

    private byte[] digestBytesSoFar() {
        return ByteBuffer.allocate(UniversalHash.BYTES)
                .putLong(digest[0])
                .putLong(digest[1])
                .array();
    }

    void sendDigest() {
        mesh.to(roles.evaluator()).send(digestBytesSoFar());
    }

    /** All pieces, after the digest has matched. */
    List<byte[]> receive(byte[] key, long bytes) {
        SharedGenerator generator = masks.generator(roles.i(), "tables");
        add(generator, key, key.length);
        List<byte[]> tables = new ArrayList<>();
        for (long left = bytes; left > 0; left -= Tables.PIECE) {
            byte[] piece = mesh.to(roles.i()).receive((int) Math.min(left, Tables.PIECE));
            add(generator, piece, piece.length);
            tables.add(piece);
        }
        GarbledWorld.check(
                MessageDigest.isEqual(digestBytesSoFar(), mesh.to(roles.j()).receive(UniversalHash.BYTES)));
        return tables;
    }
}
