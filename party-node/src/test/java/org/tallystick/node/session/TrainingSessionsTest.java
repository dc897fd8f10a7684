package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.Role;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.SessionMesh;
import org.tallystick.node.wire.Acceptance;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.SignedProposal;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.share.Rep4Vector;
import org.tallystick.training.Descent;
import org.tallystick.training.Keeping;
import org.tallystick.training.Training;
import org.tallystick.training.TrainingPlan;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Holder;
import org.tallystick.training.TrainingPlan.Reveal;
import org.tallystick.training.TrainingPlan.Treatment;

/**
 * Trainings by four session layers over real TLS: refused, interrupted, taken up again, and by one node that cheats.
 */
@Tag("slow")
final class TrainingSessionsTest {
    private static final int BANK = TestNodes.BANK;
    private static final int ROWS = 200;
    private static final String REQUEST = "00112233445566778899aabbccddeeff";

    private TestNodes group;
    private final List<String> subjects = new ArrayList<>();

    private static TrainingPlan plan(String ofTax, Reveal reveal) {
        return new TrainingPlan(
                List.of(
                        new Column(0, ofTax, new Treatment.Standardised(0)),
                        new Column(1, "zone", new Treatment.Evidence(3, 0, Holder.OWNER)),
                        new Column(BANK, "flow", new Treatment.Standardised(.01))),
                new TrainingPlan.Label("bad", "1"),
                BANK,
                new TrainingPlan.Method.GradientDescent(
                        new Descent.Settings(4, 100, .5, 0, .5, .01, Descent.Link.THREE_PIECE, 7)),
                1,
                0,
                0,
                reveal);
    }

    private static final TrainingPlan PLAN = plan("sales", Reveal.BANK);

    @BeforeEach
    void start() throws Exception {
        group = TestNodes.start(TestNodes.openPolicy());
        Random random = new Random(3);
        for (int row = 0; row < ROWS; row++) {
            String subject = "subject " + row;
            subjects.add(subject);
            double sales = random.nextGaussian();
            double flow = random.nextGaussian();
            boolean bad = sales + flow + random.nextGaussian() > 0;
            group.nodes.get(0).rows.put(subject, Map.of("sales", "" + sales, "turnover", "" + sales));
            group.nodes.get(1).rows.put(subject, Map.of("zone", "" + row % 5));
            group.bank().rows.put(subject, Map.of("flow", "" + flow, "bad", bad ? "1" : "0"));
        }
        group.bank().approved.add(Sessions.hashOf(PLAN));
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private Proposal.Train train(TrainingPlan plan, Optional<Hash> resumes) {
        return new Proposal.Train(plan.encoding(), subjects, List.of(), REQUEST, resumes);
    }

    private TrainingNotes run(TrainingPlan plan, Optional<Hash> resumes) {
        TrainingNotes notes = new TrainingNotes(step -> {});
        group.bank().sessions.train(plan, train(plan, resumes), notes);
        return notes;
    }

    private TrainingNotes brokenOff(int after) {
        TrainingNotes notes = new TrainingNotes(step -> {
            if (step == after) {
                throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "by the test");
            }
        });
        assertThrows(
                ProtocolAbort.class, () -> group.bank().sessions.train(PLAN, train(PLAN, Optional.empty()), notes));
        quiet();
        return notes;
    }

    /** Waits until no node takes part in anything. */
    private void quiet() {
        TestNodes.await(() -> group.nodes.stream().allMatch(node -> node.sessions.running() == 0));
    }

    private double[] weights(TrainingNotes notes) {
        return notes.trained.orElseThrow().outcome().weights();
    }

