package org.tallystick.node.bank;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.tallystick.node.session.Hash;
import org.tallystick.ring.BitMatrix;

/**
 * What a scored segment answered, as bytes: each different answer once as text, then subject and answer of every row.
 */
final class TableResults {
    private TableResults() {}

    /** @param text of the answer that a row's bits are */
    static byte[] encode(Hash proposal, List<String> subjects, BitMatrix bits, LongFunction<String> text) {
        Map<Long, Integer> numbers = new LinkedHashMap<>();
        int[] rows = new int[bits.rows()];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = numbers.computeIfAbsent(bits.number(row), number -> numbers.size());
        }
        List<String> texts = new ArrayList<>();
        numbers.keySet().forEach(number -> texts.add(text.apply(number)));
        return encode(proposal, subjects, rows, texts);
    }

    /** The same of a segment that was not run: whose rows have answers of their own, each as text. */
    static byte[] encode(List<String> subjects, List<String> answers) {
        Map<String, Integer> different = new LinkedHashMap<>();
        int[] rows = new int[answers.size()];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = different.computeIfAbsent(answers.get(row), text -> different.size());
        }
        return encode(Hash.of(new byte[Hash.BYTES]), subjects, rows, List.copyOf(different.keySet()));
    }

    private static byte[] encode(Hash proposal, List<String> subjects, int[] rows, List<String> texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(proposal.bytes());
            out.writeInt(texts.size());
            for (String text : texts) {
                out.writeUTF(text);
            }
            out.writeInt(rows.length);
            for (int row = 0; row < rows.length; row++) {
                out.writeInt(rows[row]);
                out.writeUTF(subjects.get(row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Tells every row in order. */
    static <T> void decode(byte[] encoded, Function<String, T> read, BiConsumer<String, T> each) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded))) {
            in.skipNBytes(Hash.BYTES);
            List<T> answers = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                answers.add(read.apply(in.readUTF()));
            }
            for (int left = in.readInt(); left > 0; left--) {
                T answer = answers.get(in.readInt());
                each.accept(in.readUTF(), answer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
