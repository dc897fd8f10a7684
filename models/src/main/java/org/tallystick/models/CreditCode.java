package org.tallystick.models;

import java.util.Optional;

/**
 * The unified social credit code of a legal person (GB 32100-2015): 17 characters and a check character, all from 31
 * digits and capital letters without I, O, S, V and Z. The check character makes the weighted sum of the characters'
 * numbers, with weights 3^i mod 31, divisible by 31; it catches any one wrong character and any two swapped neighbours.
 */
public final class CreditCode {
    /** The characters in the order of their numbers, 0 to 30. */
    public static final String ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    /** Characters of a code. */
    public static final int LENGTH = 18;

    private CreditCode() {}

    /** What is wrong with a code, in words that do not repeat it and say which character; empty if it is valid. */
    public static Optional<String> problem(String code) {
        if (code.length() != LENGTH) {
            return Optional.of("a unified social credit code has " + LENGTH + " characters, this has " + code.length());
        }
        Optional<String> character = wrongCharacter(code);
        if (character.isPresent() || code.charAt(LENGTH - 1) == check(code)) {
            return character;
        }
        return Optional.of("character 18 is not the check character of the first 17, so one of the 18 is mistyped"
                + " or two are swapped");
    }

    public static boolean isValid(String code) {
        return problem(code).isEmpty();
    }

    /**
     * The code that begins with these 17 characters.
     *
     * @throws IllegalArgumentException if they are not 17 characters of the alphabet
     */
    public static String of(String first17) {
        if (first17.length() != LENGTH - 1) {
            throw new IllegalArgumentException("a code is made from 17 characters, not from " + first17.length());
        }
        wrongCharacter(first17).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        return first17 + check(first17);
    }

    private static Optional<String> wrongCharacter(String text) {
        for (int k = 0; k < text.length(); k++) {
            if (ALPHABET.indexOf(text.charAt(k)) < 0) {
                return Optional.of("character " + (k + 1)
                        + " is none of the 31 of a unified social credit code (digits and capital letters without"
                        + " I, O, S, V, Z)");
            }
        }
        return Optional.empty();
    }

    private static char check(String text) {
        int sum = 0;
        int weight = 1;
        for (int k = 0; k < LENGTH - 1; k++) {
            sum += weight * ALPHABET.indexOf(text.charAt(k));
            weight = weight * 3 % 31;
        }
        return ALPHABET.charAt((31 - sum % 31) % 31);
    }
}
