package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Parties;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

class ActivationTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void aModelInItsBoundsIsShared(ProfileUnderTest<A, B> profile) {
        Program program = Programs.score(profile.profile(), 3);
        long[] weights = {-1000, 1000, 0};
        long[] thresholds = {-2_000_000, -2_000_000, 2_000_000};
        Parties.run(4, mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 0);
            Map<String, A> shares = activate(protocol, program, Map.of("weights", weights, "thresholds", thresholds));
            assertEquals(List.of("weights", "thresholds"), List.copyOf(shares.keySet()));
            for (var model : List.of(Map.entry("weights", weights), Map.entry("thresholds", thresholds))) {
                A share = shares.get(model.getKey());
                assertEquals(List.of(1, 3, 64), List.of(share.rows(), share.columns(), share.width()));
                long[] opened = protocol.open(share);
                for (int k = 0; k < 3; k++) {
                    assertEquals(model.getValue()[k], opened[k]);
                }
            }
            return protocol.self();
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void everyPartyRejectsAModelThatBreaksItsDeclaration(
            ProfileUnderTest<A, B> profile) {
        rejected(profile, new long[] {0, 1001, 0}, new long[] {1, 2, 3});
        rejected(profile, new long[] {Long.MIN_VALUE, 0, 0}, new long[] {1, 2, 3});
        rejected(profile, new long[] {0, 0, 0}, new long[] {1, 2, 2_000_001});
        rejected(profile, new long[] {0, 0, 0}, new long[] {1, 3, 2});
        // Weights need not ascend.
        assertFalse(isRejected(profile, new long[] {3, 2, 1}, new long[] {1, 2, 3}));
    }

    private static void rejected(ProfileUnderTest<?, ?> profile, long[] weights, long[] thresholds) {
        assertTrue(isRejected(profile, weights, thresholds));
    }

    /** Whether all parties reject; they must agree. */
    private static <A extends ArithmeticShare, B extends BitShare> boolean isRejected(
            ProfileUnderTest<A, B> profile, long[] weights, long[] thresholds) {
        Program program = Programs.score(profile.profile(), 3);
        return Parties.agreed(4, mesh -> {
            try {
                activate(profile.start(mesh, 0), program, Map.of("weights", weights, "thresholds", thresholds));
                return false;
            } catch (ModelRejected e) {
                assertTrue(e.getMessage().startsWith("the model was not accepted"), e::getMessage);
                return true;
            }
        });
    }

