package org.tallystick.bench;

import com.google.protobuf.ByteString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.tallystick.node.audit.AuditKeys;
import org.tallystick.node.audit.Export;
import org.tallystick.node.audit.KnownHeads;
import org.tallystick.node.audit.LogAudit;
import org.tallystick.node.audit.Merkle;
import org.tallystick.node.audit.MerkleTree;
import org.tallystick.node.audit.Proposals;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.audit.TreeHead;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageKey;
import org.tallystick.node.wire.Proposal;
import picocli.CommandLine.Option;

/** A log of receipts on the disk, proofs of single ones, and the audit of four logs. */
final class ReceiptsBenchmark implements Benchmark {
    private static final int BANK = 3;

    @Option(names = "--receipts", defaultValue = "100000", description = "Receipts of each log.")
    private int receipts;

    @Option(names = "--repetitions", defaultValue = "5", description = "Measured runs of each work.")
    private int repetitions;

    private final List<Signing> keys =
            IntStream.range(0, 4).mapToObj(i -> Signing.generate()).toList();

    @Override
    public String name() {
        return "receipts";
    }

    @Override
    public String summary() {
        return "Receipts: a log on the disk, the proof of one, and the audit of four logs.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException {
        Path folder = Files.createTempDirectory("tally-receipts");
        try {
            List<Result> results = new ArrayList<>();
            progress.accept("four logs of " + receipts + " receipts …");
            List<Receipt> made = made();
            onDisk(folder, made, results);
            audited(folder, made, progress, results);
            return results;
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Scores of one row each, three receipts a score. */
    private List<Receipt> made() {
        List<Receipt> made = new ArrayList<>();
        ByteString agreement = ByteString.copyFromUtf8("00".repeat(Hash.BYTES));
        made.add(new Receipt.Event(0, "agreement.activated", agreement));
        for (int number = 0; made.size() + 3 <= receipts; number++) {
            byte[] header = Proposal.newBuilder()
                    .setVersion(2)
                    .setGroup("bench")
                    .setEpoch(ByteString.copyFrom(new byte[32]))
                    .setNonce(ByteString.copyFrom(
                            ByteBuffer.allocate(32).putInt(number).array()))
                    .setProposer(BANK)
                    .setProfile("rep4")
                    .setKind(Proposal.Kind.SCORE)
                    .setProgram(ByteString.copyFrom(new byte[32]))
                    .setModel(ByteString.copyFrom(new byte[32]))
                    .setAgreement(ByteString.copyFrom(new byte[32]))
                    .setPurpose("loan application")
                    .setPrice(50)
                    .setRowCount(1)
                    .setRowsRoot(ByteString.copyFrom(new byte[32]))
                    .build()
                    .toByteArray();
            Hash session = Proposals.session(header);
            byte[] signature = keys.get(BANK).sign(Signing.Domain.PROPOSAL, session.bytes());
            made.add(new Receipt.Accepted(number, ByteString.copyFrom(header), ByteString.copyFrom(signature), 3, 50));
            made.add(new Receipt.Authorised(number, session, List.of(0, 1, 2, 3)));
            made.add(new Receipt.Ended(number, session, Outcome.released()));
        }
        return made;
    }

    private void onDisk(Path folder, List<Receipt> made, List<Result> results) {
        StorageKey key = StorageKey.openOrCreate(folder.resolve("storage.key"));
        long start = System.nanoTime();
        try (ReceiptLog log = ReceiptLog.open(folder.resolve("state"), key)) {
            ReceiptLog.Ticket last = () -> 0;
            for (Receipt receipt : made) {
                last = log.begin(receipt, Optional.of(new byte[120]));
            }
            last.await();
        }
        double[] written = {(System.nanoTime() - start) * 1e-9};
        results.add(Result.of("write, as many to a force as wait", made.size(), "receipts", Spread.of(written)));
        double[] opened = new double[repetitions];
        double[] proven = new double[repetitions];
        for (int run = 0; run < repetitions; run++) {
            start = System.nanoTime();
            try (ReceiptLog log = ReceiptLog.open(folder.resolve("state"), key)) {
                opened[run] = (System.nanoTime() - start) * 1e-9;
                proven[run] = prove(log);
            }
        }
        results.add(Result.of("open a log, its tree computed anew", made.size(), "receipts", Spread.of(opened)));
        results.add(Result.of("find and prove one receipt", 1, "receipts", Spread.of(proven)));
    }

    private static double prove(ReceiptLog log) {
        int times = 1000;
        byte[] root = log.tree().root();
        long size = log.size();
        long start = System.nanoTime();
        for (int k = 0; k < times; k++) {
            ReceiptLog.Entry entry = log.entry(k * 7919L % size);
            List<byte[]> path = log.tree().inclusion(entry.index(), size);
            if (!Merkle.provesInclusion(Merkle.leafHash(entry.leaf()), entry.index(), size, path, root)) {
                throw new IllegalStateException("a proof does not hold");
            }
        }
        return (System.nanoTime() - start) * 1e-9 / times;
    }

    private void audited(Path folder, List<Receipt> made, Consumer<String> progress, List<Result> results)
            throws IOException {
        List<byte[]> leaves = made.stream().map(Receipt::encode).toList();
        var tree = MerkleTree.inMemory();
        tree.appendAll(leaves.stream().map(Merkle::leafHash).toList());
        List<Path> files = new ArrayList<>();
        for (int party = 0; party < 4; party++) {
            TreeHead head =
                    TreeHead.signed("bench", party, leaves.size(), Hash.of(tree.root()), 1L << 40, keys.get(party));
            Export.Header header = new Export.Header(
                    "bench",
                    party,
                    keys.get(party).publicKey(),
                    Optional.of(head),
                    KnownHeads.nothing(),
                    leaves.size());
            Path file = folder.resolve(party + ".export");
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                Export.Leaves all = sink -> {
                    for (byte[] leaf : leaves) {
                        sink.leaf(leaf);
                    }
                };
                Export.write(out, header, all, List.of());
            }
            files.add(file);
        }
        AuditKeys known = new AuditKeys(
                "bench", Role.ids(), keys.stream().map(Signing::publicKey).toList());
        progress.accept("the audit …");
        double[] seconds = new double[repetitions];
        for (int run = 0; run < repetitions; run++) {
            long start = System.nanoTime();
            if (!LogAudit.of(files, known, Duration.ofSeconds(60), document -> Optional.empty())
                    .agree()) {
                throw new IllegalStateException("the audit finds something where nothing is wrong");
            }
            seconds[run] = (System.nanoTime() - start) * 1e-9;
        }
        results.add(Result.of("audit of four logs, receipts of each", leaves.size(), "receipts", Spread.of(seconds)));
    }
}
