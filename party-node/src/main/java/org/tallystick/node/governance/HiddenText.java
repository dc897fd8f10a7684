package org.tallystick.node.governance;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Characters that are not seen, or turn round what is: people would sign another text than the one that is compared.
 */
final class HiddenText {
    /** Format characters, also those beyond 16 bits, and the plane of tags and variation selectors. */
    private static final Pattern HIDDEN = Pattern.compile("[\\p{Cf}\\x{e0000}-\\x{e0fff}]");

    /** As JSON writes a character, which may be half of a pair. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|.)");

    private HiddenText() {}

    /** Whether there are any in a document, as they are or escaped. */
    static boolean isIn(byte[] document) {
        String text = new String(document, StandardCharsets.UTF_8);
        return HIDDEN.matcher(ESCAPE.matcher(text)
                        .replaceAll(escape -> Matcher.quoteReplacement(
                                escape.group(1) == null
                                        ? " "
                                        : String.valueOf((char) Integer.parseInt(escape.group(1), 16)))))
                .find();
    }
}
