package org.tallystick.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Operation.Interval;
import org.tallystick.training.Prepared.Source;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Treatment;

/** How owners describe what they have made of their columns. */
public final class PreparedFormat {
    private PreparedFormat() {}

    /** Bytes that {@link #decode} reads back. */
    public static byte[] encode(List<Prepared> columns) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Prepared column : columns) {
                out.writeDouble(column.mean());
                out.writeDouble(column.deviation());
                out.writeUTF(column.source().column());
                switch (column.source()) {
                    case Source.Rule(String _, ColumnRule rule) -> {
                        out.writeByte(0);
                        out.writeUTF(rule.text());
                    }
                    case Source.Bins bins -> {
                        out.writeByte(1);
                        out.writeDouble(bins.range().min());
                        out.writeDouble(bins.range().max());
                        write(out, bins.edges());
                        write(out, bins.evidence());
                    }
                    case Source.Kept(String _, ColumnRule.Kept rule) -> {
                        out.writeByte(2);
                        out.writeUTF(rule.text());
                    }
                    case Source.Stored stored -> {
                        out.writeByte(3);
                        out.writeUTF(stored.rule().text());
                        out.writeByte(stored.scale());
                        out.writeLong(stored.bounds().low());
                        out.writeLong(stored.bounds().high());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, List<Double> numbers) throws IOException {
        out.writeByte(numbers.size());
        for (double number : numbers) {
            out.writeDouble(number);
        }
    }

    /**
     * @param count how many columns
     * @throws IOException if they are not that, as sound ones are
     */
    public static List<Prepared> decode(byte[] bytes, int count) throws IOException {
        List<Prepared> columns = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            for (int k = 0; k < count; k++) {
                double mean = finite(in);
                double deviation = finite(in);
                require(deviation > 0, "a deviation that is not above 0");
                columns.add(new Prepared(source(in), mean, deviation));
            }
            require(in.read() < 0, "bytes left over");
        } catch (IllegalArgumentException e) {
            throw new IOException("a rule that is none", e);
        }
        return columns;
    }

    private static void require(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }

    private static Source source(DataInputStream in) throws IOException {
        String column = in.readUTF();
        return switch (in.readByte()) {
            case 0 -> new Source.Rule(column, ColumnRule.parse(in.readUTF()));
            case 1 -> bins(column, in);
            case 2 -> kept(column, ColumnRule.parse(in.readUTF()));
            case 3 ->
                new Source.Stored(
                        column,
                        ColumnRule.parse(in.readUTF()),
                        in.readUnsignedByte(),
                        new Interval(in.readLong(), in.readLong()));
            default -> throw new IOException("an unknown source");
        };
    }

    private static Source kept(String column, ColumnRule rule) throws IOException {
        require(rule instanceof ColumnRule.Kept, "nothing that is kept");
        return new Source.Kept(column, (ColumnRule.Kept) rule);
    }

    private static Source bins(String column, DataInputStream in) throws IOException {
        ColumnRule.Range range = new ColumnRule.Range(finite(in), finite(in), ColumnRule.Outside.CLIP);
        List<Double> edges = numbers(in);
        List<Double> evidence = numbers(in);
        for (int k = 0; k < edges.size(); k++) {
            require(edges.get(k) > (k == 0 ? range.min() : edges.get(k - 1)), "edges that do not ascend");
            require(edges.get(k) <= range.max(), "an edge outside the range");
        }
        require(evidence.size() == edges.size() + 2, "not one number a bin");
        return new Source.Bins(column, range, edges, evidence);
    }

    private static List<Double> numbers(DataInputStream in) throws IOException {
        int count = in.readUnsignedByte();
        List<Double> numbers = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            numbers.add(finite(in));
        }
        return numbers;
    }

    private static double finite(DataInputStream in) throws IOException {
        double number = in.readDouble();
        require(Double.isFinite(number), "not a finite number");
        return number;
    }

    /**
     * What a party tells of its columns, held to the plan and to how many numbers it announced.
     *
     * @param numbers by the party's columns: bins of evidence, otherwise numbers
     * @throws WrongDescription if they are described otherwise
     */
    static List<Prepared> described(byte[] bytes, TrainingPlan plan, int party, int[] numbers) {
        List<Column> columns = plan.broughtBy(party);
        int count = 0;
        for (int k = 0; k < numbers.length; k++) {
            count += columns.get(k).treatment() instanceof Treatment.Evidence ? 1 : numbers[k];
        }
        List<Prepared> all;
        try {
            all = decode(bytes, count);
        } catch (IOException e) {
            throw new WrongDescription(party, "its columns are not described as columns are: " + e.getMessage());
        }
        int next = 0;
        for (int k = 0; k < numbers.length; k++) {
            Column column = columns.get(k);
            boolean evidence = column.treatment() instanceof Treatment.Evidence;
            List<Prepared> own = all.subList(next, next + (evidence ? 1 : numbers[k]));
            next += own.size();
            if (!fits(plan, column, numbers[k], own)) {
                throw new WrongDescription(
                        party, "column " + column.name() + " is described other than the plan has it");
            }
        }
        return all;
    }

    private static boolean fits(TrainingPlan plan, Column column, int numbers, List<Prepared> described) {
        Set<String> texts = new HashSet<>();
        boolean fits = true;
        for (Prepared each : described) {
            String raw = each.source().column();
            fits = fits
                    && raw.equals(column.name())
                    && switch (column.treatment()) {
                        case Treatment.Standardised _ ->
                            each.source() instanceof Source.Rule(String _, ColumnRule.Numeric rule)
                                    && plainNumber(raw, rule);
                        case Treatment.Categories _ ->
                            each.source() instanceof Source.Rule(String _, ColumnRule.Equals rule)
                                    && rule.column().equals(raw)
                                    && !rule.value().isBlank()
                                    && texts.add(rule.value());
                        case Treatment.Evidence _ ->
                            plan.keeps(column)
                                    ? each.source() instanceof Source.Kept(String _, ColumnRule.Kept rule)
                                            && rule.column().equals(raw)
                                            && rule.reach() == Learner.reach(plan.method())
                                            && each.mean() == 0
                                            && each.deviation() == 1
                                    : each.source() instanceof Source.Bins bins
                                            && bins.evidence().size() == numbers;
                        case Treatment.Stored _ -> false;
                    };
        }
        return fits;
    }

    private static boolean plainNumber(String raw, ColumnRule.Numeric rule) {
        return rule.column().equals(raw)
                && rule.unit().isEmpty()
                && !rule.log()
                && rule.mean() == 0
                && rule.scale() == 1
                && rule.range().outside() == ColumnRule.Outside.CLIP;
    }
}
