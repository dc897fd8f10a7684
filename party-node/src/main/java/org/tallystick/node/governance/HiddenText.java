package org.tallystick.node.governance;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Characters that are not seen, or turn round what is: people would sign another text than the one that is compared.
 */
final class HiddenText {
    /** Format characters as they are, and the beginning of the escape for those beyond 16 bits. */
    private static final Pattern HIDDEN = Pattern.compile("\\p{Cf}|\\\\u(?i:db40)");

    private HiddenText() {}

    /** Whether there are any in a document. */
    static boolean isIn(byte[] document) {
        return HIDDEN.matcher(new String(document, StandardCharsets.UTF_8)).find();
    }
}
