package org.tallystick.node.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tallystick.program.KeptRows;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.protocol.RowBlocks;
import org.tallystick.protocol.rep4.KeptInputs;
import org.tallystick.random.SharedSeed;
import org.tallystick.share.Rep4Vector;
import org.tallystick.training.TrainingPlan;

/**
 * Where the columns that a program asks for are in a table. A column of the table serves when it is the owner's by the
 * very rule, scale and bounds that the program declares; so a table serves every program with the same columns or
 * fewer.
 */
final class KeptColumns {
    /** A column and whose it is. */
    private record Place(int owner, Operation.Column column) {}

    private final List<Place> asked;
    private final List<Integer> firstOf;
    private final int[] chosen;

    private KeptColumns(List<Place> asked, List<Integer> firstOf, int[] chosen) {
        this.asked = asked;
        this.firstOf = firstOf;
        this.chosen = chosen;
    }

    /**
     * Empty when the table lacks a column.
     *
     * @param stored the program that the table was stored by
     * @param proposer whose columns are in no table
     */
    static Optional<KeptColumns> of(Program stored, Program program, int proposer) {
        List<Place> there = new ArrayList<>();
        places(stored, proposer, there);
        List<Place> asked = new ArrayList<>();
        List<Integer> firstOf = places(program, proposer, asked);
        int[] chosen = asked.stream().mapToInt(there::indexOf).toArray();
        boolean fits =
                program.profile() == stored.profile() && program.parties().equals(stored.parties());
        for (int column : chosen) {
            fits &= column >= 0;
        }
        return fits ? Optional.of(new KeptColumns(asked, firstOf, chosen)) : Optional.empty();
    }

    /** The same for what a training learns from. */
    static Optional<KeptColumns> of(Program stored, TrainingPlan plan) {
        List<Place> there = new ArrayList<>();
        places(stored, plan.bank(), there);
        List<Place> asked = plan.stored().stream().map(KeptColumns::place).toList();
        int[] chosen = asked.stream().mapToInt(there::indexOf).toArray();
        return IntStream.of(chosen).allMatch(column -> column >= 0)
                ? Optional.of(new KeptColumns(asked, List.of(0, asked.size()), chosen))
                : Optional.empty();
    }

    private static Place place(TrainingPlan.Column column) {
        var stored = (TrainingPlan.Treatment.Stored) column.treatment();
        Operation.Interval bounds = new Operation.Interval(stored.low(), stored.high());
        return new Place(column.owner(), new Operation.Column(column.name(), stored.meaning(), stored.scale(), bounds));
    }

    /** Adds the columns of all inputs but the proposer's; for each operation, the number of its first. */
    private static List<Integer> places(Program program, int proposer, List<Place> places) {
        List<Integer> firstOf = new ArrayList<>();
        for (Operation operation : program.operations()) {
            firstOf.add(places.size());
            if (operation instanceof Operation.Input(int owner, List<Operation.Column> columns) && owner != proposer) {
                columns.forEach(column -> places.add(new Place(owner, column)));
            }
        }
        firstOf.add(places.size());
        return firstOf;
    }

    /** All columns of a segment, as a training reads them. */
    RowBlocks<Rep4Vector> all(int self, Tables.Segment segment) {
        return rows(self, segment).of(List.of(0));
    }

    /** The rows of a segment, as the interpreter asks for them. */
    KeptRows<Rep4Vector> rows(int self, Tables.Segment segment) {
        SharedSeed[] seeds = new SharedSeed[segment.seeds().length];
        for (int j = 0; j < seeds.length; j++) {
            seeds[j] = j == self ? null : SharedSeed.of(segment.seeds()[j]);
        }
        return operations -> new KeptInputs(
                self,
                seeds,
                segment.inputs(),
                operations.stream()
                        .flatMapToInt(k -> IntStream.range(firstOf.get(k), firstOf.get(k + 1)))
                        .map(column -> chosen[column])
                        .toArray());
    }

    @Override
    public String toString() {
        return "KeptColumns[" + asked.size() + "]";
    }
}
