package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tallystick.models.EvaluatedModel;
import org.tallystick.models.Metrics;
import org.tallystick.models.Model;
import org.tallystick.models.PlainScorer;
import org.tallystick.training.Evaluation;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.ModelEvaluation;
import org.tallystick.training.Newton;
import org.tallystick.training.TooFewOfAKind;
import org.tallystick.training.TrainingPlan;

/** Evaluations by four session layers over real TLS: what they bring, and who refuses which. */
@Tag("slow")
final class EvaluationSessionsTest {
    private static final int BANK = TestNodes.BANK;
    private static final int ROWS = 200;
    private static final String REQUEST = "00112233445566778899aabbccddeeff";
    private static final Model MODEL = Model.parse("""
        {"tallystick": "model/1", "name": "judged", "version": "1", "kind": "logistic",
         "parties": ["tax", "utility", "social-security", "bank"], "bank": "bank", "intercept": -0.5,
         "features": [
          {"name": "sales", "owner": "tax", "kind": "number", "unit": "1", "range": [-9, 9], "missingValue": 0,
           "weight": -1.5},
          {"name": "zone", "owner": "utility", "kind": "category", "weights": {"a": 0.5}, "otherWeight": 0},
          {"name": "flow", "owner": "bank", "kind": "number", "unit": "1", "range": [-9, 9], "missingValue": 0,
           "weight": -1}],
         "bands": {"on": "pd", "order": "best-first", "names": ["grant", "decline"], "thresholds": [0.5]},
         "output": {"kind": "band"}}
        """);
    private static final EvaluatedModel JUDGED = EvaluatedModel.of(MODEL, OptionalDouble.empty());
    private static final EvaluationPlan PLAN = JUDGED.plan("bad", "1");

    private TestNodes group;
    private final List<String> subjects = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        group = TestNodes.start(TestNodes.openPolicy());
        Random random = new Random(3);
        for (int row = 0; row < ROWS; row++) {
            String subject = "subject " + row;
            subjects.add(subject);
            double sales = random.nextGaussian();
            double flow = random.nextGaussian();
            boolean bad = -sales - flow + random.nextGaussian() > 0;
            group.nodes.get(0).rows.put(subject, Map.of("sales", "" + sales));
            group.nodes.get(1).rows.put(subject, Map.of("zone", "abc".substring(row % 3, row % 3 + 1)));
            group.bank().rows.put(subject, Map.of("flow", "" + flow, "bad", bad ? "1" : "0"));
        }
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private List<Optional<Map<String, String>>> bankRows(List<String> asked) {
        return group.bank().raw(List.of(), asked).testing();
    }

    private ModelEvaluation.Own own(List<String> asked, long[] labels) {
        long[] columns = JUDGED.compiled().encoder("bank").encode(bankRows(asked));
        return new ModelEvaluation.Own(
                List.of(columns),
                Optional.of(
                        new ModelEvaluation.Secrets(labels, JUDGED.compiled().storedValues())));
    }

    private Sessions.Evaluated evaluate(EvaluationPlan plan, List<String> asked) {
        long[] labels = ModelEvaluation.labels(PLAN, bankRows(asked));
        return evaluate(plan, asked, labels);
    }

    private Sessions.Evaluated evaluate(EvaluationPlan plan, List<String> asked, long[] labels) {
        Proposal.Evaluate work = new Proposal.Evaluate(plan.encoding(), asked, REQUEST);
        return group.bank().sessions.evaluate(plan, work, own(asked, labels), (step, all) -> {});
    }

    /** Waits until no node takes part in anything. */
    private void quiet() {
        TestNodes.await(() -> group.nodes.stream().allMatch(node -> node.sessions.running() == 0));
    }

