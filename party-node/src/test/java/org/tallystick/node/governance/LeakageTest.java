package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.junit.jupiter.api.Test;
import org.tallystick.models.Model;
import org.tallystick.models.ModelCompiler;
import org.tallystick.node.session.Hash;
import org.tallystick.program.ModelFacts;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;

/** What an agreement lets be told, and a bank that asks all it can within it (arXiv 2010.10152). */
final class LeakageTest {
    private static final LocalDate TODAY = LocalDate.ofInstant(Samples.NOW, ZoneOffset.UTC);

    /** Columns of ten levels each. */
    private static final int COLUMNS = 4;

    private static final int LEVELS = 10;

    private static List<Leakage.Finding> findings(Agreement agreement, int weights) {
        Leakage.Known known = new Leakage.Known(
                program -> Optional.empty(), program -> true, model -> Optional.of(new ModelFacts(weights, 1 << 20)));
        return new Leakage(known, new Leakage.Policy(0, 90, 100, Map.of("score", 50L))).findings(agreement);
    }

    private static boolean refuses(Agreement agreement, String words) {
        return findings(agreement, 2).stream()
                .anyMatch(finding -> finding.refuses() && finding.text().contains(words));
    }

    private static Agreement with(Agreement.Limits limits, List<Agreement.Column> columns, Agreement.Use use) {
        Agreement sample = Samples.agreement();
        return new Agreement(
                sample.id(),
                1,
                Optional.empty(),
                sample.group(),
                sample.title(),
                sample.requester(),
                sample.purposes(),
                List.of(use),
                columns,
                sample.currency(),
                sample.floor(),
                limits,
                sample.issuers(),
                sample.validFrom(),
                sample.validUntil(),
                sample.retentionDays());
    }

    private static Agreement ofColumns(int bits, long... highs) {
        List<Agreement.Column> columns = new ArrayList<>();
        for (long high : highs) {
            columns.add(new Agreement.Column("tax", "column " + columns.size(), "", 0, high, 0));
        }
        return with(
                new Agreement.Limits(bits, 90, 1000, 100, 2, 24),
                columns,
                Samples.agreement().uses().getFirst());
    }

    @Test
    void aBoundThatSaysNothingIsRefused() {
        // Yes or no, ten levels, an amount: 1, 3.3 and 40 bits.
        assertTrue(refuses(ofColumns(12, 1, 1, 1), "says nothing"));
        assertTrue(refuses(ofColumns(3, 1, 1, 1), "says nothing"));
        assertTrue(!refuses(ofColumns(2, 1, 1, 1), "says nothing"));
        assertTrue(refuses(ofColumns(12, 9, 9, 9), "says nothing"));
        assertTrue(!refuses(ofColumns(9, 9, 9, 9), "says nothing"));
        assertTrue(!refuses(ofColumns(12, (1L << 40) - 1), "says nothing"));
        assertEquals(40, ColumnBits.held(ofColumns(1, (1L << 40) - 1).columns()).get("tax"), 1e-9);
        assertEquals(64, ColumnBits.held(ofColumns(1, Long.MAX_VALUE).columns()).get("tax"), 1.01);
        // Two months are one window of 90 days; windows of 30 days would be three.
        assertEquals(12, Leakage.told(ofColumns(12, 1)));
        Agreement monthly = with(
                new Agreement.Limits(12, 30, 1000, 100, 2, 24),
                List.of(),
                Samples.agreement().uses().getFirst());
        assertEquals(36, Leakage.told(monthly));
    }

    @Test
    void answersThatAreExactPricesAboveTheListAndSparseModelsAreRefused() {
        Agreement.Use use = Samples.agreement().uses().getFirst();
        Agreement.Limits limits = new Agreement.Limits(4, 90, 1000, 100, 2, 24);
        List<Agreement.Column> columns = Samples.agreement().columns();
        Agreement.Use exact = new Agreement.Use(use.kind(), use.program(), use.models(), 40, true, use.prices());
        assertTrue(refuses(with(limits, columns, exact), "exact"));
        Agreement.Use dear = new Agreement.Use(use.kind(), use.program(), use.models(), 3, true, Map.of("tax", 51L));
        assertTrue(refuses(with(limits, columns, dear), "price"));
        assertTrue(refuses(with(new Agreement.Limits(4, 90, 1000, 99, 2, 24), columns, use), "aggregates"));
        assertTrue(refuses(with(new Agreement.Limits(4, 91, 1000, 100, 2, 24), columns, use), "windows"));
        Agreement demanding = with(new Agreement.Limits(4, 90, 1000, 100, 3, 24), columns, use);
        assertTrue(refuses(demanding, "fewer than 3"));
        assertTrue(findings(demanding, 3).stream()
                .noneMatch(finding -> finding.text().contains("fewer than")));
    }

