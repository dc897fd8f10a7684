package org.tallystick.garble;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;

/** The lines of a circuit file that are not blank, as words; lines are bounded and counted. */
final class BristolLines {
    private static final int MOST_BYTES = 1 << 20;
    private static final int SHOWN = 20;

    private final InputStream in;
    private byte[] line = new byte[256];
    private int length;
    private long number;

    BristolLines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** The next line; empty at the end of the stream. */
    Optional<List<String>> next() throws IOException {
        while (readLine()) {
            List<String> words = words(new String(line, 0, length, StandardCharsets.ISO_8859_1));
            if (!words.isEmpty()) {
                return Optional.of(words);
            }
        }
        return Optional.empty();
    }

    private static List<String> words(String text) {
        StringTokenizer tokens = new StringTokenizer(text, " \t\r");
        String[] words = new String[tokens.countTokens()];
        for (int i = 0; i < words.length; i++) {
            words[i] = tokens.nextToken();
        }
        return List.of(words);
    }

    /** The next line, which must be there. */
    List<String> due(String what) throws IOException {
        Optional<List<String>> words = next();
        if (words.isEmpty()) {
            throw wrong("the file ends where " + what + " is due");
        }
        return words.get();
    }

    private boolean readLine() throws IOException {
        length = 0;
        number++;
        int next = in.read();
        if (next < 0) {
            return false;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (length == MOST_BYTES) {
                throw wrong("a line of more than " + MOST_BYTES + " bytes");
            }
            if (length == line.length) {
                line = java.util.Arrays.copyOf(line, 2 * length);
            }
            line[length++] = (byte) next;
        }
        return true;
    }

    /** Of the line that was read last. */
    long number() {
        return number;
    }

    BristolFormatException wrong(String what) {
        return new BristolFormatException(number, what);
    }

    /** A word of the file as a complaint may show it. */
    static String shown(String word) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(SHOWN, word.length()); i++) {
            char c = word.charAt(i);
            shown.append(c >= ' ' && c < 127 ? c : '?');
        }
        return word.length() > SHOWN ? shown + "…" : shown.toString();
    }
}
