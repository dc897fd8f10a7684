package org.tallystick.node.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Models;
import org.tallystick.node.storage.Activations;
import org.tallystick.program.ModelFacts;
import org.tallystick.share.Rep4Vector;

/** The activated models in this node's state database; those used lately are kept in memory. */
public final class StoredModels implements Models {
    /** Shares of a large model take some 100 KiB. */
    static final int CACHED = 64;

    private static final int PARTS = 4;

    private final Activations table;
    private final Function<Hash, Optional<NamedDocument>> documents;
    private final RecentlyUsed<Hash, Stored> known = new RecentlyUsed<>(CACHED);

    /** The model file that an activation came from: at the bank alone. */
    public record NamedDocument(String model, byte[] document) {
        @Override
        public String toString() {
            return "NamedDocument[" + model + "]";
        }
    }

    /** @param documents the model file this node is activating, by the program's hash; empty at an agency */
    public StoredModels(Activations table, Function<Hash, Optional<NamedDocument>> documents) {
        this.table = table;
        this.documents = documents;
    }

    @Override
    public Optional<Stored> find(Hash digest) {
        Optional<Stored> cached = known.get(digest);
        if (cached.isPresent()) {
            return cached;
        }
        Optional<Stored> found = table.find(digest.hex())
                .map(activation -> new Stored(digest, Hash.of(activation.program()), read(digest)));
        found.ifPresent(model -> known.put(digest, model));
        return found;
    }

    private Map<String, Rep4Vector> read(Hash digest) {
        Map<String, long[][]> parts = new LinkedHashMap<>();
        for (Activations.StoredShare share : table.shares(digest.hex())) {
            ByteBuffer bytes = ByteBuffer.wrap(share.vector()).order(ByteOrder.LITTLE_ENDIAN);
            long[] vector = new long[share.vector().length / Long.BYTES];
            bytes.asLongBuffer().get(vector);
            parts.computeIfAbsent(share.name(), name -> new long[PARTS][])[share.index()] = vector;
        }
        Map<String, Rep4Vector> shares = new LinkedHashMap<>();
        parts.forEach((name, vectors) -> {
            int columns = vectors[vectors[0] == null ? 1 : 0].length;
            shares.put(name, new Rep4Vector(1, columns, Long.SIZE, vectors));
        });
        return shares;
    }

    @Override
    public void store(Activated activated) {
        Stored model = activated.model();
        List<Activations.StoredShare> shares = new ArrayList<>();
        List<Activations.ShareSignature> signatures = new ArrayList<>();
        for (SignedCommitment each : activated.signatures()) {
            byte[] commitment = each.commitment().bytes();
            signatures.add(new Activations.ShareSignature(
                    each.name(), each.part(), each.party(), commitment, each.signature()));
            byte[] salt = activated.salts().get(each.name())[each.part()];
            boolean first = shares.stream()
                    .noneMatch(share -> share.name().equals(each.name()) && share.index() == each.part());
            if (salt != null && first) {
                long[] vector = model.shares().get(each.name()).part(each.part());
                shares.add(new Activations.StoredShare(each.name(), each.part(), bytes(vector), salt, commitment));
            }
        }
        Optional<NamedDocument> document = documents.apply(model.program());
        table.add(
                new Activations.Activation(
                        model.digest().hex(),
                        model.program().bytes(),
                        document.map(NamedDocument::model).orElse(""),
                        Instant.now(),
                        document.map(NamedDocument::document)),
                shares,
                signatures);
        table.found(model.digest().hex(), activated.facts());
        known.put(model.digest(), model);
    }

    /** What was found inside the computation when a model was activated; empty when it is not known here. */
    Optional<ModelFacts> facts(Hash digest) {
        return table.find(digest.hex()).map(any -> table.facts(digest.hex()).orElse(ModelFacts.NONE));
    }

    private static byte[] bytes(long[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(vector);
        return bytes.array();
    }
}
