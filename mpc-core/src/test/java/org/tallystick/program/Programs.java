package org.tallystick.program;

import java.util.List;
import java.util.stream.IntStream;
import org.tallystick.protocol.Profile;

/** Small programs that tests share. */
final class Programs {
    static final List<String> ROLES = List.of("tax", "utility", "social-security", "bank");

    private Programs() {}

    /**
     * Two agencies bring 2 and 1 columns of −100 … 100, the bank its own partial sum; weights of −1000 … 1000, three
     * thresholds; the bank learns the band and, after them, the score's high bits.
     */
    static Program score(Profile profile, int thresholds) {
        List<Operation> operations = List.of(
                new Operation.Input(0, columns("tax", 2, 100)),
                new Operation.Input(1, columns("utility", 1, 100)),
                new Operation.Input(3, columns("bank", 1, 1_000_000)),
                new Operation.Stored("weights", intervals(3, -1000, 1000)),
                new Operation.Stored("thresholds", intervals(thresholds, -2_000_000, 2_000_000)),
                new Operation.Concat(List.of(0, 1)),
                new Operation.Dot(5, 3),
                new Operation.Add(6, 2),
                new Operation.Band(7, 4),
                new Operation.Reveal(8, 3),
                new Operation.FloorBits(7, 4),
                new Operation.Reveal(10, 3));
        return new Program("score", profile, ROLES, RangeAnalysis.of(operations).width(), operations);
    }

    static List<Operation.Column> columns(String name, int count, long bound) {
        return IntStream.range(0, count)
                .mapToObj(k -> new Operation.Column(
                        name + " " + k, "the value as given", 0, new Operation.Interval(-bound, bound)))
                .toList();
    }

    static List<Operation.Interval> intervals(int count, long low, long high) {
        return IntStream.range(0, count)
                .mapToObj(_ -> new Operation.Interval(low, high))
                .toList();
    }
}
