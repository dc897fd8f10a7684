package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tallystick.program.ColumnRule.BadValue;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Interval;
import org.tallystick.protocol.Profile;

class EncoderTest {
    private static final String SALES =
            "number(column=sales,unit=CNY,log=false,mean=0,scale=1,min=0,max=100,outside=reject,missing=50)";
    private static final List<Column> COLUMNS = List.of(
            new Column("sales", SALES, 4, new Interval(0, 1600)),
            new Column("tax has no row", "absent()", 0, new Interval(0, 1)));

    private static Program program(List<Column> tax) {
        return new Program(
                "test",
                Profile.CLEAR,
                List.of("tax", "bank"),
                20,
                List.of(
                        new Operation.Input(0, tax),
                        new Operation.Constant(List.of(1L, -3L)),
                        new Operation.Dot(0, 1),
                        new Operation.Constant(List.of(0L)),
                        new Operation.Band(2, 3),
                        new Operation.Reveal(4, 1)));
    }

    @Test
    void columnsComeFromTheProgramAlone() {
        Encoder tax = Encoder.of(program(COLUMNS), "tax");
        assertEquals(COLUMNS, tax.columns());
        assertEquals(Set.of("sales"), tax.rawColumns());
        assertArrayEquals(new long[] {200, 0}, tax.encode(Optional.of(Map.of("sales", "12.5"))));
        assertArrayEquals(new long[] {800, 1}, tax.encode(Optional.empty()));
        assertArrayEquals(
                new long[] {200, 800, 800, 0, 0, 1},
                tax.encode(List.of(
                        Optional.of(Map.of("sales", "12.5")), Optional.of(Map.of("sales", "")), Optional.empty())));
        assertEquals(0, Encoder.of(program(COLUMNS), "bank").encode(Optional.empty()).length);
        assertThrows(IllegalArgumentException.class, () -> Encoder.of(program(COLUMNS), "court"));
    }

    @Test
    void unusableRowsAreNamedByTheirNumber() {
        Encoder tax = Encoder.of(program(COLUMNS), "tax");
        List<Optional<Map<String, String>>> rows =
                List.of(Optional.empty(), Optional.of(Map.of("sales", "101")), Optional.of(Map.of("sales", "many")));
        assertTrue(assertThrows(BadValue.class, () -> tax.encode(rows))
                .getMessage()
                .startsWith("row 2, column sales"));
        assertEquals(List.of(1, 2), List.copyOf(tax.problems(rows).keySet()));
        assertTrue(tax.problems(rows.subList(0, 1)).isEmpty());
    }

    @Test
    void aRuleThatDoesNotFitItsColumnIsRefused() {
        refused("outside its declared bounds", new Column("sales", SALES, 4, new Interval(0, 1599)));
        refused("outside its declared bounds", new Column("sales", SALES, 5, new Interval(0, 1600)));
        refused("the meaning of column sales", new Column("sales", "the yearly sales", 4, new Interval(0, 1600)));
        refused("a scale of 63 bits", new Column("sales", "absent()", 63, new Interval(0, 1600)));
    }

    private static void refused(String problem, Column column) {
        Program program = program(List.of(column, COLUMNS.getLast()));
        var e = assertThrows(IllegalArgumentException.class, () -> Encoder.of(program, "tax"));
        assertTrue(e.getMessage().contains(problem), e.getMessage());
    }
}
