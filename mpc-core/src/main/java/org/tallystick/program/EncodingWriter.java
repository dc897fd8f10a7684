package org.tallystick.program;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Writes the pieces of {@link Encoding}. */
final class EncodingWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void octet(int value) {
        out.write(value);
    }

    void number(int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    void element(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write(utf8.length >>> 8);
        out.write(utf8.length);
        out.writeBytes(utf8);
    }

    <T> void list(List<T> elements, Consumer<T> element) {
        number(elements.size());
        elements.forEach(element);
    }

    void pair(int kind, int first, int second) {
        octet(kind);
        number(first);
        number(second);
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
