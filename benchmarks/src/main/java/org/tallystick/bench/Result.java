package org.tallystick.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One line of a benchmark.
 *
 * @param work what was done in one run
 * @param amount of what {@code unit} names, in one run: rows, scores, gigabytes
 * @param peers the time of others for the same work
 * @param more further figures by name
 */
record Result(
        String work,
        double amount,
        String unit,
        Spread seconds,
        Optional<Traffic> traffic,
        List<Peer> peers,
        Map<String, Object> more) {
    Result {
        peers = List.copyOf(peers);
        more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
    }

    static Result of(String work, double amount, String unit, Spread seconds) {
        return new Result(work, amount, unit, seconds, Optional.empty(), List.of(), Map.of());
    }

    Result with(Traffic measured) {
        return new Result(work, amount, unit, seconds, Optional.of(measured), peers, more);
    }

    Result against(List<Peer> others) {
        return new Result(work, amount, unit, seconds, traffic, others, more);
    }

    Result with(Map<String, Object> figures) {
        return new Result(work, amount, unit, seconds, traffic, peers, figures);
    }

    /** With what the machine itself needs beside it. */
    Result with(Floor floor) {
        return and(floor.beside(seconds));
    }

    /** With these figures besides. */
    Result and(Map<String, ?> figures) {
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.putAll(figures);
        return with(all);
    }

    /** Units a second, at the median. */
    double rate() {
        return amount / seconds.median();
    }

    /** How many times faster this is than the peer: above 1, this one wins. */
    double speedup(Peer peer) {
        return peer.seconds() / seconds.median();
    }
}