    @Test
    void aTrainingIsOnRecordAndLeavesNoCheckpoint() {
        TrainingNotes notes = run(PLAN, Optional.empty());
        assertEquals(List.of(0, 1, 2, 3, 4), notes.steps);
        quiet();
        Hash proposal = notes.trained.orElseThrow().proposal();
        group.nodes.forEach(node -> {
            assertTrue(node.authorised.contains(proposal), "no record at party " + node.self);
            assertEquals(List.of(proposal), node.trained);
            assertEquals(Map.of(), node.trainings.contents);
        });
        assertEquals(1, group.nodes.get(1).trainings.encoders.size());
    }

    @Test
    void anAgencyRefusesAPlanThatItHasNotApproved() {
        group.nodes.get(1).approveAll = false;
        Refused refused = assertThrows(Refused.class, () -> run(PLAN, Optional.empty()));
        assertEquals(1, refused.party());
        assertEquals(Refusal.Reason.PROGRAM_NOT_APPROVED, refused.refusal().reason());
        group.nodes.forEach(node -> assertEquals(List.of(), node.trained));
    }

    @Test
    void anApprovalThatIsWithdrawnStopsATrainingAtTheNextStep() {
        TrainingNotes notes = new TrainingNotes(step -> {
            if (step == 2) {
                group.nodes.get(0).approved.remove(Sessions.hashOf(PLAN));
            }
        });
        Refused refused = assertThrows(
                Refused.class, () -> group.bank().sessions.train(PLAN, train(PLAN, Optional.empty()), notes));
        assertEquals(0, refused.party());
        assertEquals(Refusal.Reason.PROGRAM_NOT_APPROVED, refused.refusal().reason());
        assertTrue(notes.trained.isEmpty());
    }

    @Test
    void theBankStopsItsTraining() {
        TrainingNotes notes = new TrainingNotes(step -> {
            if (step == 1) {
                group.bank().sessions.stopTraining(REQUEST);
            }
        });
        ProtocolAbort end = assertThrows(
                ProtocolAbort.class, () -> group.bank().sessions.train(PLAN, train(PLAN, Optional.empty()), notes));
        assertEquals(ProtocolAbort.Reason.STOPPED, end.reason());
        quiet();
        group.nodes.forEach(node -> assertEquals(List.of(), node.trained));
    }

    @Test
    void aNodeWhoseDiskIsFullEndsItAndItGoesOnLater() {
        double[] whole = weights(run(PLAN, Optional.empty()));
        quiet();
        group.nodes.get(2).trainings.putting = name -> {
            if (name.equals("step-000003")) {
                throw new StorageFailure("the disk is full", "free space");
            }
        };
        TrainingNotes broken = new TrainingNotes(step -> {});
        var end = assertThrows(
                RuntimeException.class, () -> group.bank().sessions.train(PLAN, train(PLAN, Optional.empty()), broken));
        if (!(end instanceof ProtocolAbort)) {
            assertEquals(
                    Refusal.Reason.STORAGE,
                    assertInstanceOf(Refused.class, end).refusal().reason());
        }
        quiet();
        group.nodes.get(2).trainings.putting = name -> {};

        TrainingNotes resumed = run(PLAN, broken.origin);

        assertEquals(2, resumed.steps.get(resumed.steps.size() - 3));
        assertArrayEquals(whole, weights(resumed), 0x1p-8);
    }

    @Test
    void aTrainingGoesOnFromTheLastStepThatAllHave() {
        double[] whole = weights(run(PLAN, Optional.empty()));
        quiet();
        Hash origin = brokenOff(3).origin.orElseThrow();
        // Every other node may be a step ahead; this one is behind.
        group.nodes.get(1).trainings.remove(origin, "step-000003");
        // Tables are not read again: others would not change anything.
        group.nodes.forEach(node -> node.rows.clear());

        TrainingNotes resumed = run(PLAN, Optional.of(origin));

        assertEquals(List.of(1, 2, 2, 3, 4), resumed.steps);
        assertArrayEquals(whole, weights(resumed), 0x1p-8);
        quiet();
        group.nodes.forEach(node -> assertEquals(Map.of(), node.trainings.contents));
    }

