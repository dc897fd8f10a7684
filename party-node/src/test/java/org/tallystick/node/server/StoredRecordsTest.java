package org.tallystick.node.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.rest.NodeService;
import org.tallystick.node.rest.ProgramFacts;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Models;
import org.tallystick.node.storage.Activations;
import org.tallystick.node.storage.Programs;
import org.tallystick.node.storage.StateDatabase;
import org.tallystick.node.storage.TestState;
import org.tallystick.program.ModelFacts;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.FloorBits;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Operation.Reveal;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;
import org.tallystick.share.Rep4Vector;
import org.tallystick.training.Newton;
import org.tallystick.training.TrainingPlan;

/** What a node keeps of programs and models in memory, against what its database says. */
@ParameterizedClass
@EnumSource(TestState.class)
final class StoredRecordsTest {
    private static final TrainingPlan PLAN = new TrainingPlan(
            List.of(new TrainingPlan.Column(0, "sales", new TrainingPlan.Treatment.Standardised(0))),
            new TrainingPlan.Label("bad", "1"),
            3,
            new TrainingPlan.Method.MaximumLikelihood(Newton.Settings.DEFAULT),
            1,
            0,
            0,
            TrainingPlan.Reveal.BANK);

    @Parameter
    private TestState kind;

    @TempDir
    private Path folder;

    private StateDatabase database;
    private StoredPrograms programs;

    @BeforeEach
    void open() {
        database = kind.open(folder);
        programs = new StoredPrograms(new Programs(database), Approval.LISTED);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Program program(int number) {
        Column column = new Column("a", "indicator(present)", 0, new Interval(0, 1));
        return new Program(
                "program " + number,
                Profile.REP4,
                List.of("tax", "utility", "social-security", "bank"),
                20,
                List.of(new Input(0, List.of(column)), new FloorBits(0, 0), new Reveal(1, 3)));
    }

    private static Hash hash(Program program) {
        return Hash.of(ProgramHash.of(program).bytes());
    }

    private Hash offer(int number) {
        Program program = program(number);
        programs.offered(hash(program), program);
        return hash(program);
    }

    @Test
    void aWithdrawnProgramIsRefusedAtOnceAndMayBeApprovedAgain() {
        Hash hash = offer(1);
        assertEquals(Optional.empty(), programs.approved(hash));
        assertFalse(programs.withdraw(hash));
        assertTrue(programs.approve(hash, "officer"));
        assertEquals(Optional.of(program(1)), programs.approved(hash));

        assertTrue(programs.withdraw(hash));

        assertEquals(Optional.empty(), programs.approved(hash));
        assertFalse(programs.withdraw(hash));
        programs.approve(hash, "another officer");
        assertEquals(Optional.of(program(1)), programs.approved(hash));
    }

    /** Also what was offered before, when the bank's node asked for an approval that nobody could give. */
    @Test
    void whatTheBankItselfOffersNeedsNobodysApprovalThere() {
        Hash hash = offer(1);
        assertFalse(programs.isApproved(hash));
        StoredPrograms bank = StoredPrograms.ofBank(new Programs(database));
        assertTrue(bank.isApproved(hash));
        assertEquals(Optional.of(program(1)), bank.approved(hash));

        Hash plan = Hash.over("plan", PLAN.encoding());
        assertFalse(bank.isApproved(plan));
        bank.offered(plan, PLAN);
        assertTrue(bank.isApproved(plan));
        assertEquals(Optional.empty(), bank.approved(plan), "a plan is no program to score with");
    }

    @Test
    void aProgramIsToldInWordsAndInFacts() {
        String hash = offer(1).hex();
        AgencyService agency = new AgencyService(programs, withdrawn -> {}, (what, which) -> {});

        NodeService.ProgramText text = agency.program(hash).orElseThrow();

        int bits = program(1).answerBits();
        assertEquals(List.of("tax: a = indicator(present), 0 to 1 / 2^0"), text.inputs());
        assertEquals(List.of("to bank alone: value 1, " + bits + " bits a subject"), text.answers());
        assertEquals(
                new ProgramFacts(
                        List.of(new ProgramFacts.Column("tax", "a", "indicator(present)", 0, 1, 0)),
                        List.of(new ProgramFacts.Answer("bank", bits))),
                text.facts());
    }

    @Test
    void aWithdrawalHoldsAgainstThoseWhoAskAllTheTime() throws ExecutionException, InterruptedException {
        Hash hash = offer(1);
        AtomicBoolean over = new AtomicBoolean();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> asking = executor.submit(() -> {
                int seen = 0;
                while (!over.get()) {
                    seen += programs.approved(hash).isPresent() ? 1 : 0;
                    Thread.onSpinWait();
                }
                return seen;
            });
            try {
                for (int round = 0; round < 40; round++) {
                    programs.approve(hash, "officer");
                    assertTrue(programs.approved(hash).isPresent());
                    programs.withdraw(hash);
                    assertFalse(programs.approved(hash).isPresent(), "used after it was withdrawn");
                }
            } finally {
                over.set(true);
            }
            int seen = asking.get();
            assertFalse(programs.approved(hash).isPresent(), "kept by one of " + seen + " that found it approved");
        }
    }

