package org.tallystick.node.server;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.tallystick.node.rest.NodeService.Health;
import org.tallystick.node.storage.StorageFailure;

/**
 * Whether a node works, put together from what its parts say now.
 *
 * @param storageWritable whether its database takes statements
 * @param receiptsEnded why its receipts are not written any more, if so
 * @param warnings of the parts that work all the same
 */
record NodeHealth(
        BooleanSupplier storageWritable,
        Supplier<Optional<StorageFailure>> receiptsEnded,
        Supplier<List<String>> warnings) {
    Health now() {
        Optional<String> ended = receiptsEnded
                .get()
                .map(reason ->
                        "this node accepts nothing any more, for its receipts are not written: " + reason.getMessage());
        return new Health(
                storageWritable.getAsBoolean(),
                ended.isEmpty(),
                Stream.concat(ended.stream(), warnings.get().stream()).toList());
    }
}
