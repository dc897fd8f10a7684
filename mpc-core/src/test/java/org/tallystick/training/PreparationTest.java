package org.tallystick.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tallystick.program.ColumnRule;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Holder;
import org.tallystick.training.TrainingPlan.Treatment;

class PreparationTest {
    private static List<Optional<Map<String, String>>> rows(String... cells) {
        List<Optional<Map<String, String>>> rows = new ArrayList<>();
        for (String cell : cells) {
            rows.add(cell == null ? Optional.empty() : Optional.of(Map.of("x", cell)));
        }
        return rows;
    }

    private static Column column(Treatment treatment) {
        return new Column(0, "x", treatment);
    }

    @Test
    void numbersAreClippedStandardisedAndMissingOnesAreTheMean() {
        List<Optional<Map<String, String>>> rows = rows("0", "1", "2", "3", "1000", "", null);
        Prepared prepared = Preparation.prepare(column(new Treatment.Standardised(.25)), rows, 128)
                .getFirst();
        // Quartiles 1 and 3: the known values are 1, 1, 2, 3, 3, their mean 2.
        double deviation = Math.sqrt(4 / 7.0);
        double[] expected = {-1, -1, 0, 1, 1, 0, 0};
        for (int k = 0; k < expected.length; k++) {
            assertEquals(expected[k] / deviation, prepared.number(rows.get(k)), 1e-12);
        }
    }

    @Test
    void nothingIsCutOffBeyondTheLimit() {
        String[] cells = new String[1000];
        Arrays.fill(cells, "0");
        cells[0] = "1";
        List<Optional<Map<String, String>>> rows = rows(cells);
        Prepared prepared = Preparation.prepare(column(new Treatment.Standardised(0)), rows, 8)
                .getFirst();
        assertEquals(8, prepared.number(rows.getFirst()), 1e-12);
    }

    @Test
    void aColumnThatNeverVariesIsZero() {
        List<Optional<Map<String, String>>> rows = rows("5", "5", "");
        Prepared prepared = Preparation.prepare(column(new Treatment.Standardised(0)), rows, 128)
                .getFirst();
        rows.forEach(row -> assertEquals(0, prepared.number(row), 1e-12));
    }

    @Test
    void categoriesLeaveOutTheMostFrequentText() {
        List<Optional<Map<String, String>>> rows = new ArrayList<>();
        for (int k = 0; k < 5; k++) {
            rows.addAll(rows("a", "b", "a", "c", "b", "a", ""));
        }
        // Of the most frequent, but too rare to be told.
        rows.addAll(rows("d", "d", "d", "d"));
        List<Prepared> prepared = Preparation.prepare(column(new Treatment.Categories(4)), rows, 128);
        assertEquals(
                List.of(new ColumnRule.Equals("x", "b"), new ColumnRule.Equals("x", "c")),
                prepared.stream()
                        .map(each -> ((Prepared.Source.Rule) each.source()).rule())
                        .toList());
        for (Prepared each : prepared) {
            assertEquals(0, rows.stream().mapToDouble(each::number).sum(), 1e-9);
            assertEquals(
                    rows.size(),
                    rows.stream()
                            .mapToDouble(row -> Math.pow(each.number(row), 2))
                            .sum(),
                    1e-9);
        }
    }

    @Test
    void evidenceOfQuantileBins() {
        List<Optional<Map<String, String>>> rows = rows("1", "2", "3", "4", "5", "6", "", null);
        Column column = column(new Treatment.Evidence(3, 0, Holder.BANK));
        List<Double> edges = Preparation.edges(column, 3, rows);
        assertEquals(List.of(3.0, 5.0), edges);
        long[] indicators = Preparation.indicators(column, edges, rows);
        long[] perBin = new long[4];
        for (int k = 0; k < indicators.length; k++) {
            perBin[k / rows.size()] += indicators[k];
        }
        assertArrayEquals(new long[] {2, 2, 2, 2}, perBin);
        Prepared prepared = Preparation.evidence(
                column, edges, rows, new BinCounts.Counts(new long[] {2, BinCounts.WITHHELD, 0, 1}, 4), 128);
        Prepared.Source.Bins bins = (Prepared.Source.Bins) prepared.source();
        assertEquals(Math.log(2.5 / .5), bins.evidence().get(0), 1e-12);
        assertEquals(0, bins.evidence().get(1));
        assertEquals(Math.log(.5 / 2.5), bins.evidence().get(2), 1e-12);
        assertEquals(0, bins.evidence().get(3), 1e-12);
        assertEquals(prepared.number(rows("").getFirst()), prepared.number(Optional.empty()));
    }

