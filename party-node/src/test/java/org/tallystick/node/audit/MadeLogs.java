package org.tallystick.node.audit;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.wire.Proposal;

/** Four nodes' logs as honest nodes would write them, to be tampered with. */
final class MadeLogs {
    static final int BANK = 3;
    static final long START = 1_790_000_000_000L;

    final List<Signing> keys =
            IntStream.range(0, 4).mapToObj(i -> Signing.generate()).toList();
    final List<List<byte[]>> leaves = IntStream.range(0, 4)
            .mapToObj(i -> (List<byte[]>) new ArrayList<byte[]>())
            .toList();
    final List<KnownHeads> known = new ArrayList<>(
            List.of(KnownHeads.nothing(), KnownHeads.nothing(), KnownHeads.nothing(), KnownHeads.nothing()));
    /** The documents of agreements in each export. */
    final List<List<byte[]>> agreements = IntStream.range(0, 4)
            .mapToObj(i -> (List<byte[]>) new ArrayList<byte[]>())
            .toList();

    long time = START;

    AuditKeys auditKeys() {
        return new AuditKeys(
                "demo", Role.ids(), keys.stream().map(Signing::publicKey).toList());
    }

    /** What the bank proposes: a score of so many rows at that price. */
    static byte[] header(int number, long price) {
        return Proposal.newBuilder()
                .setVersion(2)
                .setGroup("demo")
                .setNonce(ByteString.copyFrom(
                        ByteBuffer.allocate(32).putInt(number).array()))
                .setProposer(BANK)
                .setKind(Proposal.Kind.SCORE)
                .setPurpose("loan")
                .setPrice(price)
                .setRowCount(1)
                .build()
                .toByteArray();
    }

    ByteString signature(byte[] header) {
        return ByteString.copyFrom(keys.get(BANK)
                .sign(Signing.Domain.PROPOSAL, Proposals.session(header).bytes()));
    }

    void add(int party, Receipt receipt) {
        leaves.get(party).add(receipt.encode());
    }

    /** A score that all four accept, authorise and end well: three receipts at each. */
    Hash score(int number) {
        byte[] header = header(number, 50);
        ByteString signature = signature(header);
        Hash session = Proposals.session(header);
        for (int party = 0; party < 4; party++) {
            add(party, new Receipt.Accepted(time, ByteString.copyFrom(header), signature, 3, 50));
            add(party, new Receipt.Authorised(time + 2, session, List.of(0, 1, 2, 3)));
            add(party, new Receipt.Ended(time + 3, session, Outcome.released()));
        }
        time += 10;
        return session;
    }

    void scores(int from, int count) {
        for (int number = from; number < from + count; number++) {
            score(number);
        }
    }

    /** Its tree's head now, signed with its own key. */
    TreeHead head(int party, long size) {
        MerkleTree tree = MerkleTree.inMemory();
        leaves.get(party).subList(0, (int) size).forEach(leaf -> tree.append(Merkle.leafHash(leaf)));
        return TreeHead.signed("demo", party, size, Hash.of(tree.root()), time, keys.get(party));
    }

    /** All have seen all heads as they are now. */
    void exchange() {
        for (int about = 0; about < 4; about++) {
            TreeHead head = head(about, leaves.get(about).size());
            for (int party = 0; party < 4; party++) {
                known.set(party, known.get(party).with(head));
            }
        }
        time += 10;
    }

    /** Exports of all, two minutes later. */
    List<Path> export(Path folder) {
        time += 120_000;
        List<Path> files = new ArrayList<>();
        for (int party = 0; party < 4; party++) {
            Path file = folder.resolve(Role.values()[party].id() + ".export");
            write(file, party, Optional.of(head(party, leaves.get(party).size())));
            files.add(file);
        }
        return files;
    }

    void write(Path file, int party, Optional<TreeHead> head) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<byte[]> own = leaves.get(party);
        var header = new Export.Header("demo", party, keys.get(party).publicKey(), head, known.get(party), own.size());
        try {
            Export.Leaves all = sink -> {
                for (byte[] leaf : own) {
                    sink.leaf(leaf);
                }
            };
            Export.write(out, header, all, agreements.get(party));
            Files.write(file, out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
