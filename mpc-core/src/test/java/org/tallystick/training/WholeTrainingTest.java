package org.tallystick.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.Mesh;
import org.tallystick.net.Parties;
import org.tallystick.program.Checkpoints;
import org.tallystick.program.Encoder;
import org.tallystick.program.Interpreter;
import org.tallystick.program.KeptEncoders;
import org.tallystick.program.Program;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Holder;
import org.tallystick.training.TrainingPlan.Method;
import org.tallystick.training.TrainingPlan.Reveal;
import org.tallystick.training.TrainingPlan.Treatment;

/** Whole trainings: those that go on after an interruption, and those whose weights nobody learns. */
class WholeTrainingTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";
    private static final List<String> ROLES = List.of("tax", "utility", "social-security", "bank");
    private static final int ROWS = 300;
    private static final int BANK = 3;

    private static final Method NEWTON = new Method.MaximumLikelihood(Newton.Settings.DEFAULT.withPenalty(1));
    private static final Method DESCENT =
            new Method.GradientDescent(new Descent.Settings(6, 50, .5, .1, .5, .01, Descent.Link.ACCURATE, 7));

    private static TrainingPlan plan(Method method, Reveal reveal) {
        return new TrainingPlan(
                List.of(
                        new Column(0, "sales", new Treatment.Evidence(4, 2, Holder.OWNER)),
                        new Column(1, "zone", new Treatment.Categories(3)),
                        new Column(BANK, "flow", new Treatment.Standardised(.01))),
                new TrainingPlan.Label("bad", "1"),
                BANK,
                method,
                2,
                0,
                0,
                reveal);
    }

    /** Rows of each party. */
    private static List<List<Optional<Map<String, String>>>> rows() {
        Random random = new Random(9);
        List<List<Optional<Map<String, String>>>> all = new ArrayList<>();
        for (int party = 0; party < 4; party++) {
            all.add(new ArrayList<>());
        }
        for (int row = 0; row < ROWS; row++) {
            double flow = random.nextGaussian();
            double sales = random.nextGaussian();
            boolean bad = -2 * flow - 1.5 * sales + random.nextGaussian() > 1;
            all.get(0).add(row % 7 == 0 ? Optional.empty() : Optional.of(Map.of("sales", Double.toString(sales))));
            all.get(1).add(Optional.of(Map.of("zone", "abc".substring(row % 3, row % 3 + 1))));
            all.get(2).add(Optional.empty());
            all.get(BANK).add(Optional.of(Map.of("flow", Double.toString(flow), "bad", bad ? "1" : "0")));
        }
        return all;
    }

    /** Keeps in memory, and breaks off after a step. */
    private static final class Memory<A> implements Keeping<A> {
        private final int last;
        private Optional<Start<A>> start = Optional.empty();
        private Optional<Point<A>> point = Optional.empty();

        Memory(int last) {
            this.last = last;
        }

        @Override
        public Optional<Kept<A>> kept() {
            return start.flatMap(from -> point.map(to -> new Kept<>(from, to)));
        }

        @Override
        public void begun(Start<A> from, Point<A> first) {
            start = Optional.of(from);
            advanced(first);
        }

        @Override
        public void advanced(Point<A> next) {
            point = Optional.of(next);
            if (next.step() == last) {
                throw new Broken();
            }
        }
    }

    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record Ran<A>(Optional<Training.Ended<A>> ended, Memory<A> memory, Map<String, Prepared> kept) {}

    private static <A extends ArithmeticShare, B extends BitShare> Ran<A> part(
            Mesh mesh, Protocol<A, B> protocol, TrainingPlan plan, Memory<A> memory, Optional<Training.Own> rows) {
        Map<String, Prepared> kept = new ConcurrentHashMap<>();
        Training.Encoders encoders = (column, prepared) -> {
            String name = "%064x".formatted(prepared.hashCode() & 0xffff);
            kept.put(name, prepared);
            return name;
        };
        var surroundings = new Training.Surroundings<>((_, _, _) -> {}, memory, encoders, ROLES);
        Training.Own own = rows.orElse(Training.Own.none(ROWS, 0));
        try {
            return new Ran<>(Optional.of(new Training<>(mesh, protocol, plan, own, surroundings).run()), memory, kept);
        } catch (Broken e) {
            return new Ran<>(Optional.empty(), memory, kept);
        }
    }

    private static <A extends ArithmeticShare, B extends BitShare> List<Ran<A>> run(
            ProfileUnderTest<A, B> profile, int nonce, TrainingPlan plan, List<Memory<A>> memories, boolean bringing) {
        return Parties.run(profile.parties(), mesh -> {
            Optional<Training.Own> own =
                    bringing ? Optional.of(new Training.Own(rows().get(mesh.self()), List.of())) : Optional.empty();
            return part(mesh, profile.start(mesh, nonce), plan, memories.get(mesh.self()), own);
        });
    }

    private static <A> List<Memory<A>> memories(int last) {
        List<Memory<A>> memories = new ArrayList<>();
        for (int party = 0; party < 4; party++) {
            memories.add(new Memory<>(last));
        }
        return memories;
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void anInterruptedTrainingEndsAsOneThatIsNot(
            ProfileUnderTest<A, B> profile) {
        for (Method method : List.of(NEWTON, DESCENT)) {
            TrainingPlan plan = plan(method, Reveal.BANK);
            Training.Outcome whole = run(profile, 1, plan, WholeTrainingTest.<A>memories(-1), true)
                    .get(BANK)
                    .ended()
                    .orElseThrow()
                    .outcome()
                    .orElseThrow();
            List<Ran<A>> broken = run(profile, 2, plan, memories(3), true);
            List<Memory<A>> kept = new ArrayList<>();
            for (Ran<A> each : broken) {
                assertTrue(each.ended().isEmpty());
                Memory<A> next = new Memory<>(-1);
                next.start = each.memory().start;
                next.point = each.memory().point;
                kept.add(next);
            }
            // Their tables are not asked again.
            Training.Outcome resumed = run(profile, 3, plan, kept, false)
                    .get(BANK)
                    .ended()
                    .orElseThrow()
                    .outcome()
                    .orElseThrow();
            assertArrayEquals(whole.weights(), resumed.weights(), 0x1p-12);
            assertEquals(whole.intercept(), resumed.intercept(), 0x1p-12);
            assertEquals(whole.losses().keySet(), resumed.losses().keySet());
            assertEquals(whole.learning().auc(), resumed.learning().auc(), .001);
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void weightsThatNobodyLearnsScoreAsThoseOfTheBank(
            ProfileUnderTest<A, B> profile) {
        for (Method method : List.of(NEWTON, DESCENT)) {
            Training.Outcome known = run(profile, 4, plan(method, Reveal.BANK), WholeTrainingTest.<A>memories(-1), true)
                    .get(BANK)
                    .ended()
                    .orElseThrow()
                    .outcome()
                    .orElseThrow();
            List<List<Optional<BitMatrix>>> answers = Parties.run(profile.parties(), mesh -> {
                Protocol<A, B> protocol = profile.start(mesh, 5);
                TrainingPlan plan = plan(method, Reveal.NOBODY);
                var own = new Training.Own(rows().get(mesh.self()), List.of());
                Ran<A> ran = part(mesh, protocol, plan, new Memory<>(-1), Optional.of(own));
                Training.Ended<A> ended = ran.ended().orElseThrow();
                ended.outcome().ifPresent(outcome -> assertTrue(outcome.fit().isEmpty()));
                Training.Blind<A> blind = ended.blind().orElseThrow();
                return Interpreter.run(
                        protocol,
                        blind.program(),
                        ROWS,
                        encoded(blind.program(), mesh.self(), ran),
                        blind.shares(),
                        NOTHING);
            });
            BitMatrix bits = answers.get(BANK).getFirst().orElseThrow();
            long called = 0;
            for (int row = 0; row < ROWS; row++) {
                called += bits.number(row);
            }
            assertTrue(Math.abs(known.learning().calledBad() - called) <= 1, "called " + called);
            assertTrue(called > 30 && called < ROWS - 30, "called " + called);
            assertFalse(answers.get(0).getFirst().isPresent());
        }
    }

    private static final Checkpoints NOTHING = new Checkpoints() {
        @Override
        public void inputsReceived() {}

        @Override
        public void releasing() {}
    };

    private static List<long[]> encoded(Program program, int party, Ran<?> ran) {
        Map<String, Prepared> kept = new HashMap<>(ran.kept());
        KeptEncoders encoders =
                rule -> Optional.ofNullable(kept.get(rule.name())).map(found -> found::number);
        Encoder encoder = Encoder.of(program, party, encoders);
        return encoder.columns().isEmpty() ? List.of() : List.of(encoder.encode(rows().get(party)));
    }
}