    /** Whether all parties reject party 3's model for what is promised of it; they must agree. */
    private static <A extends ArithmeticShare, B extends BitShare> boolean isRejected(
            ProfileUnderTest<A, B> profile, Program program, Map<String, long[]> model, ModelFacts promised) {
        return Parties.agreed(4, mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 0);
            try {
                var own = protocol.self() == 3 ? Optional.of(model) : Optional.<Map<String, long[]>>empty();
                Activation.run(protocol, program, 3, own, promised);
                return false;
            } catch (ModelRejected e) {
                return true;
            }
        });
    }

    /** Three columns of party 0 and two of party 1 under five weights. */
    private static Program ofTwoOwners(Profile profile) {
        List<Operation.Interval> bounds = Collections.nCopies(5, new Operation.Interval(-9, 9));
        return new Program(
                "two owners",
                profile,
                Programs.ROLES,
                20,
                List.of(
                        new Operation.Input(0, Programs.columns("x", 3, 100)),
                        new Operation.Input(1, Programs.columns("y", 2, 100)),
                        new Operation.Concat(List.of(0, 1)),
                        new Operation.Stored("weights", bounds),
                        new Operation.Dot(2, 3),
                        new Operation.FloorBits(4, 0),
                        new Operation.Reveal(5, 3)));
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void weightsThatAreZeroAreCountedInside(
            ProfileUnderTest<A, B> profile) {
        Program program = ofTwoOwners(profile.profile());
        long[][] models = {
            {1, -1, 9, -9, 1}, {0, 0, 1, 1, 1}, {1, 1, 0, 0, 1}, {0, 0, 0, 5, 5}, {1, 2, 3, 0, 0}, {0, 0, 0, 0, 0}
        };
        int[] fewest = {2, 1, 1, 0, 0, 0};
        for (int k = 0; k < models.length; k++) {
            Map<String, long[]> model = Map.of("weights", models[k]);
            assertEquals(fewest[k], ModelFacts.of(program, 3, model).weights(), "model " + k);
            for (int asked = 0; asked <= 3; asked++) {
                boolean rejected = isRejected(profile, program, model, new ModelFacts(asked, 0));
                assertEquals(asked > fewest[k], rejected, "model " + k + ", asked for " + asked);
            }
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void thresholdsThatAreCloserThanPromisedAreFound(
            ProfileUnderTest<A, B> profile) {
        Program program = Programs.score(profile.profile(), 3);
        Map<String, long[]> model = Map.of("weights", new long[] {1, 2, 3}, "thresholds", new long[] {-70, 0, 64});
        assertEquals(new ModelFacts(1, 64), ModelFacts.of(program, 3, model));
        for (long asked : new long[] {0, 64, 65, 70, 1L << 40}) {
            boolean rejected = isRejected(profile, program, model, new ModelFacts(0, asked));
            assertEquals(asked > 64, rejected, "asked for " + asked);
        }
    }

    /** Each of two products counts alone; what goes round the products cannot be counted at all. */
    @Test
    void weightsAreCountedByProductAndOnlyWhereNothingGoesRoundThem() {
        Operation.Input x = new Operation.Input(0, Programs.columns("x", 2, 9));
        Operation.Stored some = new Operation.Stored("some", Programs.intervals(2, -9, 9));
        Operation.Stored more = new Operation.Stored("more", Programs.intervals(2, -9, 9));
        Map<String, long[]> model = Map.of("some", new long[] {1, 0}, "more", new long[] {1, 1});
        assertEquals(
                1,
                weights(
                        model,
                        x,
                        some,
                        more,
                        new Operation.Dot(0, 1),
                        new Operation.Dot(0, 2),
                        new Operation.Concat(List.of(3, 4)),
                        new Operation.Dot(5, 2),
                        new Operation.FloorBits(6, 0),
                        new Operation.Reveal(7, 3)));
        // A shifted input is still the party's; its second column reaches the answer under no weight.
        assertEquals(
                1,
                weights(
                        model,
                        x,
                        some,
                        more,
                        new Operation.Add(0, 2),
                        new Operation.Dot(3, 1),
                        new Operation.FloorBits(4, 0),
                        new Operation.Reveal(5, 3)));
        Operation.Input y = new Operation.Input(1, Programs.columns("y", 1, 9));
        assertEquals(
                0,
                weights(
                        model,
                        x,
                        some,
                        more,
                        y,
                        new Operation.Dot(0, 2),
                        new Operation.Add(4, 3),
                        new Operation.FloorBits(5, 0),
                        new Operation.Reveal(6, 3)));
        assertEquals(
                0,
                weights(
                        model,
                        x,
                        some,
                        more,
                        new Operation.Input(1, Programs.columns("y", 2, 9)),
                        new Operation.Add(0, 3),
                        new Operation.Dot(4, 2),
                        new Operation.FloorBits(5, 0),
                        new Operation.Reveal(6, 3)));
    }

    private static int weights(Map<String, long[]> model, Operation... operations) {
        Program program = new Program("p", Profile.CLEAR, Programs.ROLES, 30, List.of(operations));
        Clear agency = new Clear(InProcessMesh.of(4, Duration.ofSeconds(1)).get(0));
        int weights = ModelFacts.of(program, 3, model).weights();
        if (weights == 0) {
            var e = assertThrows(
                    IllegalArgumentException.class,
                    () -> Activation.run(agency, program, 3, Optional.empty(), new ModelFacts(1, 0)));
            assertTrue(e.getMessage().contains("cannot be counted"), e.getMessage());
        }
        return weights;
    }

    @Test
    void refusesWhatDoesNotFitBeforeAnyMessage() {
        Program program = Programs.score(Profile.CLEAR, 1);
        Clear bank = new Clear(InProcessMesh.of(4, Duration.ofSeconds(1)).get(3));
        Map<String, long[]> model = new HashMap<>(Map.of("weights", new long[3]));
        refused("the model has [weights]; the program takes", bank, program, Optional.of(model));
        model.put("thresholds", new long[2]);
        refused("2 numbers of thresholds; the program takes 1", bank, program, Optional.of(model));
        refused("and no other brings it in", bank, program, Optional.empty());
        List<Operation> open = List.of(
                new Operation.Input(0, Programs.columns("x", 1, 1)),
                new Operation.FloorBits(0, 0),
                new Operation.Reveal(1, 3));
        refused("keeps no model", bank, new Program("p", Profile.CLEAR, Programs.ROLES, 9, open), Optional.empty());
    }

    private static void refused(String problem, Clear bank, Program program, Optional<Map<String, long[]>> model) {
        var e = assertThrows(IllegalArgumentException.class, () -> Activation.run(bank, program, 3, model));
        assertTrue(e.getMessage().contains(problem), e.getMessage());
    }

    private static <A extends ArithmeticShare, B extends BitShare> Map<String, A> activate(
            Protocol<A, B> protocol, Program program, Map<String, long[]> model) {
        return Activation.run(protocol, program, 3, protocol.self() == 3 ? Optional.of(model) : Optional.empty());
    }
}
