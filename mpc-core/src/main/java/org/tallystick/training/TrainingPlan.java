package org.tallystick.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
 */
public record TrainingPlan(
        List<Column> columns,
        Label label,
        int bank,
        Method method,
        int lossEvery,
        int patience,
        double threshold,
        Reveal reveal) {
    /** How every encoding begins; no program's does. */
    private static final int MARK = 0x54504c32;

    private static final int MAX_TEXT = 256;
    private static final int MAX_COLUMNS = 1000;
    private static final int PARTIES = 4;

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
        requireText(label.column());
        requireText(label.bad());
        if (lossEvery < 0 || lossEvery > 10_000 || patience < 0 || patience > 10_000) {
            throw new IllegalArgumentException("lossEvery and patience lie between 0 and 10000");
        }
        if (!(Math.abs(threshold) <= 8)) {
            throw new IllegalArgumentException("the threshold " + threshold + " is not a score between -8 and 8");
        }
        Set<String> names = new HashSet<>();
        for (Column column : columns) {
            requireParty(column.owner());
            requireText(column.name());
            if (!names.add(column.owner() + " " + column.name())) {
                throw new IllegalArgumentException("the column " + column.name() + " is there twice");
            }
            requireTreatment(column);
            if (reveal == Reveal.NOBODY
                    && column.treatment() instanceof Treatment.Evidence evidence
                    && evidence.holder() == Holder.BANK) {
                throw new IllegalArgumentException("column " + column.name()
                        + ": where nobody learns the weights, the program would tell all what bins weigh; leave that"
                        + " with the owner (woe: owner)");
            }
        }
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
        };
        if (!sound) {
            throw new IllegalArgumentException("column " + column.name()
                    + ": clip 0 to .25, bins 2 to 64, minimum 0 to 10000, categories 2 to 64");
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

    // ---- the canonical encoding: a mark, then the components in order; UTF-8, big-endian, doubles by their bits

    public byte[] encoding() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MARK);
            out.writeShort(columns.size());
            for (Column column : columns) {
                out.writeByte(column.owner());
                out.writeUTF(column.name());
                write(out, column.treatment());
            }
            out.writeUTF(label.column());
            out.writeUTF(label.bad());
            out.writeByte(bank);
            write(out, method);
            out.writeShort(lossEvery);
            out.writeShort(patience);
            out.writeDouble(threshold);
            out.writeByte(reveal.ordinal());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Treatment treatment) throws IOException {
        switch (treatment) {
            case Treatment.Standardised standardised -> {
                out.writeByte(0);
                out.writeDouble(standardised.clip());
            }
            case Treatment.Evidence evidence -> {
                out.writeByte(1);
                out.writeInt(evidence.bins());
                out.writeInt(evidence.minimum());
                out.writeByte(evidence.holder().ordinal());
            }
            case Treatment.Categories categories -> {
                out.writeByte(2);
                out.writeInt(categories.most());
            }
        }
    }

    private static void write(DataOutputStream out, Method method) throws IOException {
        switch (method) {
            case Method.MaximumLikelihood(Newton.Settings settings) -> {
                out.writeByte(0);
                out.writeInt(settings.iterations());
                out.writeInt(settings.firstSteps());
                out.writeInt(settings.steps());
                out.writeDouble(settings.penalty());
            }
            case Method.GradientDescent(Descent.Settings settings) -> {
                out.writeByte(1);
                out.writeInt(settings.epochs());
                out.writeInt(settings.batch());
                out.writeDouble(settings.rate());
                out.writeDouble(settings.decay());
                out.writeDouble(settings.momentum());
                out.writeDouble(settings.penalty());
                out.writeByte(settings.link().ordinal());
                out.writeLong(settings.seed());
            }
        }
    }

    /** Whether bytes claim to be the encoding of a plan. */
    public static boolean isMarked(byte[] encoding) {
        return encoding.length >= Integer.BYTES && ByteBuffer.wrap(encoding).getInt() == MARK;
    }

    /**
     * Reads an encoding from an untrusted place.
     *
     * @throws IllegalArgumentException if it is not the encoding of a sound plan
     */
    public static TrainingPlan decode(byte[] encoding) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoding))) {
            if (in.readInt() != MARK) {
                throw new IllegalArgumentException("not a training plan of a known version");
            }
            int count = in.readUnsignedShort();
            List<Column> columns = new ArrayList<>();
            for (int k = 0; k < Math.min(count, MAX_COLUMNS + 1); k++) {
                columns.add(new Column(in.readUnsignedByte(), in.readUTF(), treatment(in)));
            }
            Label label = new Label(in.readUTF(), in.readUTF());
            TrainingPlan plan = new TrainingPlan(
                    columns,
                    label,
                    in.readUnsignedByte(),
                    method(in),
                    in.readUnsignedShort(),
                    in.readUnsignedShort(),
                    in.readDouble(),
                    constant(in, Reveal.values(), "who learns the weights"));
            if (!Arrays.equals(encoding, plan.encoding())) {
                throw new IllegalArgumentException("a training plan that is not in its canonical encoding");
            }
            return plan;
        } catch (IOException e) {
            throw new IllegalArgumentException("a training plan that breaks off or is malformed", e);
        }
    }

    private static Treatment treatment(DataInputStream in) throws IOException {
        return switch (in.readUnsignedByte()) {
            case 0 -> new Treatment.Standardised(in.readDouble());
            case 1 ->
                new Treatment.Evidence(
                        in.readInt(), in.readInt(), constant(in, Holder.values(), "who learns the evidence"));
            case 2 -> new Treatment.Categories(in.readInt());
            default -> throw new IllegalArgumentException("an unknown treatment of a column");
        };
    }

    private static Method method(DataInputStream in) throws IOException {
        return switch (in.readUnsignedByte()) {
            case 0 ->
                new Method.MaximumLikelihood(
                        new Newton.Settings(in.readInt(), in.readInt(), in.readInt(), in.readDouble()));
            case 1 ->
                new Method.GradientDescent(new Descent.Settings(
                        in.readInt(),
                        in.readInt(),
                        in.readDouble(),
                        in.readDouble(),
                        in.readDouble(),
                        in.readDouble(),
                        constant(in, Descent.Link.values(), "which sigmoid"),
                        in.readLong()));
            default -> throw new IllegalArgumentException("an unknown method");
        };
    }

    private static <T> T constant(DataInputStream in, T[] values, String what) throws IOException {
        int ordinal = in.readUnsignedByte();
        if (ordinal >= values.length) {
            throw new IllegalArgumentException("it is not known " + what);
        }
        return values[ordinal];
    }
}
