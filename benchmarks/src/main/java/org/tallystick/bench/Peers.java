package org.tallystick.bench;

import java.util.List;
import java.util.Map;

/**
 * Figures of other systems for the work that is measured here. All were measured in November 2026 on a machine of the
 * same kind (2 cores of an EPYC, every party a process on loopback, median of three); docs/benchmarks.md has the
 * tables.
 */
final class Peers {
    private static final String MP_SPDZ = "MP-SPDZ v0.4.2 rep4-ring";
    private static final String HPMPC = "HPMPC 29c3c54";

    /** Dot product of 32, comparison, reveal; inputs are shared before the clock starts. */
    private static final Map<Integer, Double> SCORE_TLS = Map.of(1, .00372, 1_000, .0076, 10_000, .068, 100_000, .598);

    private static final Map<Integer, Double> SCORE_PLAIN =
            Map.of(1, .00173, 1_000, .0045, 10_000, .042, 100_000, .352);

    /** The input of 100 000 rows of 32 features; it grows with the rows. */
    private static final double INPUT_SECONDS_A_ROW = .82 / 100_000;

    private Peers() {}

    /** One epoch over 10 000 rows of 32 columns in batches of 128, with the three-piece sigmoid. */
    static List<Peer> train(int rows) {
        if (rows != 10_000) {
            return List.of();
        }
        return List.of(
                new Peer(MP_SPDZ + " over TLS, three-piece sigmoid", 1.20),
                new Peer(MP_SPDZ + " without TLS, three-piece sigmoid", .517));
    }

    /** For N rows from shares; empty for an N that was not measured. */
    static List<Peer> score(int rows) {
        if (!SCORE_TLS.containsKey(rows)) {
            return List.of();
        }
        return List.of(
                new Peer(MP_SPDZ + " over TLS", SCORE_TLS.get(rows)),
                new Peer(MP_SPDZ + " without TLS", SCORE_PLAIN.get(rows)));
    }

    /**
     * A regression of 32 features with two signs and two products; its parts, a dot product and a sign, add up alike.
     */
    static Peer regression(int rows) {
        return new Peer(HPMPC + " Quad over TLS, no working checks: a dot product of 32 and a sign", rows / 880e3);
    }

    /** Signs of numbers of 64 bits that are shared already; rates measured on a million. */
    static List<Peer> signs(int count) {
        return List.of(
                new Peer(MP_SPDZ + " over TLS", count / 195e3),
                new Peer(HPMPC + " Quad over TLS, no working checks", count / 2.98e6),
                new Peer(HPMPC + " Quad without TLS, no working checks", count / 3.77e6));
    }

    /** The same with the sharing of the inputs, which was measured for 100 000 rows. */
    static List<Peer> scoreWithInputs(int rows) {
        if (rows != 100_000) {
            return List.of();
        }
        double inputs = INPUT_SECONDS_A_ROW * rows;
        return List.of(
                new Peer(MP_SPDZ + " over TLS, with .82 s of input", SCORE_TLS.get(rows) + inputs),
                new Peer(MP_SPDZ + " without TLS, with .82 s of input", SCORE_PLAIN.get(rows) + inputs));
    }
}