    @Test
    void theBankLearnsWhatPlaintextGives() {
        Sessions.Evaluated evaluated = evaluate(PLAN, subjects);
        PlainScorer scorer = PlainScorer.of(MODEL);
        double[] scores = new double[ROWS];
        boolean[] bad = new boolean[ROWS];
        boolean[] called = new boolean[ROWS];
        for (int row = 0; row < ROWS; row++) {
            String subject = subjects.get(row);
            scores[row] = scorer.score(Map.of(
                    "tax", group.nodes.get(0).rows.get(subject),
                    "utility", group.nodes.get(1).rows.get(subject),
                    "bank", group.bank().rows.get(subject)));
            bad[row] = group.bank().rows.get(subject).get("bad").equals("1");
            called[row] = scores[row] >= 0;
        }
        Metrics.Confusion plain = Metrics.confusion(called, bad);
        Evaluation.Result result = evaluated.result();
        assertEquals(
                List.of((long) plain.tn(), (long) plain.fp(), (long) plain.fn(), (long) plain.tp()),
                List.of(
                        result.trueNegative(), result.falsePositive(),
                        result.falseNegative(), result.truePositive()));
        // Scores in one bin of 1/256 count as ties.
        assertEquals(Metrics.auc(scores, bad), result.auc(), .003);
        assertEquals(Metrics.ks(scores, bad), result.ks(), .01);
        assertTrue(evaluated.report().rounds() > 10 && evaluated.report().sent()[0] > 1000);
        quiet();
        group.nodes.forEach(node -> {
            assertEquals(List.of(evaluated.proposal()), node.authorised);
            assertEquals(List.of(), node.voided);
            assertEquals(Map.of(), node.models);
        });
    }

    @Test
    void anAgencyRefusesAPlanThatItHasNotApproved() {
        group.nodes.get(1).approveAll = false;
        // Scores of the same program may be approved: that is another thing.
        Hash program =
                Hash.of(org.tallystick.program.ProgramHash.of(PLAN.program()).bytes());
        group.nodes.get(1).approved.add(program);
        assertRefused(1, Refusal.Reason.PROGRAM_NOT_APPROVED, PLAN, subjects);
    }

    /** All are shown it and say whether they have approved it; nothing is computed, released or told of anybody. */
    @Test
    void aPlanIsShownToAllBeforeItIsRun() {
        PlanOffer offer = new PlanOffer.OfEvaluation(PLAN);
        group.nodes.get(0).approveAll = false;
        group.nodes.get(2).approveAll = false;
        assertEquals(Set.of(0, 2), group.bank().sessions.offer(offer));
        group.nodes.get(0).approved.add(offer.hash());
        assertEquals(Set.of(2), group.bank().sessions.offer(offer));
        group.nodes.get(2).approved.add(offer.hash());
        assertEquals(Set.of(), group.bank().sessions.offer(offer));
        quiet();
        group.nodes.forEach(node -> assertEquals(List.of(), node.authorised));

        TrainingPlan other = new TrainingPlan(
                List.of(new TrainingPlan.Column(0, "sales", new TrainingPlan.Treatment.Standardised(0))),
                new TrainingPlan.Label("bad", "1"),
                0,
                new TrainingPlan.Method.MaximumLikelihood(Newton.Settings.DEFAULT),
                0,
                0,
                0,
                TrainingPlan.Reveal.BANK);
        Refused refused = assertThrows(
                Refused.class, () -> group.bank().sessions.offer(new PlanOffer.OfTraining(other)), "another's plan");
        assertEquals(Refusal.Reason.MALFORMED, refused.refusal().reason());
    }

    @Test
    void aBankWhoseDiskIsFullShowsNoPlanAndSaysSo() {
        group.bank().cannotAccept = true;
        Refused refused =
                assertThrows(Refused.class, () -> group.bank().sessions.offer(new PlanOffer.OfEvaluation(PLAN)));
        assertEquals(TestNodes.BANK, refused.party());
        assertEquals(Refusal.Reason.STORAGE, refused.refusal().reason());
    }

