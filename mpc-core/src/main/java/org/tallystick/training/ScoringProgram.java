package org.tallystick.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ColumnRule.Term;
import org.tallystick.program.Operation;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Program;
import org.tallystick.program.RangeAnalysis;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.training.Training.OwnedColumn;

/**
 * The program that scores with weights nobody knows: every owner, the bank too, brings its columns; weights and
 * intercept are stored shares; the bank learns whether the score reaches the plan's threshold. Every party makes it
 * from the plan and the owners' descriptions alone, so all get the same one.
 */
public final class ScoringProgram {
    public static final String WEIGHTS = "weights";
    public static final String INTERCEPT = "intercept";

    /** Weights of standardised columns, and the intercept, that a program takes: |w| ≤ 2^6. */
    private static final int BOUND = 64;

    private ScoringProgram() {}

    /**
     * @param parties roles in party order
     * @throws ProtocolAbort if a score may leave 64 bits, by columns that are not cut off near their means
     */
    static Program of(TrainingPlan plan, List<OwnedColumn> columns, List<String> parties, Learner<?, ?> learner) {
        try {
            List<Operation> operations = operations(plan, columns, parties.size(), learner);
            int width = RangeAnalysis.of(operations).width();
            String name = "trained, weights known to nobody: whether the score reaches " + plan.threshold();
            return new Program(name, learner.protocol().profile(), parties, width, operations);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.MALFORMED,
                    "no program can score with these columns: " + e.getMessage()
                            + "; clip them in the plan, or take fewer");
        }
    }

    private static List<Operation> operations(
            TrainingPlan plan, List<OwnedColumn> columns, int parties, Learner<?, ?> learner) {
        List<Operation> operations = new ArrayList<>();
        List<Integer> inputs = new ArrayList<>();
        for (int owner = 0; owner < parties; owner++) {
            List<Operation.Column> own = new ArrayList<>();
            for (OwnedColumn each : columns) {
                if (each.owner() == owner) {
                    own.add(column(each.prepared(), learner.columnScale()));
                }
            }
            if (!own.isEmpty()) {
                inputs.add(operations.size());
                operations.add(new Operation.Input(owner, own));
            }
        }
        boolean fromTable = plan.table().isPresent();
        int scale = fromTable ? StoredScoring.scoreScale(columns, learner) : learner.scoreScale();
        int features = inputs.getFirst();
        if (inputs.size() > 1) {
            features = operations.size();
            operations.add(new Operation.Concat(inputs));
        }
        int weights = operations.size();
        Interval bound = symmetric(scale - learner.columnScale());
        List<Interval> bounds = columns.stream()
                .map(each -> each.prepared().source() instanceof Prepared.Source.Stored column
                        ? StoredScoring.bound(column, scale)
                        : bound)
                .toList();
        operations.add(new Operation.Stored(WEIGHTS, bounds));
        operations.add(new Operation.Dot(features, weights));
        Interval intercept = fromTable ? StoredScoring.interceptBound(columns, scale) : symmetric(scale);
        operations.add(new Operation.Stored(INTERCEPT, List.of(intercept)));
        operations.add(new Operation.Add(weights + 1, weights + 2));
        operations.add(new Operation.Constant(List.of(Math.round(Math.scalb(plan.threshold(), scale)))));
        operations.add(new Operation.Band(weights + 3, weights + 4));
        operations.add(new Operation.Reveal(weights + 5, plan.bank()));
        return operations;
    }

    private static Interval symmetric(int scale) {
        return new Interval(-((long) BOUND << scale), (long) BOUND << scale);
    }

    private static Operation.Column column(Prepared prepared, int scale) {
        if (prepared.source() instanceof Prepared.Source.Stored stored) {
            // To the letter, so that the table serves the program.
            return new Operation.Column(stored.column(), stored.rule().text(), stored.scale(), stored.bounds());
        }
        ColumnRule rule = rule(prepared);
        String name = prepared.source().column();
        if (prepared.source() instanceof Prepared.Source.Rule(String _, ColumnRule.Equals equals)) {
            name += " = " + equals.value();
        }
        return new Operation.Column(shortened(name), rule.text(), scale, rule.bounds(scale));
    }

    private static String shortened(String name) {
        int most = Program.MAX_NAME / 4;
        return name.length() <= most ? name : name.substring(0, most - 1) + "…";
    }

    /** The rule that gives a column's number at once, mean and deviation in it. */
    private static ColumnRule rule(Prepared prepared) {
        double mean = prepared.mean();
        double deviation = prepared.deviation();
        return switch (prepared.source()) {
            case Prepared.Source.Rule(String column, ColumnRule.Numeric number) ->
                new ColumnRule.Numeric(column, "", false, mean, deviation, number.range(), number.missing());
            case Prepared.Source.Rule(String _, ColumnRule rule) ->
                new ColumnRule.Sum(-mean / deviation, List.of(new Term(1 / deviation, rule)));
            case Prepared.Source.Kept(String _, ColumnRule.Kept kept) -> kept;
            case Prepared.Source.Stored stored -> stored.rule();
            case Prepared.Source.Bins bins ->
                throw new IllegalArgumentException("what bins of " + bins.column() + " weigh is their owner's to know");
        };
    }

    /** The shares that the program stores, one row each, from trained weights: one column, the intercept last. */
    static <A extends ArithmeticShare> Map<String, A> stored(Protocol<A, ?> protocol, A weights, int columnScale) {
        A row = protocol.transpose(weights);
        int last = row.columns() - 1;
        return Map.of(
                WEIGHTS, protocol.columns(row, 0, last),
                INTERCEPT, protocol.scale(protocol.columns(row, last, 1), 1L << columnScale));
    }
}
