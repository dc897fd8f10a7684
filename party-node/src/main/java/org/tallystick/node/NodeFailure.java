package org.tallystick.node;

/**
 * A failure that a person can act on: what is wrong, and what to do about it. Neither text holds a secret, so both may
 * be printed and logged.
 */
public class NodeFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String remedy;

    public NodeFailure(String problem, String remedy) {
        super(problem + "; do: " + remedy);
        this.problem = problem;
        this.remedy = remedy;
    }

    public NodeFailure(String problem, String remedy, Throwable cause) {
        super(problem + "; do: " + remedy, cause);
        this.problem = problem;
        this.remedy = remedy;
    }

    /** What is wrong, with the file, key or value it is about. */
    public final String problem() {
        return problem;
    }

    /** What to do about it. */
    public final String remedy() {
        return remedy;
    }
}
