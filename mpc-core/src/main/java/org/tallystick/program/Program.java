package org.tallystick.program;

import java.util.List;
import org.tallystick.protocol.Profile;

/**
 * A computation as data: what is brought in by whom, what is computed, what leaves and to whom. The hash of its
 * canonical encoding is what agencies approve. All ring elements are numbers mod 2^{@code width}; range analysis
 * ({@link RangeAnalysis}) proves when a program is built that no value leaves the signed range of that width.
 *
 * @param name what it computes, for people
 * @param profile the security profile it is approved for
 * @param parties the role of each party, in party order; their number is the group size
 * @param width bits of a ring element, 1 to 64
 */
public record Program(String name, Profile profile, List<String> parties, int width, List<Operation> operations) {
    public Program {
        parties = List.copyOf(parties);
        operations = List.copyOf(operations);
    }
}
