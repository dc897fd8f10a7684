package org.tallystick.node.access;

import java.time.Duration;

/** What was asked about access cannot be done; the texts are for the caller and hold no secret. */
public final class AccessFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String remedy;
    private final transient Duration after;

    /** The kinds. */
    public enum Kind {
        /** A name or password, or both, that are not right. */
        WRONG,
        /** Too many wrong passwords: not before a pause. */
        PAUSED,
        /** Too many log-ins at a time. */
        BUSY,
        /** No such user or key. */
        UNKNOWN,
        /** It is not in a state for that. */
        CONFLICT,
        /** A name, password, role or time that cannot be. */
        INVALID
    }

    AccessFailure(Kind kind, String problem, String remedy) {
        this(kind, problem, remedy, Duration.ZERO);
    }

    AccessFailure(Kind kind, String problem, String remedy, Duration after) {
        super(problem);
        this.kind = kind;
        this.remedy = remedy;
        this.after = after;
    }

    static AccessFailure invalid(String problem, String remedy) {
        return new AccessFailure(Kind.INVALID, problem, remedy);
    }

    static AccessFailure unknown(String what, String name) {
        return new AccessFailure(Kind.UNKNOWN, "there is no " + what + " \"" + name + "\"", "check the name");
    }

    static AccessFailure conflict(String problem, String remedy) {
        return new AccessFailure(Kind.CONFLICT, problem, remedy);
    }

    public Kind kind() {
        return kind;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }

    /** How long to wait before trying again, at least. */
    public Duration after() {
        return after;
    }
}
