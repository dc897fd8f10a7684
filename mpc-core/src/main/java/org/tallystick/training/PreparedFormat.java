package org.tallystick.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.program.ColumnRule;
import org.tallystick.training.Prepared.Source;

/** How owners tell the bank what they have made of their columns. */
final class PreparedFormat {
    private static final int MAX_BINS = 66;

    private PreparedFormat() {}

    static byte[] encode(List<Prepared> columns) {
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

    /** @throws ProtocolAbort if a peer's bytes are not {@code count} columns */
    static List<Prepared> decode(byte[] bytes, int count) {
        List<Prepared> columns = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            for (int k = 0; k < count; k++) {
                double mean = finite(in);
                double deviation = finite(in);
                if (!(deviation > 0)) {
                    throw new IOException("a deviation that is not above 0");
                }
                columns.add(new Prepared(source(in), mean, deviation));
            }
            if (in.read() >= 0) {
                throw new IOException("bytes left over");
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.MALFORMED, "a peer's columns are not described as they should");
        }
        return columns;
    }

    private static Source source(DataInputStream in) throws IOException {
        String column = in.readUTF();
        if (in.readByte() == 0) {
            return new Source.Rule(column, ColumnRule.parse(in.readUTF()));
        }
        ColumnRule.Range range = new ColumnRule.Range(finite(in), finite(in), ColumnRule.Outside.CLIP);
        List<Double> edges = numbers(in);
        List<Double> evidence = numbers(in);
        for (int k = 1; k < edges.size(); k++) {
            if (edges.get(k) <= edges.get(k - 1)) {
                throw new IOException("edges that do not ascend");
            }
        }
        if (evidence.size() != edges.size() + 2) {
            throw new IOException("not one number a bin");
        }
        return new Source.Bins(column, range, edges, evidence);
    }

    private static List<Double> numbers(DataInputStream in) throws IOException {
        int count = in.readUnsignedByte();
        if (count > MAX_BINS) {
            throw new IOException("too many bins");
        }
        List<Double> numbers = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            numbers.add(finite(in));
        }
        return numbers;
    }

    private static double finite(DataInputStream in) throws IOException {
        double number = in.readDouble();
        if (!Double.isFinite(number)) {
            throw new IOException("not a finite number");
        }
        return number;
    }
}
