package org.tallystick.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.protocol.Profile;

final class TakenColumnsTest {
    /** A bank names what it makes of columns as it likes: the raw columns are what an agency stops. */
    @Test
    void aColumnGoesByItsRawNameAndByTheBanksNameForWhatIsMadeOfIt() {
        String meaning = "number(column=turnover,unit=CNY,log=false,mean=0,scale=1,min=0,max=9,outside=clip,missing=0)";
        List<Operation> operations = List.of(
                new Operation.Input(
                        0, List.of(new Operation.Column("tax part", meaning, 0, new Operation.Interval(0, 9)))),
                new Operation.FloorBits(0, 0),
                new Operation.Reveal(1, 3));
        Program program =
                new Program("sums", Profile.REP4, List.of("tax", "utility", "social-security", "bank"), 6, operations);

        assertEquals(Set.of("tax part", "turnover"), TakenColumns.of(0, program));
        assertEquals(Set.of(), TakenColumns.of(1, program));
    }
}
