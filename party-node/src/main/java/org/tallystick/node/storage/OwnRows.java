package org.tallystick.node.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Rows of texts by column, as bytes: the names of all columns, then for each row its texts in that order, {@code null}
 * where one is missing.
 */
final class OwnRows {
    private OwnRows() {}

    static byte[] encode(List<Map<String, String>> rows) {
        TreeSet<String> columns = new TreeSet<>();
        rows.forEach(row -> columns.addAll(row.keySet()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(columns.size());
            for (String column : columns) {
                out.writeUTF(column);
            }
            out.writeInt(rows.size());
            for (Map<String, String> row : rows) {
                for (String column : columns) {
                    String value = row.get(column);
                    out.writeBoolean(value != null);
                    if (value != null) {
                        out.writeUTF(value);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static List<Map<String, String>> decode(byte[] encoded) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded))) {
            List<String> columns = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                columns.add(in.readUTF());
            }
            int count = in.readInt();
            List<Map<String, String>> rows = new ArrayList<>();
            for (int k = 0; k < count; k++) {
                Map<String, String> row = new HashMap<>();
                for (String column : columns) {
                    row.put(column, in.readBoolean() ? in.readUTF() : null);
                }
                rows.add(row);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
