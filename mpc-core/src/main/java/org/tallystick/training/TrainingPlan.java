package org.tallystick.training;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Operation.Interval;

/**
 * What is learnt, from which columns, how, and who learns what of it: the whole agreement about one training, as data.
 * Its canonical {@link #encoding} is what the nodes hash, decide on and hold each other to.
 *
 * @param columns of all owners; the order is that of the weights
 * @param label the result party's column that says whether a business turned bad
 * @param bank the party that owns the label, and the one that learns the weights and the evaluation
 * @param lossEvery after how many epochs or iterations the mean loss of the training rows is opened to all parties; 0
 *     for never
 * @param patience the training stops when so many opened losses in a row were no better than the best before; 0 for
 *     never
 * @param threshold the score from which a business is called bad in the evaluation: 0 is a probability of one half
 * @param reveal who learns the weights
 * @param table the stored table of shares, by its id, in which all columns but the bank's are; they enter as they are
 *     there
 */
public record TrainingPlan(
        List<Column> columns,
        Label label,
        int bank,
        Method method,
        int lossEvery,
        int patience,
        double threshold,
        Reveal reveal,
        Optional<String> table) {
    private static final int MAX_TEXT = 256;
    static final int MAX_COLUMNS = 1000;
    private static final int PARTIES = 4;
    static final int TABLE_BYTES = 16;

    /** One raw column of an owner, and how the owner prepares it by itself. */
    public record Column(int owner, String name, Treatment treatment) {}

    /** The raw column and its text where a business turned bad. */
    public record Label(String column, String bad) {}

    /** Who learns the weights: the bank, or nobody, and then they stay on shares for a program to score with. */
    public enum Reveal {
        BANK,
        NOBODY
    }

    /** Who learns what each bin of evidence weighs. */
    public enum Holder {
        /** The column's owner alone; a scoring program names what the owner keeps. */
        OWNER,
        /** The bank too, whose model file then holds it. */
        BANK
    }

    /** How an owner makes numbers of a raw column, from its own rows of the training part alone. */
    public sealed interface Treatment {
        /**
         * The number, less its mean, divided by its standard deviation; a missing one is the mean.
         *
         * @param clip the part of rows beyond which values are cut off at either end; 0 for none
         */
        record Standardised(double clip) implements Treatment {}

        /**
         * The weight of evidence ln((bad in bin / bad) / (good in bin / good)) of the value's bin: quantile bins, and
         * one for missing values. The owner, and nobody else, learns the bad rows of each bin that has at least
         * {@code minimum} bad and {@code minimum} good ones; {@code holder} says who learns the weights of the bins.
         */
        record Evidence(int bins, int minimum, Holder holder) implements Treatment {}

        /** An indicator for each of the most frequent texts but the most frequent of all. */
        record Categories(int most) implements Treatment {}

        /**
         * As it is in the stored table: a number by this rule, scaled by 2^{@code scale}, from {@code low} to
         * {@code high} after scaling. Nobody prepares it; that a deviation is near one is seen to on shares
         * ({@link Rescaling}).
         *
         * @param meaning canonical text of a {@link ColumnRule}
         */
        record Stored(String meaning, int scale, long low, long high) implements Treatment {
            /** The most characters of a meaning. */
            static final int MAX_MEANING = 1 << 14;

            private boolean isSound() {
                long most = 1L << 60;
                return meaning.length() <= MAX_MEANING
                        && scale >= 0
                        && scale <= 62
                        && low <= high
                        && low >= -most
                        && high <= most
                        && !(rule() instanceof ColumnRule.PrivateSum);
            }

            Interval bounds() {
                return new Interval(low, high);
            }

            /** @throws IllegalArgumentException if the meaning is none */
            ColumnRule rule() {
                return ColumnRule.parse(meaning);
            }
        }
    }

    /** How weights are found. */
    public sealed interface Method {
        record MaximumLikelihood(Newton.Settings settings) implements Method {}

        record GradientDescent(Descent.Settings settings) implements Method {}
    }

    public TrainingPlan {
        columns = List.copyOf(columns);
        if (columns.isEmpty() || columns.size() > MAX_COLUMNS) {
            throw new IllegalArgumentException(columns.size() + " columns; give 1 to " + MAX_COLUMNS);
        }
        requireParty(bank);
        requireTable(table);
        requireText(label.column());
        requireText(label.bad());
        if (lossEvery < 0 || lossEvery > 10_000 || patience < 0 || patience > 10_000) {
            throw new IllegalArgumentException("lossEvery and patience lie between 0 and 10000");
        }
        if (!(Math.abs(threshold) <= 8)) {
            throw new IllegalArgumentException("the threshold " + threshold + " is not a score between -8 and 8");
        }
        if (table.isPresent() && columns.stream().noneMatch(TrainingPlan::isStored)) {
            throw new IllegalArgumentException("a training from a table without a column of it");
        }
        Set<String> names = new HashSet<>();
        for (Column column : columns) {
            requireParty(column.owner());
            requireText(column.name());
            if (!names.add(column.owner() + " " + column.name())) {
                throw new IllegalArgumentException("the column " + column.name() + " is there twice");
            }
            requireTreatment(column);
            if (isStored(column) != (table.isPresent() && column.owner() != bank)) {
                throw new IllegalArgumentException("column " + column.name()
                        + ": in a training from a table all columns but the bank's are the table's; in another, none");
            }
            if (reveal == Reveal.NOBODY
                    && column.treatment() instanceof Treatment.Evidence evidence
                    && evidence.holder() == Holder.BANK) {
                throw new IllegalArgumentException("column " + column.name()
                        + ": where nobody learns the weights, the program would tell all what bins weigh; leave that"
                        + " with the owner (woe: owner)");
            }
        }
    }

    /** A plan whose columns all owners bring in anew. */
    public TrainingPlan(
            List<Column> columns,
            Label label,
            int bank,
            Method method,
            int lossEvery,
            int patience,
            double threshold,
            Reveal reveal) {
        this(columns, label, bank, method, lossEvery, patience, threshold, reveal, Optional.empty());
    }

    private static void requireTable(Optional<String> table) {
        if (table.filter(id -> !id.matches("[0-9a-f]{" + 2 * TABLE_BYTES + "}")).isPresent()) {
            throw new IllegalArgumentException("the id of a table has " + 2 * TABLE_BYTES + " hexadecimal digits");
        }
    }

    private static boolean isStored(Column column) {
        return column.treatment() instanceof Treatment.Stored;
    }

    private static void requireTreatment(Column column) {
        boolean sound = switch (column.treatment()) {
            case Treatment.Standardised standardised -> standardised.clip() >= 0 && standardised.clip() <= 0.25;
            case Treatment.Evidence evidence ->
                evidence.bins() >= 2
                        && evidence.bins() <= 64
                        && evidence.minimum() >= 0
                        && evidence.minimum() <= 10_000;
            case Treatment.Categories categories -> categories.most() >= 2 && categories.most() <= 64;
            case Treatment.Stored stored -> stored.isSound();
        };
        if (!sound) {
            throw new IllegalArgumentException("column " + column.name()
                    + ": clip 0 to .25, bins 2 to 64, minimum 0 to 10000, categories 2 to 64; stored within 2^60");
        }
    }

    private static void requireParty(int party) {
        if (party < 0 || party >= PARTIES) {
            throw new IllegalArgumentException("there is no party " + party);
        }
    }

    private static void requireText(String text) {
        if (text.isEmpty() || text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("a name or label of no or more than " + MAX_TEXT + " characters");
        }
    }

    /** Whether a column's owner keeps what its bins weigh to itself; the bank's own are the bank's to know. */
    boolean keeps(Column column) {
        return column.treatment() instanceof Treatment.Evidence evidence
                && evidence.holder() == Holder.OWNER
                && (column.owner() != bank || reveal == Reveal.NOBODY);
    }

    /** The columns of one owner, in order. */
    public List<Column> columnsOf(int owner) {
        return columns.stream().filter(column -> column.owner() == owner).toList();
    }

    /** The columns that an owner prepares and brings in, in order; those of a stored table are there already. */
    public List<Column> broughtBy(int owner) {
        return columnsOf(owner).stream().filter(column -> !isStored(column)).toList();
    }

    /** The columns of the stored table, in the order in which they enter: by owner, then as in the plan. */
    public List<Column> stored() {
        return columns.stream()
                .filter(TrainingPlan::isStored)
                .sorted(Comparator.comparingInt(Column::owner))
                .toList();
    }

    /** The canonical encoding: one plan, one sequence of bytes. */
    public byte[] encoding() {
        return PlanFormat.encode(this);
    }

    /** Whether bytes claim to be the encoding of a plan. */
    public static boolean isMarked(byte[] encoding) {
        return PlanFormat.isMarked(encoding);
    }

    /**
     * Reads an encoding from an untrusted place.
     *
     * @throws IllegalArgumentException if it is not the encoding of a sound plan
     */
    public static TrainingPlan decode(byte[] encoding) {
        return PlanFormat.decode(encoding);
    }
}
