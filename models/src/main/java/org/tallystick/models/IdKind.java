package org.tallystick.models;

import java.util.Optional;

/** How the subjects of a data set are named. */
public enum IdKind {
    /** Unified social credit codes, {@link CreditCode}. */
    CREDIT_CODE("credit-code"),
    /** Any text of 1 to 64 printable characters, such as a loan's number. */
    TEXT("text");

    private static final int MAX_LENGTH = 64;

    private final String id;

    IdKind(String id) {
        this.id = id;
    }

    /** The name in files. */
    public String id() {
        return id;
    }

    /** The kind of that name. */
    public static IdKind of(String id) {
        for (IdKind kind : values()) {
            if (kind.id.equals(id)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "no kind of identifier is called " + id + "; there are credit-code and text");
    }

    /** What is wrong with an identifier, in words that do not repeat it; empty if nothing is. */
    public Optional<String> problem(String subject) {
        if (this == CREDIT_CODE) {
            return CreditCode.problem(subject);
        }
        if (subject.isBlank() || subject.length() > MAX_LENGTH) {
            return Optional.of("an identifier has 1 to " + MAX_LENGTH + " characters, this has " + subject.length());
        }
        return subject.chars().anyMatch(Character::isISOControl)
                ? Optional.of("an identifier has no control characters")
                : Optional.empty();
    }
}
