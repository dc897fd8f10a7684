package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tallystick.node.governance.Consent;
import org.tallystick.node.governance.ConsentToken;
import org.tallystick.node.governance.SignatureSuite;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.JobRows;

/** Rows of jobs and tables with consents, as JSON and as CSV. */
final class JobUploadTest {
    private static final int MOST = 3;
    private static final List<String> FIELDS = List.of("model", "purpose");
    private static final String CONSENT = consent();

    /** A consent that is well formed, of whomever. */
    static String consent() {
        Consent consent = new Consent(
                "S1",
                "bank",
                "loan",
                Hash.of(new byte[Hash.BYTES]),
                false,
                ConsentToken.newNonce(new SecureRandom()),
                Instant.now());
        return ConsentToken.issue(SignatureSuite.ED25519.generate(), List.of(consent))
                .getFirst();
    }

    private static InputStream body(String text) {
        return new ByteArrayInputStream(text.replace("CONSENT", CONSENT).getBytes(StandardCharsets.UTF_8));
    }

    private static JobRows json(String rows) {
        String text = "{\"model\": \"sme\", \"purpose\": \"loan\"" + rows + "}";
        return JobUpload.json(body(text), FIELDS, true, MOST).rows();
    }

    private static JobRows csv(String text) {
        return JobUpload.csv(Map.of(), body(text), MOST).rows();
    }

    @Test
    void rowsWithAndWithoutConsents() {
        JobRows rows = new JobRows(List.of("S1", "S2"), List.of(CONSENT, ""));

        assertEquals(
                rows, json(", \"rows\": [{\"consent\": \"CONSENT\", \"subject\": \"S1\"}, {\"subject\": \"S2\"}]"));
        assertEquals(rows, csv("consent,name,subject\nCONSENT,x,S1\n,y,S2\n"));
        assertEquals(rows, csv("subject,consent\nS1,CONSENT\nS2\n"));
    }

    @Test
    void whereNoRowHasAConsentNoneAreKept() {
        JobRows rows = JobRows.of(List.of("S1", "S2"));

        assertEquals(rows, json(", \"subjects\": [\"S1\", \"S2\"]"));
        assertEquals(rows, json(", \"rows\": [{\"subject\": \"S1\"}, {\"subject\": \"S2\"}]"));
        assertEquals(rows, csv("subject,consent\nS1,\nS2,\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                ", \"rows\": []; no subjects",
                ", \"rows\": [7]; /rows/0",
                ", \"rows\": [{\"subject\": \"S1\"}, {}]; /rows/1",
                ", \"rows\": [{\"subject\": \"S1\", \"consent\": 1}]; /rows/0/consent",
                ", \"rows\": [{\"subject\": \"S1\"}, {\"subject\": \"S2\", \"consent\": \"\"}]; /rows/1/consent",
                ", \"rows\": [{\"subject\": \"S1\", \"consent\": \"tc1.AAAA\"}]; /rows/0/consent",
                ", \"rows\": [{\"subject\": \"S1\", \"consent\": \"CONSENTA\"}]; /rows/0/consent",
                ", \"rows\": [{\"subject\": \"S1\", \"requestId\": \"r\"}]; requestId",
                ", \"rows\": [{\"subject\": \"S1\"}], \"subjects\": [\"S1\"]; more than one",
                ", \"rows\": [{\"subject\": \"S1\"}], \"table\": \"00112233445566778899aabbccddeeff\"; more than one",
            })
    void badJsonNamesItsRow(String rows, String named) {
        assertNames(named, assertThrows(ServiceFailure.class, () -> json(rows)));
    }

    @ParameterizedTest
    @CsvSource({"tc1.AAAA", "tc1", "CONSENT!", "tc2.CONSENT"})
    void badCsvNamesItsRow(String consent) {
        String text = "subject,consent\nS1,CONSENT\nS2," + consent + "\n";

        assertNames("row 3", assertThrows(ServiceFailure.class, () -> csv(text)));
    }

    private static void assertNames(String named, ServiceFailure failure) {
        assertEquals(Problem.Code.INVALID_REQUEST, failure.problem().code());
        assertTrue(failure.problem().detail().contains(named), failure.problem()::detail);
        assertFalse(failure.problem().detail().contains(CONSENT));
    }

    @Test
    void aConsentThatIsTooLong() {
        String text = "subject,consent\nS1,tc1." + "A".repeat(ConsentToken.MAX_TEXT) + "\n";

        assertNames("row 2", assertThrows(ServiceFailure.class, () -> csv(text)));
    }

    @Test
    void moreRowsThanAJobHas() {
        ServiceFailure failure = assertThrows(
                ServiceFailure.class, () -> json(", \"rows\": [" + "{\"subject\": \"S1\"},".repeat(MOST) + "{}]"));
        assertNames("/rows/3", failure);
        ServiceFailure many = assertThrows(
                ServiceFailure.class,
                () -> json(", \"rows\": [" + "{\"subject\": \"S1\"},".repeat(MOST) + "{\"subject\": \"S1\"}]"));
        assertEquals(Problem.Code.TOO_LARGE, many.problem().code());
    }
}