    @Test
    void nobodyGoesOnWithWhatIsNotTheSameCheckpoint() {
        Hash origin = brokenOff(2).origin.orElseThrow();
        MemoryTrainings own = group.nodes.get(2).trainings;
        byte[] kept = own.contents.get(origin).get("start");
        // Columns or labels brought in anew would be such a change.
        kept[200] ^= 1;
        ProtocolAbort end = assertThrows(ProtocolAbort.class, () -> run(PLAN, Optional.of(origin)));
        assertTrue(
                end.reason() == ProtocolAbort.Reason.CHECK_FAILED || end.reason() == ProtocolAbort.Reason.PEER_STOPPED,
                end::toString);
        quiet();
        kept[200] ^= 1;
        // Other subjects, another plan, another request: not that training.
        TrainingPlan other = plan("turnover", Reveal.BANK);
        assertCheckpointUnknown(() -> run(other, Optional.of(origin)));
        subjects.add("one more");
        assertCheckpointUnknown(() -> run(PLAN, Optional.of(origin)));
        subjects.removeLast();
        own.clear(origin);
        Refused refused = assertCheckpointUnknown(() -> run(PLAN, Optional.of(origin)));
        assertEquals(2, refused.party());
    }

    /** By the bank's word, and by nobody else's. */
    @Test
    void checkpointsOfATrainingThatIsOverGo() {
        Hash origin = brokenOff(2).origin.orElseThrow();
        byte[] over = TrainingEnds.message(List.of(origin));
        for (TestNodes.Node node : group.nodes) {
            node.sessions.hearing().control((node.self + 1) % 3, ControlKind.TRAINING, over);
        }
        group.transports.get(0).control(1, ControlKind.TRAINING, over);
        assertEquals(4, run(PLAN, Optional.of(origin)).steps.getLast());
        quiet();
        Hash second = brokenOff(2).origin.orElseThrow();
        group.nodes.forEach(node -> assertTrue(node.trainings.contents.containsKey(second)));
        group.bank().sessions.trainingsOver(List.of(second));
        for (TestNodes.Node node : group.nodes) {
            TestNodes.await(() -> node.trainings.contents.isEmpty());
        }
        assertCheckpointUnknown(() -> run(PLAN, Optional.of(second)));
    }

    private static Refused assertCheckpointUnknown(Runnable run) {
        Refused refused = assertThrows(Refused.class, run::run);
        assertEquals(Refusal.Reason.CHECKPOINT, refused.refusal().reason());
        return refused;
    }

    @Test
    void weightsThatNobodyLearnsAreStoredByAll() {
        TrainingNotes notes = run(plan("sales", Reveal.NOBODY), Optional.empty());
        Sessions.Trained trained = notes.trained.orElseThrow();
        assertTrue(trained.outcome().fit().isEmpty());
        assertTrue(trained.outcome().learning().auc() > .7);
        TrainingRuns.BlindModel model = trained.model().orElseThrow();
        assertEquals(notes.program, Optional.of(model.program()));
        group.nodes.forEach(node -> {
            assertTrue(node.models.containsKey(model.digest()), "not stored at party " + node.self);
            assertEquals(model.program(), node.models.get(model.digest()).program());
            assertTrue(node.offered.containsKey(model.program()));
        });
    }

    // ---- one node that cheats

    /** What a cheating node runs in place of its part. */
    private record Cheat(TrainingPlan plan, UnaryOperator<Mesh> mesh) {}

