package org.tallystick.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.gadget.RangeCheck;
import org.tallystick.gadget.Sparsity;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Shares a private model once, before its first use. Its owner brings every {@link Operation.Stored} of a program in
 * one row mod 2^64; the parties check inside the computation that each number lies in its declared bounds and that the
 * thresholds of every band ascend, and open the one bit that says whether not. So range analysis holds although no
 * other party sees a number.
 */
public final class Activation {
    /** Bits of a stored element: a run narrows it to its program's ring. */
    public static final int WIDTH = 64;

    private Activation() {}

    /**
     * @param owner the party that owns the model
     * @param values at the owner the numbers by the name of their {@link Operation.Stored}; empty at all others
     * @return this party's shares by name, each one row mod 2^64: what {@link Interpreter#run} takes as stored
     * @throws ModelRejected at every party alike, when a number is outside its bounds or thresholds descend
     * @throws IllegalArgumentException before any message, when the owner's numbers do not fit the program's shape, or
     *     the program keeps nothing, or declares a bound that takes half the ring
     * @throws org.tallystick.net.ProtocolAbort when the run ends early
     */
    public static <A extends ArithmeticShare, B extends BitShare> Map<String, A> run(
            Protocol<A, B> protocol, Program program, int owner, Optional<Map<String, long[]>> values) {
        return run(protocol, program, owner, values, ModelFacts.NONE);
    }

    /**
     * The same, and checks inside the computation what the owner promises. One bit says whether everything holds.
     *
     * @throws IllegalArgumentException before any message, also when the promise cannot be checked
     */
    public static <A extends ArithmeticShare, B extends BitShare> Map<String, A> run(
            Protocol<A, B> protocol,
            Program program,
            int owner,
            Optional<Map<String, long[]>> values,
            ModelFacts promised) {
        Map<String, Integer> starts = new LinkedHashMap<>();
        List<RangeCheck.Bound> bounds = new ArrayList<>();
        List<RangeCheck.Ascending> ascending = new ArrayList<>();
        for (int k = 0; k < program.operations().size(); k++) {
            if (program.operations().get(k)
                    instanceof Operation.Stored(String name, List<Operation.Interval> declared)) {
                starts.put(name, bounds.size());
                if (thresholdsOfABand(program, k)) {
                    ascending.add(new RangeCheck.Ascending(bounds.size(), declared.size(), promised.band()));
                }
                declared.forEach(interval -> bounds.add(new RangeCheck.Bound(interval.low(), interval.high())));
            }
        }
        RangeCheck.requireExact(bounds, ascending, WIDTH);
        List<int[]> groups = promised.places(program, owner);
        checkArguments(protocol, owner, values, starts);
        long[] row = values.map(given -> row(program, given)).orElse(null);
        A all = protocol.inputs(List.of(new OwnerInput(owner, 1, bounds.size(), WIDTH, row)))
                .getFirst();
        requireWithin(protocol, all, bounds, ascending, groups, promised.weights());
        return split(protocol, program, all, starts);
    }

    /**
     * Checks numbers that are on shares already, as those of an owner are checked.
     *
     * @param shares by name each {@link Operation.Stored} of the program in one row mod 2^64; no band's thresholds
     * @throws ModelRejected at every party alike, when a number is outside its bounds
     */
    public static <A extends ArithmeticShare, B extends BitShare> void check(
            Protocol<A, B> protocol, Program program, Map<String, A> shares) {
        List<RangeCheck.Bound> bounds = new ArrayList<>();
        List<A> parts = new ArrayList<>();
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Stored(String name, List<Operation.Interval> declared)) {
                declared.forEach(interval -> bounds.add(new RangeCheck.Bound(interval.low(), interval.high())));
                parts.add(shares.get(name));
            }
        }
        RangeCheck.requireExact(bounds, List.of(), WIDTH);
        requireWithin(protocol, protocol.concat(parts), bounds, List.of(), List.of(), 0);
    }

    private static <A extends ArithmeticShare, B extends BitShare> void requireWithin(
            Protocol<A, B> protocol,
            A all,
            List<RangeCheck.Bound> bounds,
            List<RangeCheck.Ascending> ascending,
            List<int[]> groups,
            int weights) {
        B violation = RangeCheck.violation(protocol, all, bounds, ascending);
        if (!groups.isEmpty()) {
            B enough = protocol.not(Sparsity.tooFew(protocol, all, groups, weights));
            violation = protocol.not(
                    RangeCheck.all(protocol, protocol.concatWires(List.of(protocol.not(violation), enough))));
        }
        if (protocol.open(violation).get(0, 0)) {
            throw new ModelRejected("the model was not accepted: a number lies outside the bounds that the program"
                    + " declares, the thresholds of a band descend or are closer than promised, or fewer weights than"
                    + " promised are not zero");
        }
    }

    private static boolean thresholdsOfABand(Program program, int k) {
        return program.operations().stream()
                .anyMatch(operation -> operation instanceof Operation.Band band && band.thresholds() == k);
    }

    private static void checkArguments(
            Protocol<?, ?> protocol, int owner, Optional<Map<String, long[]>> values, Map<String, Integer> starts) {
        if (starts.isEmpty()) {
            throw new IllegalArgumentException("the program keeps no model");
        }
        if (values.isPresent() != (protocol.self() == owner)) {
            throw new IllegalArgumentException(
                    "the owner of the model, party " + owner + ", and no other brings it in");
        }
        values.ifPresent(given -> {
            if (!given.keySet().equals(starts.keySet())) {
                throw new IllegalArgumentException(
                        "the model has " + given.keySet() + "; the program takes " + starts.keySet());
            }
        });
    }

    private static long[] row(Program program, Map<String, long[]> given) {
        return program.operations().stream()
                .<long[]>mapMulti((operation, values) -> {
                    if (operation instanceof Operation.Stored(String name, List<Operation.Interval> bounds)) {
                        if (given.get(name).length != bounds.size()) {
                            throw new IllegalArgumentException("the model has " + given.get(name).length
                                    + " numbers of " + name + "; the program takes " + bounds.size());
                        }
                        values.accept(given.get(name));
                    }
                })
                .flatMapToLong(Arrays::stream)
                .toArray();
    }

    private static <A extends ArithmeticShare> Map<String, A> split(
            Protocol<A, ?> protocol, Program program, A all, Map<String, Integer> starts) {
        Map<String, A> shares = new LinkedHashMap<>();
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Stored(String name, List<Operation.Interval> bounds)) {
                shares.put(name, protocol.columns(all, starts.get(name), bounds.size()));
            }
        }
        return shares;
    }
}
