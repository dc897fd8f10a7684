package org.tallystick.node.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The results of a job's chunk as bytes. */
final class JobResults {
    private JobResults() {}

    /** As stored: each subject, whether it was answered, and the text of the answer or of the problem. */
    static byte[] encode(List<Jobs.RowResult> results) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(results.size());
            for (Jobs.RowResult result : results) {
                out.writeUTF(result.subject());
                out.writeBoolean(result.answer().isPresent());
                out.writeUTF(result.answer().or(result::problem).orElse(""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What {@link #encode} gave these bytes. */
    static List<Jobs.RowResult> decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int count = in.readInt();
            List<Jobs.RowResult> results = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                String subject = in.readUTF();
                boolean answered = in.readBoolean();
                String text = in.readUTF();
                results.add(
                        answered
                                ? new Jobs.RowResult(subject, Optional.of(text), Optional.empty())
                                : new Jobs.RowResult(subject, Optional.empty(), Optional.of(text)));
            }
            return results;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
