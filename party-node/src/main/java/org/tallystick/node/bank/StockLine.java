package org.tallystick.node.bank;

import java.time.Duration;
import java.util.Optional;
import org.tallystick.convert.Roles;
import org.tallystick.plan.Network;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.GarbledProgram.Found;

/**
 * What a keeper knows of one program's stock: whether making and using it goes well, and how much is made in one go.
 */
final class StockLine {
    /** The least and the longest wait after a refill that failed, or after stock that an agency did not have. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

    /** Memory of what is made in one go. */
    private static final long MOST_BYTES = 16 << 20;

    /** A refill is to take no more than this part of the deadline of one message. */
    private static final int PART = 4;

    private final Found found;
    private final Backoff making = new Backoff(RETRY, LONGEST_RETRY);
    private final Backoff using = new Backoff(RETRY, LONGEST_RETRY);
    private volatile Optional<String> problem = Optional.empty();
    private volatile long wantedUntil = Long.MIN_VALUE;
    private volatile int most = Integer.MAX_VALUE;

    StockLine(Found found) {
        this.found = found;
    }

    Found found() {
        return found;
    }

    /** Why stock cannot be made. */
    Optional<String> problem() {
        return problem;
    }

    // ---- making

    boolean mayMake(long now) {
        return making.isOver(now);
    }

    /**
     * How much is made in one go: what fits the memory, and what the line takes well within the deadline of a message,
     * because garblers wait so long for the bank to have it all.
     */
    int most(Network network, Duration receive) {
        if (!(found instanceof Found.Possible(GarbledProgram program))) {
            return 0;
        }
        long bytes = program.function()
                .prepareCost(Roles.of(program.evaluator(), 0), 1)
                .totalBytes();
        double seconds = receive.toNanos() * 1e-9 / PART;
        long fitting = Math.min((long) (seconds / network.secondsFor(bytes)), MOST_BYTES / program.bytesOfStock());
        return Math.clamp(fitting, 1, most);
    }

    /** How much is made in one go, after failures. */
    int most() {
        return most;
    }

    /** Whether it had failed before. */
    boolean made() {
        boolean again = problem.isPresent();
        making.succeeded();
        problem = Optional.empty();
        most = most > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : 2 * most;
        return again;
    }

    /** Whether it is the first failure in a row. */
    boolean failed(int count, String why, long now) {
        problem = Optional.of(why);
        most = Math.max(1, count / 2);
        return making.failed(now) == 1;
    }

    // ---- using

    boolean mayUse(long now) {
        return using.isOver(now);
    }

    /** An agency did not have what was named; how often that was so in a row. */
    int lacking(long now) {
        return using.failed(now);
    }

    void used() {
        using.succeeded();
    }

    /** Somebody insists on it, whatever is expected to be faster. */
    void insist(long until) {
        wantedUntil = until;
    }

    boolean isInsistedOn(long now) {
        return now < wantedUntil;
    }
}
