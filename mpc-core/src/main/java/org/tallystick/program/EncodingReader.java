package org.tallystick.program;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the pieces of {@link Encoding} from bytes that a stranger wrote: every length is checked before it is used. */
final class EncodingReader {
    private final ByteBuffer in;

    EncodingReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    /** Reads one element of a list. */
    interface Element<T> {
        T read() throws MalformedProgram;
    }

    int octet() throws MalformedProgram {
        need(1);
        return in.get() & 0xff;
    }

    int number() throws MalformedProgram {
        need(Integer.BYTES);
        return in.getInt();
    }

    long element() throws MalformedProgram {
        need(Long.BYTES);
        return in.getLong();
    }

    String text(int mostBytes) throws MalformedProgram {
        need(2);
        int length = in.getShort() & 0xffff;
        expect(length <= mostBytes, "a text of " + length + " bytes where " + mostBytes + " are possible");
        need(length);
        ByteBuffer utf8 = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedProgram("a text is not UTF-8");
        }
    }

    <T> List<T> list(int most, Element<T> element) throws MalformedProgram {
        int count = number();
        expect(count >= 0 && count <= most, "a list of " + count + " where " + most + " are possible");
        // Grows as elements are really there: a length alone reserves nothing.
        List<T> elements = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            elements.add(element.read());
        }
        return elements;
    }

    void end() throws MalformedProgram {
        expect(!in.hasRemaining(), in.remaining() + " bytes follow its end");
    }

    void expect(boolean condition, String problem) throws MalformedProgram {
        if (!condition) {
            throw new MalformedProgram(problem);
        }
    }

    private void need(int bytes) throws MalformedProgram {
        expect(in.remaining() >= bytes, "it ends too early");
    }
}
