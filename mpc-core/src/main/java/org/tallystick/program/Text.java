package org.tallystick.program;

import java.nio.charset.StandardCharsets;

/** What texts a program may hold: they are hashed, and shown to the people who approve the program. */
final class Text {
    private Text() {}

    /** What is wrong with a text, or an empty string. {@code most} is in bytes of UTF-8. */
    static String problem(String text, int most) {
        if (text.isBlank()) {
            return "is empty";
        }
        if (text.codePoints().anyMatch(Text::misleading)) {
            return "has control characters, line breaks, invisible marks or broken surrogates";
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return bytes > most ? "takes " + bytes + " bytes in UTF-8; at most " + most + " are possible" : "";
    }

    /** Characters that make a text look other than it is: controls, direction marks, lone surrogates, separators. */
    private static boolean misleading(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