    private void cheat(int party, Sealed sealed, Proposal.Train train, Cheat cheat) {
        Epoch epoch = group.transports.get(party).epoch().orElseThrow();
        byte[] acceptance = Acceptance.newBuilder()
                .setProposalHash(ByteString.copyFrom(sealed.hash().bytes()))
                .setEpoch(ByteString.copyFrom(epoch.id().bytes()))
                .build()
                .toByteArray();
        for (int peer = 0; peer < 4; peer++) {
            if (peer != party) {
                group.transports.get(party).control(peer, ControlKind.ACCEPT, acceptance);
            }
        }
        TestNodes.Node node = group.nodes.get(party);
        var surroundings = new Training.Surroundings<Rep4Vector>(
                (step, all, loss) -> {},
                Keeping.nothing(),
                (column, prepared) ->
                        node.trainings.keep(sealed.hash(), column, prepared).hex(),
                Role.ids());
        try (SessionMesh mesh =
                group.transports.get(party).open(ScoreRun.sessionOf(sealed.hash()), epoch.id(), TestNodes.DEADLINE)) {
            Mesh faulty = cheat.mesh().apply(mesh);
            Rep4 rep4 = new Rep4(faulty, epoch.seeds(), sealed.hash().bytes());
            Training.Own own = node.raw(train.learning(), train.testing());
            new Training<>(faulty, rep4, cheat.plan(), own, surroundings).run();
        }
    }

    /** Runs a training in which one node cheats; how it ends at the bank. */
    private RuntimeException cheated(int party, Cheat cheat) throws Exception {
        Proposal.Train train = train(PLAN, Optional.empty());
        if (party == BANK) {
            Identity bank = new Identity(
                    "test",
                    BANK,
                    group.keys.get(BANK),
                    group.keys.stream().map(Signing::publicKey).toList());
            Epoch epoch = group.transports.get(BANK).epoch().orElseThrow();
            Sealed sealed = Sealed.of(bank, new SecureRandom(), epoch, Sessions.hashOf(PLAN), Optional.empty(), train);
            for (int peer = 0; peer < BANK; peer++) {
                group.transports.get(BANK).control(peer, ControlKind.PROPOSAL, sealed.message());
            }
            return assertThrows(RuntimeException.class, () -> cheat(BANK, sealed, train, cheat));
        }
        CompletableFuture<Void> cheater = new CompletableFuture<>();
        group.wire = (from, to, kind, message) -> {
            if (to != party || kind != ControlKind.PROPOSAL) {
                return Optional.of(message);
            }
            Thread.ofVirtual().start(() -> {
                try {
                    Sealed sealed = Sealed.received(SignedProposal.parseFrom(message));
                    cheat(party, sealed, train, cheat);
                    cheater.complete(null);
                } catch (Exception e) {
                    cheater.completeExceptionally(e);
                }
            });
            return Optional.empty();
        };
        RuntimeException end = assertThrows(RuntimeException.class, () -> run(PLAN, Optional.empty()));
        assertThrows(Exception.class, () -> cheater.get(3, TimeUnit.MINUTES));
        return end;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aWrongValueOfAnyNodeEndsTheTrainingAtAll(int party) throws Exception {
        for (int from : new int[] {20, 160}) {
            AtomicBoolean done = new AtomicBoolean();
            Cheat wrong = new Cheat(
                    PLAN,
                    mesh -> new FaultyMesh(mesh, (index, to, message) -> {
                        if (index >= from && message.length > 100 && done.compareAndSet(false, true)) {
                            message[message.length / 2] ^= 1;
                        }
                        return List.of(message);
                    }));
            cheated(party, wrong);
            for (TestNodes.Node node : group.nodes) {
                if (node.self != party) {
                    TestNodes.await(() -> !node.aborted.isEmpty());
                    node.aborted.clear();
                    assertEquals(List.of(), node.trained, "ended well at party " + node.self);
                }
            }
            quiet();
        }
    }

    @Test
    void aPartyThatTellsOtherColumnsIsNamed() throws Exception {
        RuntimeException end = cheated(0, new Cheat(plan("turnover", Reveal.BANK), mesh -> mesh));
        ProtocolAbort abort = assertInstanceOf(ProtocolAbort.class, end);
        assertEquals(ProtocolAbort.Reason.MALFORMED, abort.reason());
        assertTrue(abort.getMessage().contains("the tax node tells other columns"), abort::getMessage);
    }
}
