package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.program.ColumnRule.BadValue;
import org.tallystick.program.Operation.Interval;

class ColumnRuleTest {
    private static final String SALES =
            "number(column=sales,unit=\"CNY a year\",log=false,mean=10,scale=4,min=0,max=90.5,outside=clip,missing=12)";
    private static final String LOG =
            "number(column=sales,unit=CNY,log=true,mean=0,scale=1,min=1,max=1000000,outside=reject,missing=1)";
    private static final String BIN = "within(column=kwh,unit=kWh,min=0,max=1000,outside=clip,from=100,below=inf)";
    private static final String OTHER = "other(column=grade,listed=[A,\"new \\\"M\\\"\",\"a\\\\b\"],missing=true)";

    private static double value(String rule, String column, String cell) {
        Map<String, String> row = new HashMap<>();
        row.put(column, cell);
        return ColumnRule.parse(rule).value(Optional.of(row));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SALES,
                LOG,
                BIN,
                OTHER,
                "missing(column=\"年销售额\")",
                "equals(column=grade,value=\"\")",
                "absent()",
                "sum(-1.5)",
                "sum(0 + 0.25*" + SALES + " + -0.0000001*" + BIN + " + 3*absent())",
                "private-sum()",
                "private-sum(" + LOG + " + " + OTHER + ")",
            })
    void aTextReadsBack(String text) {
        assertEquals(text, ColumnRule.parse(text).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "number",
                "absent",
                "absent() ",
                "Absent()",
                "median(column=x)",
                "missing(column=x",
                "missing(column=\"x)",
                "missing(column=\"x\")",
                "missing( column=x)",
                "equals(value=a,column=x)",
                "sum(1.50)",
                "sum(1e3)",
                "sum(x)",
                "sum(1 + absent())",
                "sum(0 + 1*sum(0))",
                "private-sum(private-sum())",
                "sum(99e999999999)",
                "within(column=kwh,unit=kWh,min=0,max=1000,outside=clip,from=100,below=100)",
                "within(column=kwh,unit=kWh,min=5,max=5,outside=clip,from=1,below=2)",
                "within(column=kwh,unit=kWh,min=-inf,max=5,outside=clip,from=1,below=2)",
                "number(column=s,unit=u,log=true,mean=0,scale=1,min=0,max=9,outside=clip,missing=1)",
                "number(column=s,unit=u,log=false,mean=0,scale=0,min=0,max=9,outside=clip,missing=1)",
                "number(column=s,unit=u,log=false,mean=inf,scale=1,min=0,max=9,outside=clip,missing=1)",
                "number(column=s,unit=u,log=false,mean=0,scale=1,min=0,max=9,outside=clip,missing=10)",
                "number(column=s,unit=u,log=false,mean=0,scale=1,min=0,max=9,outside=drop,missing=1)",
            })
    void whatIsNoCanonicalTextIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> ColumnRule.parse(text));
    }

    /** Texts come from the network: whatever is done to one, it reads back as itself or is refused as malformed. */
    @Test
    void changedTextsAreReadBackOrRefused() {
        Random random = new Random(3);
        String original = "sum(-1.5 + 0.25*" + SALES + " + 2*" + OTHER + " + 3*" + BIN + ")";
        int refused = 0;
        for (int k = 0; k < 20_000; k++) {
            StringBuilder text = new StringBuilder(original);
            for (int edits = random.nextInt(3); edits >= 0; edits--) {
                int at = random.nextInt(text.length());
                char put = original.charAt(random.nextInt(original.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, put);
                    case 1 -> text.insert(at, put);
                    default -> text.deleteCharAt(at);
                }
            }
            try {
                assertEquals(text.toString(), ColumnRule.parse(text.toString()).text());
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertTrue(refused > 10_000, refused + " refused");
        assertThrows(
                IllegalArgumentException.class, () -> ColumnRule.parse("sum(0" + " + 1*absent()".repeat(9000) + ")"));
    }

    @Test
    void numbersAreClippedTransformedAndRounded() {
        assertEquals(2.5, value(SALES, "sales", " 20 "));
        assertEquals(-2.5, value(SALES, "sales", "-7"));
        assertEquals(20.125, value(SALES, "sales", "1e9"));
        assertEquals(0.5, value(SALES, "sales", ""));
        assertEquals(0.5, value(SALES, "sales", null));
        assertEquals(0.5, ColumnRule.parse(SALES).value(Optional.empty()));
        assertEquals(StrictMath.log(1000), value(LOG, "sales", "1000"));
        ColumnRule sales = ColumnRule.parse(SALES);
        assertEquals(new Interval(-5, 40), sales.bounds(1));
        assertEquals(41, sales.encode(Optional.of(Map.of("sales", "91")), 1) + 1);
        assertEquals(0, sales.encode(Optional.of(Map.of("sales", "9.5")), 2));
    }

    @Test
    void indicatorsAreOneOrZero() {
        assertEquals(1, value(BIN, "kwh", "100"));
        assertEquals(0, value(BIN, "kwh", "99.99"));
        assertEquals(1, value(BIN, "kwh", "1001"));
        assertEquals(0, value(BIN, "kwh", ""));
        assertEquals(1, value("missing(column=kwh)", "kwh", " "));
        assertEquals(0, value("missing(column=kwh)", "kwh", "x"));
        assertEquals(1, value("equals(column=g,value=A)", "g", " A "));
        assertEquals(0, value("equals(column=g,value=A)", "g", "a"));
        assertEquals(1, value(OTHER, "grade", "B"));
        assertEquals(1, value(OTHER, "grade", ""));
        assertEquals(0, value(OTHER, "grade", "new \"M\""));
        assertEquals(0, value("other(column=g,listed=[A],missing=false)", "g", ""));
        assertEquals(1, ColumnRule.parse("absent()").value(Optional.empty()));
        assertEquals(0, ColumnRule.parse("absent()").value(Optional.of(Map.of())));
        assertEquals(new Interval(0, 1), ColumnRule.parse(BIN).bounds(0));
    }

    @Test
    void sumsKeepEveryProductAtOneScale() {
        ColumnRule sum = ColumnRule.parse("sum(-1.5 + 0.25*" + SALES + " + -2*equals(column=g,value=A))");
        Map<String, String> row = Map.of("sales", "20", "g", "A");
        assertEquals(-1.5 + 0.25 * 2.5 - 2, sum.value(Optional.of(row)));
        assertEquals(Math.round((-1.5 + 0.25 * 2.5 - 2) * 65536), sum.encode(Optional.of(row), 16));
        assertEquals(
                new Interval(Math.round((-1.5 - 0.625 - 2) * 65536), Math.round((-1.5 + 5.03125) * 65536)),
                sum.bounds(16));
        assertEquals(Set.of("g", "sales"), sum.columns());
        assertThrows(
                IllegalArgumentException.class,
                () -> ColumnRule.parse("sum(0 + 999999999999*" + SALES + ")").bounds(60));
    }

    @Test
    void badValuesAreNamedByColumnAndNeverShown() {
        for (String cell : List.of("12,5", "NaN", "Infinity", "0x1p9", "7.5f", "secret")) {
            String message = assertThrows(BadValue.class, () -> value(SALES, "sales", cell))
                    .getMessage();
            assertTrue(message.startsWith("column sales: not a number"), message);
            assertFalse(message.contains(cell), message);
        }
        String outside =
                assertThrows(BadValue.class, () -> value(LOG, "sales", "0.125")).getMessage();
        assertTrue(outside.contains("value outside the model's declared range 1 to 1000000 CNY"), outside);
        assertFalse(outside.contains("0.125"), outside);
        String absent = assertThrows(BadValue.class, () -> value(SALES, "turnover", "5"))
                .getMessage();
        assertTrue(absent.contains("column sales is not among this owner's columns [turnover]"), absent);
    }
}