    @Test
    void whatIsNoNumberIsRefusedWithoutBeingShown() {
        ColumnRule.BadValue problem = assertThrows(
                ColumnRule.BadValue.class,
                () -> Preparation.prepare(column(new Treatment.Standardised(0)), rows("1", "secret"), 128));
        assertFalse(problem.getMessage().contains("secret"));
        assertThrows(
                ColumnRule.BadValue.class,
                () -> Preparation.prepare(new Column(0, "y", new Treatment.Standardised(0)), rows("1"), 128));
    }

    private static final List<Column> COLUMNS = List.of(
            column(new Treatment.Standardised(.1)),
            new Column(0, "y", new Treatment.Categories(3)),
            new Column(0, "z", new Treatment.Evidence(2, 0, Holder.BANK)),
            new Column(0, "k", new Treatment.Evidence(2, 0, Holder.OWNER)));

    private static final TrainingPlan PLAN = new TrainingPlan(
            COLUMNS,
            new TrainingPlan.Label("bad", "1"),
            3,
            new TrainingPlan.Method.MaximumLikelihood(Newton.Settings.DEFAULT),
            0,
            0,
            0,
            TrainingPlan.Reveal.BANK);

    private static final int[] NUMBERS = {1, 2, 3, 3};

    private static List<Prepared> described() {
        List<Optional<Map<String, String>>> rows = rows("1", "2", "3", "4", "");
        List<Prepared> sent = new ArrayList<>(Preparation.prepare(COLUMNS.get(0), rows, 128));
        sent.add(new Prepared(new Prepared.Source.Rule("y", new ColumnRule.Equals("y", "a")), .5, .5));
        sent.add(new Prepared(new Prepared.Source.Rule("y", new ColumnRule.Equals("y", "b")), .5, .5));
        ColumnRule.Range range = new ColumnRule.Range(1, 4, ColumnRule.Outside.CLIP);
        sent.add(new Prepared(new Prepared.Source.Bins("z", range, List.of(3.0), List.of(.1, .2, .3)), 0, 1));
        var kept = new ColumnRule.Kept("k", "0123456789abcdef".repeat(4), 16);
        sent.add(new Prepared(new Prepared.Source.Kept("k", kept), 0, 1));
        return sent;
    }

    @Test
    void thePreparationGetsToTheBankOrNotAtAll() {
        byte[] bytes = PreparedFormat.encode(described());
        assertEquals(described(), PreparedFormat.described(bytes, PLAN, 0, NUMBERS));
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThrows(WrongDescription.class, () -> PreparedFormat.described(part, PLAN, 0, NUMBERS));
        }
    }

    @Test
    void aColumnDescribedOtherThanThePlanHasItNamesItsParty() {
        List<Prepared> right = described();
        Prepared text = right.get(1);
        Prepared bins = right.get(3);
        Prepared kept = right.get(4);
        var other = new ColumnRule.Kept("k", "0123456789abcdef".repeat(4), 8);
        Map<Integer, List<Prepared>> wrong = Map.of(
                0, List.of(text, bins, kept),
                2, List.of(text, bins, kept),
                3, List.of(text, kept),
                4,
                        List.of(
                                bins,
                                new Prepared(kept.source(), 0, 2),
                                new Prepared(new Prepared.Source.Kept("k", other), 0, 1)));
        wrong.forEach((at, replacements) -> replacements.forEach(replacement -> {
            List<Prepared> told = new ArrayList<>(right);
            told.set(at, replacement);
            byte[] bytes = PreparedFormat.encode(told);
            WrongDescription end = assertThrows(
                    WrongDescription.class, () -> PreparedFormat.described(bytes, PLAN, 0, NUMBERS), told::toString);
            assertEquals(0, end.party());
        }));
        byte[] bytes = PreparedFormat.encode(right);
        assertThrows(WrongDescription.class, () -> PreparedFormat.described(bytes, PLAN, 0, new int[] {1, 2, 4, 3}));
    }
}
