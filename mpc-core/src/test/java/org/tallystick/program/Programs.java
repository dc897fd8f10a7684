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

    /**
     * Two agencies bring 3 and 1 columns of −100 … 100, the bank one feature and the rest of the score; the first two
     * columns are one feature. The bank learns the band, and up to three of the four features that pull the score below
     * (above) a reference.
     */
    static Program reasons(Profile profile, boolean above) {
        List<Operation> operations = List.of(
                new Operation.Input(0, columns("tax", 3, 100)),
                new Operation.Input(1, columns("utility", 1, 100)),
                new Operation.Input(3, columns("bank", 2, 100_000)),
                new Operation.Stored("weights", intervals(4, -1000, 1000)),
                new Operation.Constant(List.of(1L, 1L)),
                new Operation.Stored("reference", intervals(4, -200_000, 200_000)),
                new Operation.Stored("thresholds", intervals(1, -500_000, 500_000)),
                new Operation.Concat(List.of(0, 1, 2)),
                new Operation.Concat(List.of(3, 4)),
                new Operation.Contributions(7, 8, List.of(0, 0, 1, 2, 3, 4)),
                new Operation.Constant(List.of(1L, 1L, 1L, 1L, 1L)),
                new Operation.Dot(9, 10),
                new Operation.Band(11, 6),
                new Operation.Reasons(9, 5, 3, above),
                new Operation.Reveal(12, 3),
                new Operation.Reveal(13, 3));
        return new Program(
                "reasons", profile, ROLES, RangeAnalysis.of(operations).width(), operations);
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