    /** Nobody has to declare the range that a rule has, only one that contains it. */
    @Test
    void aColumnHoldsNoMoreThanItsRuleGivesWhateverIsDeclared() {
        List<Operation.Column> columns = Stream.of("a", "b", "c")
                .map(raw -> new Operation.Column(
                        raw, "equals(column=" + raw + ",value=yes)", 0, new Operation.Interval(0, 1 << 20)))
                .toList();
        Agreement agreement = with(
                new Agreement.Limits(20, 90, 1000, 100, 2, 24),
                columns.stream().map(LeakageTest::declared).toList(),
                Samples.agreement().uses().getFirst());
        assertTrue(leakage(score(columns, 1 << 20)).findings(agreement).stream()
                .anyMatch(finding -> finding.refuses() && finding.concern() == Leakage.Concern.BOUND_VOID));
    }

    private static Operation.Column column(String name, String raw) {
        String meaning =
                "number(column=" + raw + ",unit=CNY,log=false,mean=0,scale=1,min=0,max=1023,outside=clip,missing=0)";
        return new Operation.Column(name, meaning, 0, new Operation.Interval(0, 1023));
    }

    private static Agreement.Column declared(Operation.Column column) {
        return new Agreement.Column(
                "tax",
                column.name(),
                column.meaning(),
                column.bounds().low(),
                column.bounds().high(),
                0);
    }

    /** What reads the same raw column holds nothing more, and what no program takes holds nothing. */
    @Test
    void theSameColumnUnderFiveNamesHoldsNoMoreThanOnce() {
        List<Operation.Column> taken = List.of(column("a", "sales"), column("b", "sales"), column("c", "staff"));
        Operation.Column padding = column("padding", "stamps");
        List<Agreement.Column> columns =
                new ArrayList<>(taken.stream().map(LeakageTest::declared).toList());
        Leakage leakage = leakage(score(taken, 1 << 20));
        Agreement.Use use = Samples.agreement().uses().getFirst();
        Agreement.Limits limits = new Agreement.Limits(12, 90, 1000, 100, 2, 24);
        assertEquals(20, leakage.held(with(limits, columns, use)).get("tax"), 1e-9);
        assertTrue(leakage.findings(with(limits, columns, use)).stream()
                .noneMatch(finding -> finding.text().contains("serves no use")));

        columns.add(declared(padding));
        Agreement padded = with(limits, columns, use);
        assertEquals(20, leakage.held(padded).get("tax"), 1e-9);
        assertTrue(leakage.findings(padded).stream()
                .anyMatch(finding -> finding.refuses()
                        && finding.text().contains("padding of tax serves no use")
                        && finding.concern() == Leakage.Concern.COLUMN_UNUSED
                        && finding.facts().equals(Map.of("column", "padding", "owner", "tax"))));
    }

    /** A score of 2^20 places; found were bands of 2^8 places, so falling into the narrowest tells 12 bits. */
    @Test
    void thresholdsThatAreTooCloseAreRefused() {
        Operation.Column column = column("a", "sales");
        Leakage leakage = leakage(score(List.of(column), 256));
        Agreement.Use use = Samples.agreement().uses().getFirst();
        for (int bits = 9; bits <= 14; bits++) {
            Agreement agreement = with(new Agreement.Limits(4, 90, 1000, 100, 2, bits), List.of(declared(column)), use);
            boolean refused = leakage.findings(agreement).stream()
                    .anyMatch(finding ->
                            finding.refuses() && finding.text().contains("so close that falling between two tells 12"));
            assertEquals(bits < 12, refused, bits + " bits");
        }
    }

    /** Two bands of one threshold each, or a band beside a sum cut short, are as narrow as one likes. */
    @Test
    void severalBandsAreAsNarrowAsOneUnit() {
        Operation.Interval place = new Operation.Interval(0, 1 << 20);
        Operation another = new Operation.Stored("others", List.of(place));
        Operation.Column column = column("a", "sales");
        Agreement.Use use = Samples.agreement().uses().getFirst();
        Agreement agreement = with(new Agreement.Limits(4, 90, 1000, 100, 2, 19), List.of(declared(column)), use);
        List<Operation> one = score(List.of(column), 256).program().operations().subList(0, 3);
        List<Operation> alone = new ArrayList<>(one);
        alone.addAll(List.of(another, new Operation.Band(2, 3), new Operation.Reveal(4, 3)));
        List<Operation> two = new ArrayList<>(alone);
        two.addAll(List.of(new Operation.Stored("more", List.of(place)), new Operation.Band(2, 6)));
        two.add(new Operation.Reveal(7, 3));
        List<Operation> floor = new ArrayList<>(alone);
        floor.addAll(List.of(new Operation.FloorBits(2, 19), new Operation.Reveal(6, 3)));
        assertFalse(tooClose(alone, agreement));
        assertTrue(tooClose(two, agreement));
        assertTrue(tooClose(floor, agreement));
    }

