package org.tallystick.node.audit;

import com.google.protobuf.ByteString;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.session.Hash;

/**
 * A node's signed word about its log: so many receipts, with this root, at that time. Two heads of one party of which
 * neither tree goes on from the other prove that it has kept two logs.
 *
 * @param party its index in the group
 * @param at milliseconds since 1970, by the party's own clock
 */
public record TreeHead(int party, long size, Hash root, long at, ByteString signature) {
    /** Bytes of an encoded head. */
    public static final int BYTES = 1 + Long.BYTES + Hash.BYTES + Long.BYTES + Signing.SIGNATURE_BYTES;

    /** Signs a head. About 40 µs. */
    public static TreeHead signed(String group, int party, long size, Hash root, long at, Signing key) {
        byte[] signature = key.sign(Signing.Domain.RECEIPT, message(group, party, size, root, at));
        return new TreeHead(party, size, root, at, ByteString.copyFrom(signature));
    }

    /** Whether the owner of this key has signed it, for that group. About 85 µs. */
    public boolean isSignedBy(String group, byte[] publicKey) {
        byte[] message = message(group, party, size, root, at);
        return Signing.verify(publicKey, Signing.Domain.RECEIPT, message, signature.toByteArray());
    }

    private static byte[] message(String group, int party, long size, Hash root, long at) {
        byte[] name = group.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + name.length + 1 + Long.BYTES + Hash.BYTES + Long.BYTES)
                .putInt(name.length)
                .put(name)
                .put((byte) party)
                .putLong(size)
                .put(root.bytes())
                .putLong(at)
                .array();
    }

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put((byte) party)
                .putLong(size)
                .put(root.bytes())
                .putLong(at)
                .put(signature.asReadOnlyByteBuffer())
                .array();
    }

    /** Reads {@link #BYTES} bytes; whether it is signed is another question. */
    public static TreeHead decode(ByteBuffer in) throws MalformedReceipt {
        try {
            int party = in.get();
            long size = in.getLong();
            byte[] root = new byte[Hash.BYTES];
            in.get(root);
            long at = in.getLong();
            byte[] signature = new byte[Signing.SIGNATURE_BYTES];
            in.get(signature);
            if (party < 0 || size < 0) {
                throw new MalformedReceipt("a head of nobody, or of less than nothing");
            }
            return new TreeHead(party, size, Hash.of(root), at, ByteString.copyFrom(signature));
        } catch (BufferUnderflowException e) {
            throw new MalformedReceipt("a head that ends too early");
        }
    }
}
