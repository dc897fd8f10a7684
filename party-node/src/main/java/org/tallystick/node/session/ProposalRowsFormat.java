package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.tallystick.node.wire.ProposalRows;
import org.tallystick.node.wire.ProposedRow;
import org.tallystick.random.Primitives;

/**
 * Whom a proposal is about, to bytes, and the root that its public part has instead: a Merkle root (RFC 6962, section
 * 2.1) over a leaf a row, each of which begins with a salt of its own, so that one row can be shown without another and
 * nobody can try subjects against the root.
 */
final class ProposalRowsFormat {
    private ProposalRowsFormat() {}

    static ProposalRows of(Proposal.Work work, byte[] salt) {
        ProposalRows.Builder rows = ProposalRows.newBuilder();
        switch (work) {
            case Proposal.Score score -> {
                for (Proposal.Row row : score.rows()) {
                    rows.addRows(ProposedRow.newBuilder()
                            .setRequest(ByteString.copyFrom(HexFormat.of().parseHex(row.request())))
                            .setSubject(row.subject())
                            .setConsent(row.consent()));
                }
            }
            case Proposal.Train train -> rows.addAllLearning(train.learning()).addAllTesting(train.testing());
            case Proposal.Evaluate evaluate -> rows.addAllTesting(evaluate.subjects());
            case Proposal.Store store -> rows.addAllSubjects(store.subjects()).addAllConsents(store.consents());
            case Proposal.Activate _, Proposal.ScoreTable _, Proposal.Stock _, Proposal.Offer _ -> {
                return ProposalRows.getDefaultInstance();
            }
        }
        return rows.setSalt(ByteString.copyFrom(salt)).build();
    }

    /** A leaf a row, in order: salt, kind, and each text with its length. */
    static List<byte[]> leaves(ProposalRows rows) {
        byte[] salt = rows.getSalt().toByteArray();
        List<byte[]> leaves = new ArrayList<>();
        for (ProposedRow row : rows.getRowsList()) {
            byte[] request = row.getRequest().toByteArray();
            leaves.add(leaf(salt, leaves.size(), 's', request, utf8(row.getSubject()), utf8(row.getConsent())));
        }
        rows.getLearningList().forEach(subject -> leaves.add(leaf(salt, leaves.size(), 'l', utf8(subject))));
        rows.getTestingList().forEach(subject -> leaves.add(leaf(salt, leaves.size(), 't', utf8(subject))));
        for (int k = 0; k < rows.getSubjectsCount(); k++) {
            String consent = k < rows.getConsentsCount() ? rows.getConsents(k) : "";
            leaves.add(leaf(salt, leaves.size(), 'd', utf8(rows.getSubjects(k)), utf8(consent)));
        }
        return leaves;
    }

    private static byte[] leaf(byte[] salt, int index, char kind, byte[]... texts) {
        int length = Hash.BYTES + 1;
        for (byte[] text : texts) {
            length += Integer.BYTES + text.length;
        }
        byte[] own =
                sha256(salt, ByteBuffer.allocate(Integer.BYTES).putInt(index).array());
        ByteBuffer leaf = ByteBuffer.allocate(length).put(own).put((byte) kind);
        for (byte[] text : texts) {
            leaf.putInt(text.length).put(text);
        }
        return leaf.array();
    }

    /** The root over leaves, of which there is one at least. */
    static byte[] root(List<byte[]> leaves) {
        List<byte[]> level = new ArrayList<>();
        leaves.forEach(leaf -> level.add(sha256(new byte[] {0}, leaf)));
        return rootOf(level);
    }

    private static byte[] rootOf(List<byte[]> hashes) {
        int size = hashes.size();
        if (size == 1) {
            return hashes.getFirst();
        }
        int split = Integer.highestOneBit(size - 1);
        return sha256(new byte[] {1}, rootOf(hashes.subList(0, split)), rootOf(hashes.subList(split, size)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] sha256(byte[]... parts) {
        MessageDigest sha = Primitives.sha256();
        for (byte[] part : parts) {
            sha.update(part);
        }
        return sha.digest();
    }
}
