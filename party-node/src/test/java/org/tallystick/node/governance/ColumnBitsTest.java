package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Columns of which far more is declared than their rules give. */
final class ColumnBitsTest {
    private static double held(int scale, String... meanings) {
        List<Agreement.Column> columns = new ArrayList<>();
        for (String meaning : meanings) {
            columns.add(new Agreement.Column("tax", "column " + columns.size(), meaning, 0, 1L << 40, scale));
        }
        return ColumnBits.held(columns).get("tax");
    }

    @Test
    void aColumnHoldsNoMoreThanItsRuleGives() {
        String number = "number(column=a,unit=CNY,log=false,mean=0,scale=1,min=0,max=1023,outside=clip,missing=0)";
        assertEquals(10, held(0, number), 1e-9);
        assertEquals(1, held(30, "equals(column=a,value=yes)"), 1e-9);
        assertEquals(1, held(0, "absent()", "absent()"), 1e-9);
    }

    @Test
    void aSumHoldsNoMoreThanWhatItDependsOn() {
        String sum = "sum(0 + 1*equals(column=a,value=yes) + %s*missing(column=b))";
        assertEquals(2, held(20, sum.formatted("1")), 1e-9);
        assertEquals(1, held(20, sum.formatted("0.0000001")), 1e-9);
        assertEquals(0, held(20, "sum(1 + 0.0000001*missing(column=b))"), 1e-9);
        assertEquals(0, held(20, "sum(1 + 3*missing(column=b) + -3*missing(column=b))"), 1e-9);
    }
}
