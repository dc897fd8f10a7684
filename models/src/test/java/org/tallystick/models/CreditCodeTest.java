package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreditCodeTest {
    /** The example of GB 32100-2015, then codes that Chinese companies print on their web pages. */
    @ParameterizedTest
    @ValueSource(strings = {"91350100M000100Y43", "91110000802100433B", "914403001922038216"})
    void publishedCodesAreValid(String code) {
        assertTrue(CreditCode.isValid(code), CreditCode.problem(code).toString());
        assertEquals(code, CreditCode.of(code.substring(0, 17)));
    }

    @Test
    void everyWrongCharacterAndEverySwapIsCaught() {
        String code = "91350100M000100Y43";
        for (int k = 0; k < 18; k++) {
            for (char other : CreditCode.ALPHABET.toCharArray()) {
                String changed = code.substring(0, k) + other + code.substring(k + 1);
                assertEquals(other == code.charAt(k), CreditCode.isValid(changed), changed);
            }
            if (k < 17 && code.charAt(k) != code.charAt(k + 1)) {
                String swapped = code.substring(0, k) + code.charAt(k + 1) + code.charAt(k) + code.substring(k + 2);
                assertFalse(CreditCode.isValid(swapped), swapped);
            }
        }
    }

    @Test
    void problemsSayWhichCharacter() {
        assertTrue(problem("91350100M000100Y4").contains("has 18 characters, this has 17"));
        assertTrue(problem("9135O100M000100Y43").startsWith("character 5 is none of the 31"));
        assertTrue(problem("91350100m000100Y43").startsWith("character 9 is none"));
        assertTrue(problem("91350100M000100Y44").startsWith("character 18 is not the check character"));
        assertThrows(IllegalArgumentException.class, () -> CreditCode.of("9135"));
        assertThrows(IllegalArgumentException.class, () -> CreditCode.of("91350100M000100YI"));
    }

    @Test
    void otherIdentifiersAreShortPrintableTexts() {
        assertEquals(IdKind.TEXT, IdKind.of("text"));
        assertTrue(IdKind.TEXT.problem("1004285007").isEmpty());
        assertTrue(IdKind.TEXT.problem(" ").isPresent());
        assertTrue(IdKind.TEXT.problem("a\u0007").isPresent());
        assertTrue(IdKind.TEXT.problem("x".repeat(65)).isPresent());
        assertTrue(IdKind.of("credit-code").problem("1004285007").isPresent());
        assertThrows(IllegalArgumentException.class, () -> IdKind.of("tax-number"));
    }

    private static String problem(String code) {
        return CreditCode.problem(code).orElseThrow();
    }
}
