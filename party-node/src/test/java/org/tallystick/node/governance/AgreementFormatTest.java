package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgreementFormatTest {
    private static final byte[] DOCUMENT = AgreementFormat.encode(Samples.agreement());

    private static String text() {
        return new String(DOCUMENT, StandardCharsets.UTF_8);
    }

    private static void rejected(String text) {
        assertThrows(
                AgreementFormat.BadAgreement.class,
                () -> AgreementFormat.decode(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsEncodedIsReadBack() throws Exception {
        assertEquals(Samples.agreement(), AgreementFormat.decode(DOCUMENT));
    }

    @Test
    void oneAgreementHasOneDocument() throws Exception {
        // The same in another form is read where a person writes it, and never signed as it is.
        String spaced = text().replace("\":", "\" : ");
        assertEquals(Samples.agreement(), AgreementFormat.read(spaced.getBytes(StandardCharsets.UTF_8)));
        rejected(spaced);
        rejected(text() + " ");
        rejected(text().replace("\"id\":", "\"id\":\"\",\"id\":"));
        rejected(text().replace("First Bank", "First\\u0020Bank"));
        rejected(text().replace("\"bits\":3", "\"bits\":3.0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"format\":1|\"format\":2",
                "\"revision\":1|\"revision\":2",
                "\"revision\":1|\"revision\":0",
                "\"currency\":\"CNY\"|\"currency\":\"yuan\"",
                "\"floor\":\"rep4\"|\"floor\":\"clear\"",
                "\"kind\":\"score\"|\"kind\":\"steal\"",
                "\"kind\":\"score\"|\"kind\":\"table\"",
                "\"bits\":3|\"bits\":0",
                "\"tax\":50|\"bank\":50",
                "\"tax\":50|\"tax\":-1",
                "\"owner\":\"tax\"|\"owner\":\"bank\"",
                "\"low\":0|\"low\":2199023255552",
                "\"windowDays\":90|\"windowDays\":0",
                "2027-01-01|2026-01-01",
                "\"suite\":\"ed25519\"|\"suite\":\"rsa\"",
                "\"consent\":true|\"consent\":\"yes\"",
                "\"title\":|\"extra\":1,\"title\":",
                "\"retentionDays\":365|\"retentionDays\":365,\"more\":0"
            })
    void whatIsNoAgreementIsRejected(String from, String to) {
        assertNotEquals(text(), text().replace(from, to), "the sample has no " + from);
        rejected(text().replace(from, to));
    }

    @Test
    void everyCutAndEveryChangedByteIsAnotherDocumentOrNone() {
        for (int length = 0; length < DOCUMENT.length; length += 7) {
            rejected(text().substring(0, length));
        }
        for (int at = 0; at < DOCUMENT.length; at += 3) {
            byte[] other = DOCUMENT.clone();
            other[at] ^= 1;
            try {
                Agreement read = AgreementFormat.decode(other);
                assertNotEquals(Samples.agreement(), read, "byte " + at);
                assertNotEquals(AgreementFormat.hash(DOCUMENT), AgreementFormat.hash(other));
            } catch (AgreementFormat.BadAgreement e) {
                assertNotEquals("", e.getMessage());
            }
        }
    }
}
