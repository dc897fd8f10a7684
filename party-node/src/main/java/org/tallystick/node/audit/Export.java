package org.tallystick.node.audit;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.certs.Signing;
import org.tallystick.random.Primitives;

/**
 * A node's log as auditors take it away: who it is, its signed head, what it knows of the others' logs, and every leaf,
 * without what lies sealed beside some. The last 32 bytes are the SHA-256 of all before, which tells a file that was
 * cut or bent on its way; it proves nothing else.
 *
 * <pre>
 * TALLYEX2, group (2 + n), party (1), public key (32), 1 and head (121) or 0, known heads, leaves (8),
 * each leaf (4 + n), agreements (4), each document (4 + n), SHA-256 (32)
 * </pre>
 *
 * <p>The agreements' documents are no part of the log; the log and the proposals in it have their hashes.
 */
public final class Export {
    private static final byte[] MAGIC = {'T', 'A', 'L', 'L', 'Y', 'E', 'X', '2'};
    private static final int MAX_GROUP = 255;
    private static final int MAX_KNOWN = 1 << 20;
    private static final int MAX_AGREEMENTS = 1 << 16;
    private static final int MAX_AGREEMENT = 1 << 20;

    private Export() {}

    /**
     * What comes before the leaves.
     *
     * @param head of exactly these leaves; empty of a node that signs none
     * @param known what the node knows of all nodes' logs
     */
    public record Header(
            String group, int party, byte[] publicKey, Optional<TreeHead> head, KnownHeads known, long leaves) {}

    /** Hands out the leaves, in order. */
    public interface Leaves {
        void to(Sink sink) throws IOException;
    }

    /** Takes a leaf. */
    public interface Sink {
        void leaf(byte[] leaf) throws IOException;
    }

    /**
     * Writes an export.
     *
     * @param leaves must hand out as many as the header says
     * @param agreements the documents of the agreements that this node knows
     */
    public static void write(OutputStream out, Header header, Leaves leaves, List<byte[]> agreements)
            throws IOException {
        MessageDigest sha = Primitives.sha256();
        DigestOutputStream digested = new DigestOutputStream(out, sha);
        byte[] group = header.group().getBytes(StandardCharsets.UTF_8);
        byte[] known = header.known().encode();
        ByteBuffer start = ByteBuffer.allocate(MAGIC.length
                + Short.BYTES
                + group.length
                + 1
                + Signing.PUBLIC_KEY_BYTES
                + 1
                + TreeHead.BYTES
                + Integer.BYTES
                + known.length
                + Long.BYTES);
        start.put(MAGIC).putShort((short) group.length).put(group).put((byte) header.party());
        start.put(header.publicKey()).put((byte) (header.head().isPresent() ? 1 : 0));
        header.head().ifPresent(head -> start.put(head.encode()));
        start.putInt(known.length).put(known).putLong(header.leaves());
        digested.write(start.array(), 0, start.position());
        long[] count = {0};
        leaves.to(leaf -> {
            write(digested, leaf);
            count[0]++;
        });
        if (count[0] != header.leaves()) {
            throw new IOException(count[0] + " receipts instead of " + header.leaves());
        }
        digested.write(number(agreements.size()));
        for (byte[] document : agreements) {
            write(digested, document);
        }
        out.write(sha.digest());
    }

    private static void write(OutputStream out, byte[] bytes) throws IOException {
        out.write(number(bytes.length));
        out.write(bytes);
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    /** Takes what an export says, in order. */
    public interface Reader {
        void header(Header header) throws MalformedReceipt;

        void leaf(long index, byte[] leaf);

        /** After all leaves: the document of an agreement. */
        void agreement(byte[] document);
    }

    /**
     * Reads an export from start to end.
     *
     * @throws MalformedReceipt when it is none, or was cut or bent on its way
     */
    public static void read(InputStream stream, Reader reader) throws IOException, MalformedReceipt {
        MessageDigest sha = Primitives.sha256();
        try (DataInputStream in = new DataInputStream(new DigestInputStream(stream, sha))) {
            Header header = header(in);
            reader.header(header);
            for (long index = 0; index < header.leaves(); index++) {
                reader.leaf(index, part(in, "a receipt", ReceiptFormat.MAX_LEAF));
            }
            int agreements = in.readInt();
            if (agreements < 0 || agreements > MAX_AGREEMENTS) {
                throw new MalformedReceipt("it has " + agreements + " agreements");
            }
            for (int k = 0; k < agreements; k++) {
                reader.agreement(part(in, "an agreement", MAX_AGREEMENT));
            }
            byte[] expected = sha.digest();
            byte[] found = in.readNBytes(expected.length);
            if (!Arrays.equals(expected, found) || in.read() >= 0) {
                throw new MalformedReceipt("its checksum is wrong: take it from the node again");
            }
        } catch (EOFException e) {
            throw new MalformedReceipt("it ends too early: take it from the node again");
        }
    }

    private static byte[] part(DataInputStream in, String what, int most) throws IOException, MalformedReceipt {
        int length = in.readInt();
        if (length < 1 || length > most) {
            throw new MalformedReceipt("it has " + what + " of " + length + " bytes");
        }
        byte[] part = in.readNBytes(length);
        if (part.length < length) {
            throw new EOFException();
        }
        return part;
    }

    private static Header header(DataInputStream in) throws IOException, MalformedReceipt {
        if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
            throw new MalformedReceipt("it is no export of receipts, or of another version");
        }
        int group = in.readShort();
        require(group >= 0 && group <= MAX_GROUP);
        String name = new String(in.readNBytes(group), StandardCharsets.UTF_8);
        int party = in.readByte();
        byte[] key = in.readNBytes(Signing.PUBLIC_KEY_BYTES);
        Optional<TreeHead> head = Optional.empty();
        int present = in.readByte();
        require(present == 0 || present == 1);
        if (present == 1) {
            head = Optional.of(TreeHead.decode(ByteBuffer.wrap(in.readNBytes(TreeHead.BYTES))));
        }
        int length = in.readInt();
        require(length >= 0 && length <= MAX_KNOWN);
        ByteBuffer knownBytes = ByteBuffer.wrap(in.readNBytes(length));
        KnownHeads known = KnownHeads.decode(knownBytes);
        require(!knownBytes.hasRemaining());
        long leaves = in.readLong();
        require(leaves >= 0 && party >= 0);
        return new Header(name, party, key, head, known, leaves);
    }

    private static void require(boolean holds) throws MalformedReceipt {
        if (!holds) {
            throw new MalformedReceipt("its start is not that of an export");
        }
    }
}