    @Test
    void moreProgramsThanAreKeptInMemoryAreStillKnown() {
        for (int number = 0; number < 2 * StoredPrograms.CACHED; number++) {
            programs.approve(offer(number), "officer");
        }
        for (int number = 0; number < 2 * StoredPrograms.CACHED; number++) {
            assertEquals(Optional.of(program(number)), programs.approved(hash(program(number))));
        }
    }

    @Test
    void sharesAreReadAgainWhenTheyAreNoLongerInMemory() {
        Hash program = offer(1);
        StoredModels models = new StoredModels(new Activations(database), none -> Optional.empty());
        for (int number = 0; number <= StoredModels.CACHED; number++) {
            models.store(activated(program, number));
        }
        for (int number = 0; number <= StoredModels.CACHED; number++) {
            Models.Stored found = models.find(digest(number)).orElseThrow();
            assertEquals(program, found.program());
            for (int part = 1; part < 4; part++) {
                assertArrayEquals(
                        new long[] {number, part}, found.shares().get("weights").part(part));
            }
        }
        assertEquals(Optional.empty(), models.find(digest(-1)));
    }

    private static Hash digest(int number) {
        return Hash.over("test", new byte[] {(byte) number});
    }

    /** At party 0, which lacks part 0. */
    private static Models.Activated activated(Hash program, int number) {
        long[][] parts = {null, {number, 1}, {number, 2}, {number, 3}};
        byte[][] salts = {null, new byte[32], new byte[32], new byte[32]};
        List<Models.SignedCommitment> signatures = List.of(
                new Models.SignedCommitment("weights", 1, 0, digest(1), new byte[64]),
                new Models.SignedCommitment("weights", 2, 0, digest(2), new byte[64]),
                new Models.SignedCommitment("weights", 3, 0, digest(3), new byte[64]));
        var shares = Map.of("weights", new Rep4Vector(1, 2, Long.SIZE, parts));
        return new Models.Activated(
                new Models.Stored(digest(number), program, shares),
                Map.of("weights", salts),
                signatures,
                new ModelFacts(2, 1L << 40));
    }

    @Test
    void whatWasUsedLongestAgoIsForgottenFirst() {
        RecentlyUsed<String, String> cache = new RecentlyUsed<>(2);
        String kept = "1";
        cache.put("a", kept);
        cache.put("b", "2");
        assertSame(kept, cache.get("a").orElseThrow());
        cache.put("c", "3");

        assertEquals(Optional.empty(), cache.get("b"));
        assertEquals(Optional.of("1"), cache.get("a"));
        assertEquals(2, cache.size());
        cache.remove("a");
        assertEquals(Optional.empty(), cache.get("a"));
    }
}
