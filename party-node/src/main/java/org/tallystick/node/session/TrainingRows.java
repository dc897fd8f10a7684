package org.tallystick.node.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Program;
import org.tallystick.protocol.RowBlocks;
import org.tallystick.share.Rep4Vector;
import org.tallystick.training.Training;
import org.tallystick.training.TrainingPlan;

/**
 * What this node begins a training with.
 *
 * @param own the rows it brings in itself
 * @param stored its shares of the columns that the plan takes from a table
 * @param filled what filled that table: nodes that name the same have shares of the same rows
 */
record TrainingRows(Training.Own own, Optional<Training.StoredRows<Rep4Vector>> stored, Optional<Hash> filled) {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingRows.class);

    /** The most numbers of all rows, as in a training whose columns are brought in. */
    private static final long MOST_ELEMENTS = 1L << 23;

    /** Of a segment, read at a time. */
    private static final int BLOCK = 1024;

    private static final int PARTS = 4;

    private static TrainingRows of(Training.Own own) {
        return new TrainingRows(own, Optional.empty(), Optional.empty());
    }

    /**
     * Reads what this node brings in, and looks at it; a node that brings no column reads none, and none reads any when
     * a training goes on.
     *
     * @throws ColumnRule.BadValue if its rows cannot be used
     * @throws Refused if a training is to go on of which this node has no checkpoint, or to begin from a table that it
     *     has not
     */
    static TrainingRows of(Sessions.Services services, int self, TrainingPlan plan, Proposal.Train train) {
        Training.Own none =
                Training.Own.none(train.learning().size(), train.testing().size());
        if (train.resumes().isPresent()) {
            // All that owners bring in is in the checkpoint.
            requireCheckpoint(services, self, plan, train);
            return of(none);
        }
        Training.Own own = none;
        if (plan.bank() == self || !plan.broughtBy(self).isEmpty()) {
            own = services.inputs().raw(train.learning(), train.testing());
            Training.check(plan, self, own);
        }
        return plan.table().isEmpty() ? of(own) : from(services, self, plan, train, own);
    }

    private static void requireCheckpoint(
            Sessions.Services services, int self, TrainingPlan plan, Proposal.Train train) {
        boolean gone = plan.table().flatMap(id -> services.tables().find(id)).isEmpty();
        if (plan.table().isPresent() && gone) {
            throw new Refused(self, Refusal.of(Refusal.Reason.TABLE_UNKNOWN));
        }
        if (!SharedKeeping.has(services.trainings(), train)) {
            throw new Refused(self, Refusal.of(Refusal.Reason.CHECKPOINT));
        }
    }

    @Override
    public String toString() {
        return "TrainingRows[" + own + (stored.isPresent() ? ", table" : "") + "]";
    }

    /** Reads a table once, segment by segment, and picks the rows of the training's subjects. */
    private static TrainingRows from(
            Sessions.Services services, int self, TrainingPlan plan, Proposal.Train train, Training.Own own) {
        Refused unknown = new Refused(self, Refusal.of(Refusal.Reason.TABLE_UNKNOWN));
        Tables.Table table = services.tables().find(plan.table().orElseThrow()).orElseThrow(() -> unknown);
        Program stored = storedBy(services, table)
                .orElseThrow(() -> new Refused(self, Refusal.of(Refusal.Reason.PROGRAM_NOT_APPROVED)));
        KeptColumns columns = KeptColumns.of(stored, plan).orElseThrow(() -> unknown);
        Picked picked = new Picked(self, plan.stored().size(), train);
        List<byte[]> filled = new ArrayList<>();
        try {
            for (int position = 0; position < table.segments(); position++) {
                Tables.Segment segment =
                        services.tables().segment(table.id(), position).orElseThrow(() -> unknown);
                List<String> subjects =
                        services.tables().subjects(table.id(), position).orElseThrow(() -> unknown);
                picked.pick(subjects, columns.all(self, segment));
                filled.add(segment.filled().bytes());
            }
        } catch (NodeFailure e) {
            LOG.error("table {}: {}", table.id(), e.getMessage());
            throw unknown;
        }
        Hash name = Hash.over("tallystick/training-table/1", filled.toArray(byte[][]::new));
        if (train.filled().filter(other -> !other.equals(name)).isPresent()) {
            throw unknown;
        }
        return new TrainingRows(own, Optional.of(picked.rows()), Optional.of(name));
    }

    /** The program that a table was stored by, as long as it is approved here. */
    static Optional<Program> storedBy(Sessions.Services services, Tables.Table table) {
        return services.programs().approved(table.program());
    }

    /** Rows in the order in which the training names its subjects. */
    private static final class Picked {
        private final int self;
        private final int columns;
        private final int learning;
        private final int all;
        private final Map<String, Integer> places = new HashMap<>();
        private final long[][] ofLearning;
        private final long[][] ofTesting;

        Picked(int self, int columns, Proposal.Train train) {
            this.self = self;
            this.columns = columns;
            learning = train.learning().size();
            all = learning + train.testing().size();
            if ((long) all * columns > MOST_ELEMENTS) {
                throw new ColumnRule.BadValue(all + " rows of " + columns + " columns of a table: more than "
                        + MOST_ELEMENTS + " numbers; take fewer columns or fewer subjects");
            }
            train.learning().forEach(subject -> places.put(subject, places.size()));
            train.testing().forEach(subject -> places.put(subject, places.size()));
            ofLearning = parts(learning);
            ofTesting = parts(all - learning);
        }

        private long[][] parts(int rows) {
            long[][] parts = new long[PARTS][];
            for (int part = 0; part < PARTS; part++) {
                parts[part] = part == self ? null : new long[rows * columns];
            }
            return parts;
        }

        void pick(List<String> subjects, RowBlocks<Rep4Vector> segment) {
            for (int from = 0; from < subjects.size(); from += BLOCK) {
                int count = Math.min(BLOCK, subjects.size() - from);
                Rep4Vector block = segment.block(from, count);
                for (int row = 0; row < count; row++) {
                    Integer place = places.remove(subjects.get(from + row));
                    if (place != null && place < learning) {
                        copy(block, row, ofLearning, place, learning);
                    } else if (place != null) {
                        copy(block, row, ofTesting, place - learning, all - learning);
                    }
                }
            }
        }

        private void copy(Rep4Vector block, int row, long[][] parts, int place, int rows) {
            for (int part = 0; part < PARTS; part++) {
                for (int column = 0; part != self && column < columns; column++) {
                    parts[part][column * rows + place] = block.part(part)[column * block.rows() + row];
                }
            }
        }

        Training.StoredRows<Rep4Vector> rows() {
            if (!places.isEmpty()) {
                throw new ColumnRule.BadValue("of " + all + " subjects " + places.size()
                        + " are not in the table; name those that are, or store a table that has them all");
            }
            Rep4Vector first = new Rep4Vector(learning, columns, Long.SIZE, ofLearning);
            return new Training.StoredRows<>(
                    first,
                    all == learning
                            ? Optional.empty()
                            : Optional.of(new Rep4Vector(all - learning, columns, Long.SIZE, ofTesting)));
        }
    }
}
