package org.tallystick.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.tallystick.node.session.Hash;
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

    /** An agreement may name a program that is offered later: a stop of what that takes holds from then on. */
    @Test
    void whatWasLookedUpBeforeItWasKnownIsLookedUpAgain() {
        Map<Hash, Set<String>> known = new HashMap<>();
        List<Hash> asked = new ArrayList<>();
        Function<Hash, Set<String>> columns = TakenColumns.remembered(hash -> {
            asked.add(hash);
            return Optional.ofNullable(known.get(hash));
        });
        Hash program = Hash.over("program", new byte[] {1});
        assertEquals(Set.of(), columns.apply(program));
        known.put(program, Set.of("turnover"));
        assertEquals(Set.of("turnover"), columns.apply(program));
        assertEquals(Set.of("turnover"), columns.apply(program));
        assertEquals(List.of(program, program), asked);
    }
}