    private static boolean tooClose(List<Operation> operations, Agreement agreement) {
        return leakage(new Known(program(operations), new ModelFacts(2, 0))).findings(agreement).stream()
                .anyMatch(finding ->
                        finding.refuses() && finding.text().contains("so close that falling between two tells 20"));
    }

    /** A score that nobody asks for has columns that nothing is told of. */
    @Test
    void aScoreBesideAnotherDoesNotMakeTheBoundLookBetter() {
        Operation.Column yes = new Operation.Column("yes", "yes or no", 0, new Operation.Interval(0, 1));
        Operation.Column amount = new Operation.Column("amount", "amount", 0, new Operation.Interval(0, 1L << 40));
        Known small = score(List.of(yes), 1 << 20);
        Known wide = score(List.of(amount), 1 << 20);
        Agreement.Use use = Samples.agreement().uses().getFirst();
        Hash padding = Hash.over("sample", new byte[] {9});
        Agreement.Use unused =
                new Agreement.Use(use.kind(), padding, use.models(), use.bits(), use.consent(), use.prices());
        Agreement alone = with(new Agreement.Limits(4, 90, 1000, 100, 2, 24), List.of(declared(yes)), use);
        Agreement beside = new Agreement(
                alone.id(),
                1,
                Optional.empty(),
                alone.group(),
                alone.title(),
                alone.requester(),
                alone.purposes(),
                List.of(use, unused),
                List.of(declared(amount), declared(yes)),
                alone.currency(),
                alone.floor(),
                alone.limits(),
                alone.issuers(),
                alone.validFrom(),
                alone.validUntil(),
                alone.retentionDays());
        Leakage leakage = new Leakage(
                new Leakage.Known(
                        program -> Optional.of(program.equals(padding) ? wide.program() : small.program()),
                        program -> true,
                        model -> Optional.of(new ModelFacts(2, 1 << 20))),
                new Leakage.Policy(0, 90, 100, Map.of("score", 50L)));
        for (Agreement each : List.of(alone, beside)) {
            assertTrue(leakage.findings(each).stream()
                    .anyMatch(finding -> finding.refuses() && finding.text().contains("says nothing")));
        }
    }

    private record Known(Program program, ModelFacts facts) {}

    private static Known score(List<Operation.Column> columns, long band) {
        List<Operation> operations = List.of(
                new Operation.Input(0, columns),
                new Operation.Stored("weights", Collections.nCopies(columns.size(), new Operation.Interval(0, 1024))),
                new Operation.Dot(0, 1),
                new Operation.Stored("thresholds", Collections.nCopies(7, new Operation.Interval(0, 1 << 20))),
                new Operation.Band(2, 3),
                new Operation.Reveal(4, 3));
        return new Known(program(operations), new ModelFacts(2, band));
    }

    private static Program program(List<Operation> operations) {
        List<String> roles = List.of("tax", "utility", "social-security", "bank");
        return new Program("score", Profile.REP4, roles, 52, operations);
    }

    private static Leakage leakage(Known known) {
        return new Leakage(
                new Leakage.Known(
                        program -> Optional.of(known.program()), program -> true, model -> Optional.of(known.facts())),
                new Leakage.Policy(0, 90, 100, Map.of("score", 50L)));
    }

    /** Each agency brings in one sum by weights that all can read. */
    private static final String OPEN = """
        {"tallystick": "model/1", "name": "open", "version": "1", "kind": "logistic",
         "parties": ["tax", "utility", "social-security", "bank"], "bank": "bank", "intercept": -0.5,
         "weights": "public",
         "features": [
          {"name": "sales", "owner": "tax", "kind": "number", "unit": "1", "range": [0, 1000], "missingValue": 0,
           "weight": -1.5},
          {"name": "zone", "owner": "tax", "kind": "category", "weights": {"a": 0.5, "b": 1}, "otherWeight": 0},
          {"name": "flow", "owner": "bank", "kind": "number", "unit": "1", "range": [-9, 9], "missingValue": 0,
           "weight": -1}],
         "bands": {"on": "pd", "order": "best-first", "names": ["grant", "decline"], "thresholds": [0.5],
                   "visibility": "public"},
         "output": {"kind": "band"}}
        """;

