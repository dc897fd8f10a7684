package org.tallystick.node.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.session.Refusal;

final class ReceiptTest {
    private static final ByteString HEADER = ByteString.copyFromUtf8("a header, exactly so");
    private static final ByteString SIGNATURE = ByteString.copyFrom(new byte[64]);
    private static final Hash SESSION = Proposals.session(HEADER.toByteArray());
    private static final List<Receipt> ALL = List.of(
            new Receipt.Accepted(1_700_000_000_000L, HEADER, SIGNATURE, 3, 250),
            new Receipt.Accepted(0, ByteString.EMPTY, ByteString.EMPTY, 0, 0),
            new Receipt.Refused(2, HEADER, SIGNATURE, "PURPOSE", 0),
            new Receipt.Refused(3, HEADER, SIGNATURE, "", 17),
            new Receipt.Authorised(4, SESSION, List.of(0, 1, 2, 3)),
            new Receipt.Authorised(4, SESSION, List.of()),
            new Receipt.Ended(5, SESSION, Outcome.released()),
            new Receipt.Ended(5, SESSION, Outcome.nothingLeft()),
            new Receipt.Ended(5, SESSION, Outcome.refused(2, Refusal.Reason.DATA)),
            new Receipt.Ended(5, SESSION, Outcome.aborted("DEADLINE")),
            new Receipt.Event(6, "agreement.activated", ByteString.copyFromUtf8("协议")));

    @Test
    void everyReceiptComesBackFromItsBytes() throws MalformedReceipt {
        for (Receipt receipt : ALL) {
            assertEquals(receipt, Receipt.decode(receipt.encode()));
        }
        assertEquals(SESSION, ((Receipt.Proposed) ALL.getFirst()).session());
    }

    @Test
    void shorterAndLongerBytesAreNone() {
        for (Receipt receipt : ALL) {
            byte[] leaf = receipt.encode();
            for (int length = 0; length < leaf.length; length++) {
                byte[] cut = Arrays.copyOf(leaf, length);
                assertThrows(MalformedReceipt.class, () -> Receipt.decode(cut));
            }
            assertThrows(MalformedReceipt.class, () -> Receipt.decode(Arrays.copyOf(leaf, leaf.length + 1)));
        }
    }

    @Property(tries = 500)
    void bentBytesAreNoneOrOtherReceiptsWithTheseVeryBytes(@ForAll int seed) {
        Random random = new Random(seed);
        byte[] leaf = ALL.get(random.nextInt(ALL.size())).encode();
        for (int bend = 0; bend <= random.nextInt(3); bend++) {
            leaf[random.nextInt(leaf.length)] = (byte) random.nextInt();
        }
        try {
            assertTrue(Arrays.equals(leaf, Receipt.decode(leaf).encode()));
        } catch (MalformedReceipt e) {
            assertFalse(e.getMessage().isEmpty());
        }
    }

    @Property(tries = 200)
    void bytesFromAnywhereNeverDoMoreThanFail(@ForAll byte[] anything) {
        byte[] bytes = ByteBuffer.allocate(anything.length + 2)
                .put((byte) 1)
                .put((byte) (1 + anything.length % 5))
                .put(anything)
                .array();
        try {
            assertTrue(Arrays.equals(bytes, Receipt.decode(bytes).encode()));
        } catch (MalformedReceipt e) {
            assertFalse(e.getMessage().isEmpty());
        }
    }

    @Test
    void aHeadIsSignedForItsGroupPartySizeRootAndTime() throws MalformedReceipt {
        Signing key = Signing.generate();
        TreeHead head = TreeHead.signed("demo", 2, 7, SESSION, 99, key);

        assertTrue(head.isSignedBy("demo", key.publicKey()));
        assertEquals(head, TreeHead.decode(ByteBuffer.wrap(head.encode())));
        assertFalse(head.isSignedBy("other", key.publicKey()));
        assertFalse(head.isSignedBy("demo", Signing.generate().publicKey()));
        Hash other = Hash.over("another");
        for (TreeHead bent : List.of(
                new TreeHead(1, 7, SESSION, 99, head.signature()),
                new TreeHead(2, 8, SESSION, 99, head.signature()),
                new TreeHead(2, 7, other, 99, head.signature()),
                new TreeHead(2, 7, SESSION, 98, head.signature()))) {
            assertFalse(bent.isSignedBy("demo", key.publicKey()));
        }
        byte[] bytes = head.encode();
        assertThrows(
                MalformedReceipt.class, () -> TreeHead.decode(ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length - 1))));
    }
}
