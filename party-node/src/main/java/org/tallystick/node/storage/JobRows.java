package org.tallystick.node.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a job or of a chunk of one.
 *
 * @param subjects in the order asked
 * @param consents of the subjects as their issuers signed them, one each, empty for a subject without; or none at all
 */
public record JobRows(List<String> subjects, List<String> consents) {
    public JobRows {
        subjects = List.copyOf(subjects);
        consents = List.copyOf(consents);
        if (!consents.isEmpty() && consents.size() != subjects.size()) {
            throw new IllegalArgumentException(consents.size() + " consents for " + subjects.size() + " subjects");
        }
    }

    /** Without consents. */
    public static JobRows of(List<String> subjects) {
        return new JobRows(subjects, List.of());
    }

    public int size() {
        return subjects.size();
    }

    /** The consent of a row; empty when it has none. */
    public String consent(int row) {
        return consents.isEmpty() ? "" : consents.get(row);
    }

    /** The length of the longest consent; 0 when there are none. */
    public int longestConsent() {
        return consents.stream().mapToInt(String::length).max().orElse(0);
    }

    /** The rows from one on and before another. */
    JobRows part(int from, int to) {
        return new JobRows(subjects.subList(from, to), consents.isEmpty() ? consents : consents.subList(from, to));
    }

    /** The subjects, and behind them the consents where there are any. */
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out, subjects);
            if (!consents.isEmpty()) {
                write(out, consents);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    /** What {@link #encode} gave these bytes; versions that knew no consents wrote the subjects alone. */
    static JobRows decode(byte[] bytes) {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        try (DataInputStream data = new DataInputStream(in)) {
            List<String> subjects = read(data);
            return new JobRows(subjects, in.available() > 0 ? read(data) : List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> read(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(in.readUTF());
        }
        return texts;
    }

    @Override
    public String toString() {
        return "JobRows[" + subjects.size() + (consents.isEmpty() ? "]" : " with consents]");
    }
}