    @Test
    void agenciesRefuseGroupsThatAreTooSmall() {
        assertRefused(-1, Refusal.Reason.ROWS, PLAN, subjects.subList(0, 99));
        evaluate(PLAN, subjects.subList(0, 100));
    }

    @Test
    void agenciesRefuseASubjectThatIsThereTwice() {
        List<String> twice = new ArrayList<>(subjects);
        twice.set(7, twice.get(8));
        assertRefused(-1, Refusal.Reason.MALFORMED, PLAN, twice);
    }

    @Test
    void agenciesRefuseAPlanWhoseResultGoesToAnother() {
        Model another = Model.parse("""
            {"tallystick": "model/1", "name": "judged", "version": "1", "kind": "logistic",
             "parties": ["tax", "utility", "social-security", "bank"], "bank": "utility", "intercept": 0,
             "features": [
              {"name": "sales", "owner": "tax", "kind": "number", "unit": "1", "range": [-9, 9], "missingValue": 0,
               "weight": -1}],
             "bands": {"on": "pd", "order": "best-first", "names": ["grant", "decline"], "thresholds": [0.5]},
             "output": {"kind": "band"}}
            """);
        EvaluationPlan others =
                EvaluatedModel.of(another, OptionalDouble.empty()).plan("bad", "1");
        assertEquals(1, others.bank());
        assertRefused(-1, Refusal.Reason.MALFORMED, others, subjects);
    }

    /** @param party that refuses; below 0 for any of the agencies */
    private void assertRefused(int party, Refusal.Reason reason, EvaluationPlan plan, List<String> asked) {
        Refused refused = assertThrows(Refused.class, () -> evaluate(plan, asked));
        assertEquals(reason, refused.refusal().reason());
        assertTrue(party < 0 ? refused.party() != BANK : refused.party() == party);
        quiet();
        group.nodes.forEach(node -> assertEquals(List.of(), node.authorised));
    }

    @Test
    void everyNodeSeesThatTooFewAreOfAKind() {
        long[] labels = new long[ROWS];
        Arrays.fill(labels, 0, ModelEvaluation.FEWEST_OF_A_KIND - 1, 1);
        assertThrows(TooFewOfAKind.class, () -> evaluate(PLAN, subjects, labels));
        quiet();
        group.nodes.forEach(node -> {
            assertEquals(List.of(), node.authorised);
            assertEquals(1, node.voided.size());
        });
        // A dishonest bank is refused as well as a careless one is told before it asks.
        List<Optional<Map<String, String>>> good = Collections.nCopies(ROWS, Optional.of(Map.of("bad", "0")));
        assertThrows(RuntimeException.class, () -> ModelEvaluation.labels(PLAN, good));
    }

    @Test
    void aNodeThatCannotRecordTheReleaseLetsNothingGo() {
        group.nodes.get(2).diskIsFull = true;
        RuntimeException end = assertThrows(RuntimeException.class, () -> evaluate(PLAN, subjects));
        if (end instanceof Refused refused) {
            assertEquals(Refusal.Reason.STORAGE, refused.refusal().reason());
        }
        quiet();
        assertEquals(List.of(), group.nodes.get(2).authorised);
        group.nodes.get(2).diskIsFull = false;
        evaluate(PLAN, subjects);
    }

    @Test
    void anotherPlanThanTheProposalNamesIsRefused() {
        EvaluationPlan other = new EvaluationPlan(PLAN.program(), PLAN.scale(), new TrainingPlan.Label("bad", "0"));
        Proposal.Evaluate work = new Proposal.Evaluate(other.encoding(), subjects, REQUEST);
        long[] labels = ModelEvaluation.labels(PLAN, bankRows(subjects));
        Refused refused = assertThrows(
                Refused.class,
                () -> group.bank().sessions.evaluate(PLAN, work, own(subjects, labels), (step, all) -> {}));
        assertEquals(Refusal.Reason.MALFORMED, refused.refusal().reason());
    }
}
