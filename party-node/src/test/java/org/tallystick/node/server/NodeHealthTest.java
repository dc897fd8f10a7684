package org.tallystick.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tallystick.node.rest.NodeService.Health;
import org.tallystick.node.storage.StorageFailure;

/** What a node says of itself. */
final class NodeHealthTest {
    private static Health health(Optional<StorageFailure> ended) {
        return new NodeHealth(() -> true, () -> ended, () -> List.of("stock is low")).now();
    }

    @Test
    void receiptsThatAreNotWrittenAreTheFirstWarning() {
        assertEquals(new Health(true, true, List.of("stock is low")), health(Optional.empty()));
        assertEquals(
                new Health(
                        true,
                        false,
                        List.of(
                                "this node accepts nothing any more, for its receipts are not written:"
                                        + " the log has ended; do: start it again",
                                "stock is low")),
                health(Optional.of(new StorageFailure("the log has ended", "start it again"))));
    }
}
