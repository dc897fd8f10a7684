package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.program.Encoding;
import org.tallystick.program.ModelRejected;
import org.tallystick.program.Operation.Band;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Concat;
import org.tallystick.program.Operation.Dot;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Operation.Reveal;
import org.tallystick.program.Operation.Stored;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;

/** Activation, scores, refusals and failures of four session layers over real TLS. */
final class SessionsTest {
    private static final Interval BYTE = new Interval(0, 255);
    private static final Interval WEIGHT = new Interval(-100, 100);

    private TestNodes group;
    private final Program program = program();
    private final Hash programHash = Hash.of(ProgramHash.of(program()).bytes());

    private static Program program() {
        List<org.tallystick.program.Operation> operations = List.of(
                new Input(0, List.of(column("a"))),
                new Input(1, List.of(column("b"))),
                new Input(2, List.of(column("c"))),
                new Concat(List.of(0, 1, 2)),
                new Stored("weights", List.of(WEIGHT, WEIGHT, WEIGHT)),
                new Dot(3, 4),
                new Stored("thresholds", List.of(new Interval(-100_000, 100_000), new Interval(-100_000, 100_000))),
                new Band(5, 6),
                new Reveal(7, TestNodes.BANK));
        return new Program("test", Profile.REP4, List.of("tax", "utility", "social-security", "bank"), 20, operations);
    }

    private static Column column(String name) {
        return new Column(
                name,
                "number(column=" + name + ",unit=one,log=false,mean=0,scale=1,min=0,max=255,outside=reject,missing=0)",
                0,
                BYTE);
    }

    @BeforeEach
    void start() throws Exception {
        group = TestNodes.start(TestNodes.openPolicy());
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private Hash activate(long[] weights, long[] thresholds) {
        group.bank().offered(programHash, program);
        return group.bank()
                .sessions
                .activate(
                        program,
                        Encoding.encode(program),
                        programHash,
                        Map.of("weights", weights, "thresholds", thresholds));
    }

    private Proposal.Score score(Hash model, int rows) {
        List<Proposal.Row> asked = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            asked.add(new Proposal.Row(group.bank().sessions.newRequest(), "subject " + row));
        }
        return new Proposal.Score(model, "credit", asked);
    }

    @Test
    void scoresEqualPlainArithmetic() {
        long[] weights = {3, -7, 11};
        Hash model = activate(weights, new long[] {0, 1000});
        int rows = 100;
        Random random = new Random(1);
        long[] expected = new long[rows];
        for (int row = 0; row < rows; row++) {
            long z = 0;
            for (int party = 0; party < 3; party++) {
                long value = random.nextInt(256);
                z += weights[party] * value;
                group.nodes
                        .get(party)
                        .rows
                        .put("subject " + row, Map.of("abc".substring(party, party + 1), Long.toString(value)));
            }
            expected[row] = (z >= 0 ? 1L : 0L) + (z >= 1000 ? 1L : 0L);
        }
        Proposal.Score score = score(model, rows);
        Sessions.Scored scored = group.bank().sessions.score(program, programHash, score, List.of());
        for (int row = 0; row < rows; row++) {
            assertEquals(expected[row], scored.answers().getFirst().number(row), "row " + row);
        }
        for (int party = 0; party < 3; party++) {
            assertTrue(group.nodes.get(party).authorised.contains(scored.proposal()), "no record at party " + party);
        }
    }

