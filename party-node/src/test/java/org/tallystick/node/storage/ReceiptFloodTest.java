package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.server.LoggedReceipts;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.transport.EpochId;
import org.tallystick.program.ModelFacts;
import org.tallystick.protocol.Profile;

/** A bank has large proposals refused faster than the disk takes their receipts. */
final class ReceiptFloodTest {
    private static final int LARGE = 4 << 20;
    private static final int MANY = 24;

    @TempDir
    private Path folder;

    private static Sealed large() {
        Proposal proposal = new Proposal(
                "demo",
                EpochId.of(new byte[EpochId.BYTES]),
                Hash.over("nonce"),
                3,
                Profile.REP4,
                Hash.over("program"),
                Optional.empty(),
                new Proposal.Activate(new byte[0], ModelFacts.NONE));
        byte[] header = new byte[LARGE];
        return new Sealed(proposal, header, new byte[0], new byte[Signing.SIGNATURE_BYTES], Hash.over("session"));
    }

    @Test
    void whatIsRefusedWaitsForTheDiskAndNotInMemory() throws Exception {
        StalledDisk stalled = new StalledDisk();
        StorageKey key = StorageKey.openOrCreate(folder.resolve("key"));
        AtomicInteger refused = new AtomicInteger();
        try (ReceiptLog log = ReceiptLog.open(folder.resolve("state"), key, stalled)) {
            LoggedReceipts receipts = new LoggedReceipts(log, InstantSource.system());
            Sealed large = large();
            Thread bank = Thread.ofPlatform().start(() -> {
                for (int k = 0; k < MANY; k++) {
                    receipts.refused(large, Refusal.of(Refusal.Reason.REPEATED));
                    refused.incrementAndGet();
                }
            });
            while (bank.getState() != Thread.State.WAITING && bank.isAlive()) {
                LockSupport.parkNanos(1_000_000);
            }
            assertTrue(bank.isAlive(), "all of it waits in memory");
            assertTrue(log.waitingBytes() <= (64 << 20) + LARGE + 1024, () -> "bytes " + log.waitingBytes());
            assertTrue(refused.get() < MANY);
            stalled.proceed();
            bank.join();
        }
        try (ReceiptLog log = ReceiptLog.open(folder.resolve("state"), key)) {
            assertEquals(MANY, log.size());
        }
    }
}
