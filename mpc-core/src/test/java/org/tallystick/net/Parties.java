package org.tallystick.net;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Runs a lambda per party over an {@link InProcessMesh}: the harness of all protocol tests. */
public final class Parties {
    private Parties() {}

    /** The results in party order; the first failure that is not a stop notice is thrown. */
    public static <T> List<T> run(int parties, Function<Mesh, T> body) {
        return InProcessMesh.run(InProcessMesh.of(parties, Duration.ofSeconds(30)), body);
    }

    /** The one result that all parties must agree on. */
    public static <T> T agreed(int parties, Function<Mesh, T> body) {
        List<T> results = run(parties, body);
        for (T result : results) {
            if (!result.equals(results.getFirst())) {
                throw new AssertionError("parties disagree: " + results);
            }
        }
        return results.getFirst();
    }
}
