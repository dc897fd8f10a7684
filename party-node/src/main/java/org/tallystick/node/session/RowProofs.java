package org.tallystick.node.session;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tallystick.node.audit.Merkle;
import org.tallystick.node.audit.MerkleTree;
import org.tallystick.node.wire.ProposalRows;
import org.tallystick.node.wire.ProposedRow;

/** Shows one row of a proposal without the others: its salted leaf, and the path to the root in the signed header. */
public final class RowProofs {
    private RowProofs() {}

    /**
     * One row.
     *
     * @param row its number, from 0
     * @param leaf salt, kind and texts, of which the root has the hash
     */
    public record RowProof(int row, byte[] leaf, List<byte[]> path) {
        public RowProof {
            path = List.copyOf(path);
        }

        @Override
        public String toString() {
            return "RowProof[" + row + "]";
        }
    }

    /**
     * The rows that are about a subject.
     *
     * @param rows the private part of a proposal
     * @throws IllegalArgumentException when they are no such thing
     */
    public static List<RowProof> of(byte[] rows, String subject) {
        ProposalRows parsed;
        try {
            parsed = ProposalRows.parseFrom(rows);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not the rows of a proposal", e);
        }
        List<String> subjects = Stream.of(
                        parsed.getRowsList().stream().map(ProposedRow::getSubject),
                        parsed.getLearningList().stream(),
                        parsed.getTestingList().stream(),
                        parsed.getSubjectsList().stream())
                .flatMap(each -> each)
                .toList();
        List<Integer> found = IntStream.range(0, subjects.size())
                .filter(row -> subjects.get(row).equals(subject))
                .boxed()
                .toList();
        if (found.isEmpty()) {
            return List.of();
        }
        List<byte[]> leaves = ProposalRowsFormat.leaves(parsed);
        MerkleTree tree = MerkleTree.inMemory();
        tree.appendAll(leaves.stream().map(Merkle::leafHash).toList());
        List<RowProof> proofs = new ArrayList<>();
        found.forEach(row -> proofs.add(new RowProof(row, leaves.get(row), tree.inclusion(row, tree.size()))));
        return proofs;
    }
}
