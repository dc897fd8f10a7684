package org.tallystick.program;

/**
 * A model did not pass its check at activation: some number lies outside its declared bounds, or thresholds descend.
 * Which one, and by how much, nobody learns; every party learns this much.
 */
public final class ModelRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ModelRejected(String problem) {
        super(problem);
    }
}
