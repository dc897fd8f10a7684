package org.tallystick.node.session;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.program.ModelFacts;
import org.tallystick.share.Rep4Vector;

/** The model shares this node keeps from activations. */
public interface Models {
    /** The model with this digest. */
    Optional<Stored> find(Hash digest);

    /** Keeps an activation durably, with the commitments that hold everyone to it; all of it or nothing. */
    void store(Activated activated);

    /** A model as runs use it: its shares by the name the program gives them, one row mod 2^64 each. */
    record Stored(Hash digest, Hash program, Map<String, Rep4Vector> shares) {}

    /**
     * A model that was just activated.
     *
     * @param salts by name, the salt of each part's commitment, {@code null} at this party's own part
     * @param signatures every party's signed commitments
     * @param facts found inside the computation
     */
    record Activated(Stored model, Map<String, byte[][]> salts, List<SignedCommitment> signatures, ModelFacts facts) {
        @Override
        public String toString() {
            return "Activated[" + model.digest() + "]";
        }
    }

    /** One party's signature of its commitment to one part of a stored vector. */
    record SignedCommitment(String name, int part, int party, Hash commitment, byte[] signature) {}
}