    /** Nothing of it is stored anywhere; all know how many columns its sums have. */
    @Test
    void aModelWhoseNumbersAreAllPublicIsJudgedByWhatItsProgramShows() {
        Program program = ModelCompiler.compile(Model.parse(OPEN)).program();
        assertTrue(program.isOpen());
        Hash hash = Hash.of(ProgramHash.of(program).bytes());
        Leakage leakage = new Leakage(
                new Leakage.Known(asked -> Optional.of(program), asked -> true, model -> Optional.empty()),
                new Leakage.Policy(0, 90, 100, Map.of()));
        List<Agreement.Column> columns = ((Operation.Input) program.operations().getFirst())
                .columns().stream()
                        .map(each -> new Agreement.Column(
                                "tax",
                                each.name(),
                                each.meaning(),
                                each.bounds().low(),
                                each.bounds().high(),
                                each.scale()))
                        .toList();
        for (int asked = 1; asked <= 3; asked++) {
            Agreement.Limits limits = new Agreement.Limits(1, 90, 1000, 100, asked, 24);
            List<String> against = leakage.findings(with(limits, columns, free(hash, hash))).stream()
                    .filter(Leakage.Finding::refuses)
                    .map(Leakage.Finding::text)
                    .toList();
            assertEquals(asked <= 2, against.isEmpty(), against::toString);
        }
        Agreement.Limits limits = new Agreement.Limits(1, 90, 1000, 100, 1, 24);
        assertTrue(leakage.findings(with(limits, columns, free(hash, Samples.MODEL))).stream()
                .anyMatch(finding -> finding.text().contains("is not activated here")));
        // 1000 at 16 bits, and which of two texts or another: less than the sum's own range.
        double held = leakage.held(with(limits, columns, free(hash, hash))).get("tax");
        assertTrue(held > 25 && held < 29, "holds " + held);
    }

    private static Agreement.Use free(Hash program, Hash model) {
        return new Agreement.Use(Agreement.Kind.SCORE, program, List.of(model), 1, true, Map.of());
    }

    /** Without any control: as many exact answers as columns, and the row is solved for. */
    @Test
    void aBankThatGetsExactAnswersSolvesForTheColumns() {
        Random random = new Random(3);
        double[] row = random.ints(COLUMNS, 0, LEVELS).asDoubleStream().toArray();
        double[][] weights = new double[COLUMNS][];
        double[] answers = new double[COLUMNS];
        for (int model = 0; model < COLUMNS; model++) {
            weights[model] = random.doubles(COLUMNS, -5, 5).toArray();
            for (int k = 0; k < COLUMNS; k++) {
                answers[model] += weights[model][k] * row[k];
            }
        }
        double[] solved = new LUDecomposition(new Array2DRowRealMatrix(weights))
                .getSolver()
                .solve(new ArrayRealVector(answers))
                .toArray();
        assertArrayEquals(row, solved, 1e-9);
    }

    /** As many models as it likes, each of one threshold that halves what is left: the best questions there are. */
    @Test
    void aBankThatSearchesWithinItsBudgetGuessesAsWellAsTheBoundSays() {
        int rows = (int) Math.pow(LEVELS, COLUMNS);
        for (int secret = 0; secret < rows; secret += 997) {
            assertEquals(1, left(1000, secret), "without a budget it finds the row");
        }
        for (int budget : new int[] {1, 3, 6, 9}) {
            double guessed = 0;
            for (int secret = 0; secret < rows; secret++) {
                guessed += 1.0 / left(budget, secret) / rows;
            }
            double bound = Math.pow(2, budget) / rows;
            assertTrue(guessed <= bound * (1 + 1e-9), budget + " bits: guessed with " + guessed);
            assertTrue(guessed > bound * .99, "these questions are the best: " + guessed);
        }
    }

    /** How many rows fit every answer about a secret one, once the budget is spent or only one is left. */
    private static int left(int budget, int secret) {
        SubjectBudgets budgets = new SubjectBudgets(90);
        int low = 0;
        int high = (int) Math.pow(LEVELS, COLUMNS);
        for (int model = 0; high - low > 1; model++) {
            Hash session = Hash.over("session", new byte[] {(byte) model});
            Hash digest = Hash.over("model", new byte[] {(byte) model});
            var asked = List.of(new SubjectBudgets.Asked("%032x".formatted(model), "the business"));
            if (budgets.reserve(session, digest, 1, budget, asked, TODAY).isPresent()) {
                break;
            }
            budgets.authorised(session);
            budgets.ended(session);
            // Weights 1000, 100, 10 and 1: the sum is the row's number, whatever it is.
            int threshold = (low + high) / 2;
            if (secret >= threshold) {
                low = threshold;
            } else {
                high = threshold;
            }
        }
        assertTrue(low <= secret && secret < high);
        return high - low;
    }
}
