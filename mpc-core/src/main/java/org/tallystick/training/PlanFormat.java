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
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Holder;
import org.tallystick.training.TrainingPlan.Label;
import org.tallystick.training.TrainingPlan.Method;
import org.tallystick.training.TrainingPlan.Reveal;
import org.tallystick.training.TrainingPlan.Treatment;

/**
 * The canonical encoding of a training plan: a mark, then the components in order, the table last if there is one;
 * UTF-8, big-endian, doubles by their bits.
 */
final class PlanFormat {
    /** How every encoding begins; no program's does. */
    private static final int MARK = 0x54504c32;

    private PlanFormat() {}

    static byte[] encode(TrainingPlan plan) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MARK);
            out.writeShort(plan.columns().size());
            for (Column column : plan.columns()) {
                out.writeByte(column.owner());
                out.writeUTF(column.name());
                write(out, column.treatment());
            }
            out.writeUTF(plan.label().column());
            out.writeUTF(plan.label().bad());
            out.writeByte(plan.bank());
            write(out, plan.method());
            out.writeShort(plan.lossEvery());
            out.writeShort(plan.patience());
            out.writeDouble(plan.threshold());
            out.writeByte(plan.reveal().ordinal());
            if (plan.table().isPresent()) {
                out.write(HexFormat.of().parseHex(plan.table().get()));
            }
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
            case Treatment.Stored(String meaning, int scale, long low, long high) -> {
                out.writeByte(3);
                out.writeUTF(meaning);
                out.writeByte(scale);
                out.writeLong(low);
                out.writeLong(high);
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
    static boolean isMarked(byte[] encoding) {
        return encoding.length >= Integer.BYTES && ByteBuffer.wrap(encoding).getInt() == MARK;
    }

    /**
     * Reads an encoding from an untrusted place.
     *
     * @throws IllegalArgumentException if it is not the encoding of a sound plan
     */
    static TrainingPlan decode(byte[] encoding) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoding))) {
            if (in.readInt() != MARK) {
                throw new IllegalArgumentException("not a training plan of a known version");
            }
            int count = in.readUnsignedShort();
            List<Column> columns = new ArrayList<>();
            for (int k = 0; k < Math.min(count, TrainingPlan.MAX_COLUMNS + 1); k++) {
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
                    constant(in, Reveal.values(), "who learns the weights"),
                    table(in));
            if (!Arrays.equals(encoding, encode(plan))) {
                throw new IllegalArgumentException("a training plan that is not in its canonical encoding");
            }
            return plan;
        } catch (IOException e) {
            throw new IllegalArgumentException("a training plan that breaks off or is malformed", e);
        }
    }

    private static Optional<String> table(DataInputStream in) throws IOException {
        byte[] rest = in.readNBytes(TrainingPlan.TABLE_BYTES + 1);
        return rest.length == 0 ? Optional.empty() : Optional.of(HexFormat.of().formatHex(rest));
    }

    private static Treatment treatment(DataInputStream in) throws IOException {
        return switch (in.readUnsignedByte()) {
            case 0 -> new Treatment.Standardised(in.readDouble());
            case 1 ->
                new Treatment.Evidence(
                        in.readInt(), in.readInt(), constant(in, Holder.values(), "who learns the evidence"));
            case 2 -> new Treatment.Categories(in.readInt());
            case 3 -> new Treatment.Stored(in.readUTF(), in.readUnsignedByte(), in.readLong(), in.readLong());
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
