package org.tallystick.node.rest;

/** A {@link NodeService} cannot do what it was asked; the problem is what the caller is told. */
public final class ServiceFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ServiceFailure(Problem problem) {
        super(problem.code().id() + ": " + problem.detail());
        this.problem = problem;
    }

    /** @param cause for the log; never told to a caller */
    public ServiceFailure(Problem problem, Throwable cause) {
        super(problem.code().id() + ": " + problem.detail(), cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