    @Test
    void everyNodeRecordsWhatItAcceptsAndHowItEnds() {
        Hash model = activate(new long[] {1, 1, 1}, new long[] {10, 20});
        Hash proposal = group.bank()
                .sessions
                .score(program, programHash, score(model, 2), List.of())
                .proposal();
        for (TestNodes.Node node : group.nodes) {
            TestNodes.await(() -> Outcome.released().equals(node.ended.get(proposal)));
            assertEquals(2, node.accepted.get(proposal));
            // The activation opened nothing.
            TestNodes.await(() -> node.ended.containsValue(Outcome.done()));
        }
        assertTrue(group.noted.get() > 0, "no acceptance was noted where it arrived");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, TestNodes.BANK})
    void aNodeThatCannotRecordThatItAcceptsRefusesAndAllRecordWho(int party) {
        Hash model = activate(new long[] {1, 1, 1}, new long[] {10, 20});
        group.nodes.get(party).cannotAccept = true;
        RuntimeException end = assertThrows(
                RuntimeException.class,
                () -> group.bank().sessions.score(program, programHash, score(model, 1), List.of()));

        assertEquals(party, assertInstanceOf(Refused.class, end).party());
        Outcome refused = Outcome.refused(party, Refusal.Reason.STORAGE);
        boolean isAgency = party != TestNodes.BANK;
        for (TestNodes.Node node : group.nodes) {
            TestNodes.await(() -> node.sessions.running() == 0);
            // What the bank takes back before an agency has accepted it has no receipt there.
            if (node.self != party && isAgency) {
                TestNodes.await(() -> node.ended.containsValue(refused));
            }
            assertTrue(node.authorised.isEmpty());
        }
        // Without an acceptance on record there is nothing that could end.
        assertTrue(!group.nodes.get(party).ended.containsValue(refused));
        assertEquals(isAgency, group.nodes.get(party).refused.containsValue(Refusal.Reason.STORAGE));
    }

    @Test
    void aNodeThatHasNotApprovedTheProgramRefuses() {
        group.nodes.get(1).approveAll = false;
        Refused refused = assertThrows(Refused.class, () -> activate(new long[3], new long[2]));
        assertEquals(1, refused.party());
        assertEquals(Refusal.Reason.PROGRAM_NOT_APPROVED, refused.refusal().reason());
        Outcome outcome = Outcome.refused(1, Refusal.Reason.PROGRAM_NOT_APPROVED);
        TestNodes.await(() -> group.bank().ended.containsValue(outcome));
        TestNodes.await(() -> group.nodes.get(0).ended.containsValue(outcome));
        assertTrue(group.nodes.get(1).refused.containsValue(Refusal.Reason.PROGRAM_NOT_APPROVED));
        assertEquals(
                Optional.of(program),
                Optional.ofNullable(group.nodes.get(1).offered.get(programHash)));
    }

    @Test
    void aModelOutsideItsBoundsIsRejectedByAll() {
        assertThrows(ModelRejected.class, () -> activate(new long[] {3, 101, 0}, new long[] {0, 1}));
        assertThrows(ModelRejected.class, () -> activate(new long[] {3, 1, 0}, new long[] {5, 4}));
        group.nodes.forEach(node -> assertTrue(node.models.isEmpty(), "stored at party " + node.self));
    }

    @Test
    void aValueOutsideItsDeclaredRangeIsNotScored() {
        Hash model = activate(new long[] {1, 1, 1}, new long[] {0, 1});
        group.nodes.get(0).rows.put("subject 0", Map.of("a", "256"));
        assertThrows(
                RuntimeException.class,
                () -> group.bank().sessions.score(program, programHash, score(model, 1), List.of()));
        group.nodes.forEach(node -> assertTrue(node.authorised.isEmpty(), "released by party " + node.self));
    }

    @Test
    void manyRunsAtOnceAllGetTheirOwnAnswers() throws Exception {
        Hash model = activate(new long[] {1, 1, 1}, new long[] {10, 20});
        for (int row = 0; row < 3; row++) {
            for (int party = 0; party < 3; party++) {
                String value = Integer.toString(row == 0 ? 1 : row == 1 ? 4 : 100);
                group.nodes.get(party).rows.put("subject " + row, Map.of("abc".substring(party, party + 1), value));
            }
        }
        try (var executor = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = new ArrayList<java.util.concurrent.Future<Sessions.Scored>>();
            for (int run = 0; run < 12; run++) {
                futures.add(executor.submit(
                        () -> group.bank().sessions.score(program, programHash, score(model, 3), List.of())));
            }
            for (var future : futures) {
                var answers = future.get().answers().getFirst();
                assertEquals(List.of(0L, 1L, 2L), List.of(answers.number(0), answers.number(1), answers.number(2)));
            }
        }
    }
}
