package org.tallystick.node.rest;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tallystick.node.access.Names;
import org.tallystick.node.governance.ConsentToken;

/** The checks of what comes outside a JSON body, with the patterns of the description. */
public final class Checks {
    static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    static final Pattern TABLE = Pattern.compile("[0-9a-f]{32}");
    static final Pattern NAME = Pattern.compile("[^\\x00-\\x1f\\x7f]{1,128}");
    static final Pattern CONSENT = Pattern.compile("tc1\\.[A-Za-z0-9_-]{1,2044}");
    static final Pattern SUBJECT = Pattern.compile("[^\\x00-\\x1f\\x7f]{1,64}");

    private Checks() {}

    static String id(Call call, String parameter) {
        return path(call, parameter, ID, "1 to 64 letters, digits, dots, colons, underscores and hyphens");
    }

    static String hash(Call call, String parameter) {
        return path(call, parameter, HASH, "64 lower-case hexadecimal digits");
    }

    static String table(Call call, String parameter) {
        return path(call, parameter, TABLE, "32 lower-case hexadecimal digits");
    }

    /** The name of a user or the label of a key. */
    static String login(Call call, String parameter) {
        return path(
                call, parameter, Names.NAME, "1 to 63 lower-case letters, digits, dots, hyphens, underscores and @");
    }

    /** A day as ISO 8601 writes it, in a sensible century. */
    static LocalDate day(String text) {
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() >= 1900 && day.getYear() < 2200) {
                return day;
            }
        } catch (DateTimeParseException e) {
            throw invalid("asOf is no date", "write one as 2026-10-31");
        }
        throw invalid("asOf is in another century", "write a date from 1900 on");
    }

    /**
     * A consent of a row of many.
     *
     * @param where the row and the field, for the caller
     */
    static String consent(String where, String text) {
        try {
            if (CONSENT.matcher(text).matches()) {
                ConsentToken.parse(text);
                return text;
            }
        } catch (ConsentToken.BadToken e) {
            throw invalid(where + ": " + e.getMessage(), "send it as its issuer gave it, whole");
        }
        throw invalid(where + ": this is no consent", "send it as its issuer gave it: tc1. and base64url");
    }

    private static String path(Call call, String parameter, Pattern pattern, String what) {
        String value = call.path(parameter);
        if (!pattern.matcher(value).matches()) {
            throw invalid(parameter + " in the path is not valid", "write " + what);
        }
        return value;
    }

    /** A parameter of the query that names a model or a purpose. */
    static String name(Call call, String parameter) {
        Optional<String> value = call.query(parameter);
        if (value.isEmpty()) {
            throw invalid("the parameter \"" + parameter + "\" is missing", "add ?" + parameter + "=…");
        }
        if (!NAME.matcher(value.get()).matches()) {
            throw invalid("the parameter \"" + parameter + "\" is not valid", "write 1 to 128 printable characters");
        }
        return value.get();
    }

    /** A parameter of the query from 1 to {@code most}. */
    static int number(String parameter, String text, int most) {
        if (!text.matches("[1-9][0-9]{0,8}") || Integer.parseInt(text) > most) {
            throw invalid(parameter + " is not a number", "use one from 1 to " + most);
        }
        return Integer.parseInt(text);
    }

    public static ServiceFailure invalid(String detail, String remedy) {
        return new ServiceFailure(Problem.of(Problem.Code.INVALID_REQUEST, detail, remedy));
    }
}
