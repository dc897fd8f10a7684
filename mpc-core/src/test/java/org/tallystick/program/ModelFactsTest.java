package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tallystick.protocol.Profile;

/** What everybody can read in a program of how many columns its sums depend on. */
final class ModelFactsTest {
    private static final String NUMBER =
            "number(column=a,unit=CNY,log=false,mean=0,scale=1,min=0,max=1000,outside=clip,missing=0)";
    private static final String FIRST = "sum(0 + 5*" + NUMBER;

    /** Of a bank and one agency, whose only column this is, with 16 fractional bits in all. */
    private static int weights(String meaning) {
        Operation.Column column = new Operation.Column("sum", meaning, 16, new Operation.Interval(-1L << 40, 1L << 40));
        Program program = new Program(
                "open",
                Profile.REP4,
                List.of("tax", "utility", "social-security", "bank"),
                64,
                List.of(
                        new Operation.Input(0, List.of(column)),
                        new Operation.FloorBits(0, 30),
                        new Operation.Reveal(1, 3)));
        return ModelFacts.open(program, 3).weights();
    }

    @Test
    void aColumnCountsWhereTheSumDependsOnIt() {
        assertEquals(1, weights(FIRST + ")"));
        assertEquals(2, weights(FIRST + " + 3*missing(column=b))"));
        assertEquals(2, weights(FIRST + " + 3*missing(column=b) + -2*missing(column=b))"));
        assertEquals(2, weights(FIRST + " + 3*missing(column=b) + -3*equals(column=b,value=x))"));
    }

    @Test
    void aWeightThatIsEncodedAsZeroDoesNotCount() {
        assertEquals(1, weights(FIRST + " + 0.000000000000000000000000000001*missing(column=b))"));
        // Half a unit rounds up to one; an indicator's weight has 16 bits, a number's 8.
        assertEquals(2, weights(FIRST + " + 0.00000762939453125*missing(column=b))"));
        assertEquals(1, weights(FIRST + " + 0.000007*missing(column=b))"));
        assertEquals(1, weights(FIRST + " + 0.001*" + NUMBER.replace("=a,", "=b,") + ")"));
        assertEquals(2, weights(FIRST + " + 0.01*" + NUMBER.replace("=a,", "=b,") + ")"));
    }

    @Test
    void weightsOfOneRuleThatCancelDoNotCount() {
        assertEquals(1, weights(FIRST + " + 3*missing(column=b) + -3*missing(column=b))"));
        assertEquals(0, weights("sum(2 + 3*missing(column=b) + -3*missing(column=b))"));
    }

    /** From 0 to a thousandth, at 8 bits, it is always 0. */
    @Test
    void aNumberThatIsAlwaysTheSameDoesNotCount() {
        String flat = NUMBER.replace("=a,", "=b,").replace("max=1000", "max=0.001");
        assertEquals(1, weights(FIRST + " + 3*" + flat + ")"));
    }
}
