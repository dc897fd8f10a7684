package org.tallystick.node.governance;

import java.time.Instant;
import org.tallystick.node.session.Hash;

/**
 * What a business agrees to: that one bank has one program computed about it for one purpose.
 *
 * @param subject the business's credit code
 * @param bank the requester, as the agreement names it
 * @param program hash of the program
 * @param standing whether it serves any number of uses until it expires; otherwise it serves one request
 * @param nonce 16 random bytes in hexadecimal, which name the consent
 * @param expires exclusive
 */
public record Consent(
        String subject, String bank, String purpose, Hash program, boolean standing, String nonce, Instant expires) {
    /** Nothing about the subject. */
    @Override
    public String toString() {
        return "Consent[" + nonce + "]";
    }
}
