package org.tallystick.training;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.random.Primitives;

/**
 * Where every party posts something public and reads what all others posted. All then compare a hash of the whole, so
 * that no party can tell two others different things and go unnoticed by them. Two rounds, 36 bytes a pair beside the
 * posts.
 */
public final class Board {
    private static final int MAX_POST = 1 << 20;

    private Board() {}

    /**
     * Everybody's post, by party.
     *
     * @throws ProtocolAbort if two parties were told different things
     */
    public static List<byte[]> exchange(Mesh mesh, byte[] own) {
        for (int party = 0; party < mesh.parties(); party++) {
            if (party != mesh.self()) {
                send(mesh, party, own);
            }
        }
        List<byte[]> posts = new ArrayList<>();
        for (int party = 0; party < mesh.parties(); party++) {
            posts.add(party == mesh.self() ? own : receive(mesh, party));
        }
        byte[] digest = digest(posts);
        for (int party = 0; party < mesh.parties(); party++) {
            if (party != mesh.self()) {
                mesh.to(party).send(digest.clone());
            }
        }
        boolean same = true;
        for (int party = 0; party < mesh.parties(); party++) {
            if (party != mesh.self()) {
                same &= MessageDigest.isEqual(digest, mesh.to(party).receive(digest.length));
            }
        }
        if (!same) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.CHECK_FAILED, "the parties were not told the same about their columns");
        }
        return posts;
    }

    /** One post to one party; its length goes before it. */
    static void send(Mesh mesh, int party, byte[] post) {
        mesh.to(party)
                .send(ByteBuffer.allocate(Integer.BYTES).putInt(post.length).array());
        mesh.to(party).send(post.clone());
    }

    /** One post of one party. */
    static byte[] receive(Mesh mesh, int party) {
        int length = ByteBuffer.wrap(mesh.to(party).receive(Integer.BYTES)).getInt();
        if (length < 0 || length > MAX_POST) {
            throw new ProtocolAbort(ProtocolAbort.Reason.MALFORMED, "a post of " + length + " bytes");
        }
        return mesh.to(party).receive(length);
    }

    private static byte[] digest(List<byte[]> posts) {
        MessageDigest sha = Primitives.sha256();
        for (byte[] post : posts) {
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(post.length).flip());
            sha.update(post);
        }
        return sha.digest();
    }
}
