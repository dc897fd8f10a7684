package org.tallystick.node.data;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.regex.Pattern;

/** The type of an imported column: the narrowest that keeps every value exactly. An empty field fits each, as NULL. */
enum ColumnType {
    /** Whole numbers of at most 18 digits, without leading zeros (those are codes). */
    INTEGER("BIGINT", Types.BIGINT, Pattern.compile("-?(0|[1-9]\\d{0,17})")),
    /** Decimal numbers of at most 40 characters. */
    DECIMAL(
            "DECFLOAT(60)",
            Types.DECIMAL,
            Pattern.compile("(?=.{1,40}$)-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d{1,3})?")),
    TEXT("VARCHAR(4000)", Types.VARCHAR, Pattern.compile("(?s).*"));

    private final String sql;
    private final int code;
    private final Pattern pattern;

    ColumnType(String sql, int code, Pattern pattern) {
        this.sql = sql;
        this.code = code;
        this.pattern = pattern;
    }

    String sql() {
        return sql;
    }

    /** This type, or the next wider one that also fits the field. */
    ColumnType widened(String field) {
        ColumnType type = this;
        while (!field.isEmpty() && !type.pattern.matcher(field).matches()) {
            type = values()[type.ordinal() + 1];
        }
        return type;
    }

    /** Whether every value of the other type fits this one. */
    boolean holds(ColumnType other) {
        return other.ordinal() <= ordinal();
    }

    void bind(PreparedStatement statement, int parameter, String field) throws SQLException {
        if (field.isEmpty()) {
            statement.setNull(parameter, code);
            return;
        }
        switch (this) {
            case INTEGER -> statement.setLong(parameter, Long.parseLong(field));
            case DECIMAL -> statement.setBigDecimal(parameter, new BigDecimal(field));
            case TEXT -> statement.setString(parameter, field);
        }
    }

    /** The type of a column of an existing table, by the name the database gives it. */
    static ColumnType ofSql(String name) {
        return switch (name) {
            case "BIGINT" -> INTEGER;
            case "DECFLOAT" -> DECIMAL;
            default -> TEXT;
        };
    }
}
