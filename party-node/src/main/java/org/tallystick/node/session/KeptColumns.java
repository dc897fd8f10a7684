package org.tallystick.node.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tallystick.program.KeptRows;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.protocol.rep4.KeptInputs;
import org.tallystick.random.SharedSeed;
import org.tallystick.share.Rep4Vector;

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
                        .flatMapToInt(k -> java.util.stream.IntStream.range(firstOf.get(k), firstOf.get(k + 1)))
                        .map(column -> chosen[column])
                        .toArray());
    }

    @Override
    public String toString() {
        return "KeptColumns[" + asked.size() + "]";
    }
}
