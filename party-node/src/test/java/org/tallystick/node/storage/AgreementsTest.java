package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.node.storage.Agreements.Signature;
import org.tallystick.node.storage.Agreements.Stop;
import org.tallystick.node.storage.Agreements.Stored;
import org.tallystick.node.storage.Agreements.Withdrawn;

/** Agreements, stops and withdrawn consents in each database, after it was opened again. */
@ParameterizedClass
@EnumSource(TestState.class)
final class AgreementsTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_000_000);
    private static final byte[] HASH = new byte[32];

    @Parameter
    private TestState kind;

    @TempDir
    private Path folder;

    @Test
    void allOfItIsKept() {
        Signature signature = new Signature(2, "ed25519", new byte[] {1}, new byte[] {2}, NOW);
        Stop stop = new Stop("bank", "north", "li.na", NOW);
        try (StateDatabase database = kind.open(folder)) {
            Agreements agreements = new Agreements(database);
            Stored draft = new Stored(HASH, new byte[] {7}, "OFFERED", 3, Optional.empty(), "bank", NOW);
            assertTrue(agreements.add(draft));
            assertFalse(agreements.add(draft));
            assertTrue(agreements.change(HASH, "OFFERED", "DRAFT", Optional.of("wang"), "wang", NOW, Optional.empty()));
            assertTrue(agreements.change(HASH, "DRAFT", "APPROVED", Optional.empty(), "li.na", NOW, Optional.empty()));
            assertFalse(agreements.change(HASH, "DRAFT", "APPROVED", Optional.empty(), "li.na", NOW, Optional.empty()));
            agreements.sign(HASH, signature);
            agreements.sign(HASH, signature);
            agreements.stop(stop);
            agreements.stop(stop);
            assertTrue(agreements.withdrawConsent(new Withdrawn("n", "s"), NOW));
            assertFalse(agreements.withdrawConsent(new Withdrawn("n", "s"), NOW));
        }

        try (StateDatabase database = kind.open(folder)) {
            Agreements agreements = new Agreements(database);
            Stored kept = agreements.all().getFirst();
            assertEquals("APPROVED", kept.state());
            assertEquals(Optional.of("wang"), kept.proposedBy());
            assertEquals("li.na", kept.changedBy());
            assertArrayEquals(new byte[] {7}, kept.document());
            assertEquals(1, agreements.signatures(HASH).size());
            assertEquals(NOW, agreements.signatures(HASH).getFirst().at());
            assertEquals(List.of(stop), agreements.stops());
            assertEquals(List.of(new Withdrawn("n", "s")), agreements.withdrawnConsents());
            assertTrue(agreements.lift("bank", "north"));
            assertFalse(agreements.lift("bank", "north"));
            agreements.forget(HASH);
            assertTrue(agreements.all().isEmpty());
            assertTrue(agreements.signatures(HASH).isEmpty());
        }
    }
}
