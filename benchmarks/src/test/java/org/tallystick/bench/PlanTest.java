package org.tallystick.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.tallystick.plan.Curve;
import org.tallystick.plan.Estimate;
import org.tallystick.plan.How;
import org.tallystick.plan.Network;
import org.tallystick.plan.Planner;
import org.tallystick.plan.Question;
import org.tallystick.plan.Rates;
import org.tallystick.plan.Stock;
import org.tallystick.plan.Whole;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.GarbledProgram.Found;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.rep4.Rep4Cost;

/** The planner's grid: every way that may win is measured, and a choice that is worse is not hidden. */
class PlanTest {
    private static final Network NETWORK = new Network(0.01, 1e9);

    private static final Curve FREE = Curve.flat(0);

    /** A run of a garbled function takes a millisecond, all else nothing. */
    private static final Rates RATES = new Rates(0, 0, FREE, FREE, 1e-3, 0, FREE, FREE, FREE, 0, FREE, FREE, FREE);

    private static PlanCell.Timed timed(How how, double predicted, double... measured) {
        Cost cost = new Cost(1, new long[4]);
        Estimate estimate = new Estimate(how, how.garbled() ? Stock.BATCH : Stock.NONE, cost, predicted, 0, 0);
        return new PlanCell.Timed(estimate, measured.length == 0 ? Optional.empty() : Optional.of(Spread.of(measured)));
    }

    private static PlanCell cell(PlanCell.Timed... ways) {
        return new PlanCell(NETWORK, NETWORK, 100, Stock.BATCH, List.of(ways), ways[0].estimate());
    }

    private static String table(List<PlanCell> cells) {
        StringWriter out = new StringWriter();
        PlanTable.print(new PrintWriter(out, true), cells);
        return out.toString();
    }

    @Test
    void aChoiceThatIsWorseIsMarkedAndFails() throws Exception {
        PlanCell right = cell(timed(How.GARBLED_TWO, 1, 1, 1.2), timed(How.TREE, 2, 1.05), timed(How.RIPPLE, 9));
        PlanCell wrong = cell(timed(How.TREE, 1, 1.2), timed(How.GARBLED_THREE, 2, 1));
        assertTrue(right.within());
        assertEquals(1.1 / 1.05, right.ratio(), 1e-9);
        assertFalse(wrong.within());
        assertEquals(1.2, wrong.ratio(), 1e-9);
        assertEquals(How.GARBLED_THREE, wrong.better().estimate().how());
        String table = table(List.of(right, wrong));
        assertTrue(table.contains("1.20  WORSE: GARBLED_THREE was better"), table);
        assertTrue(table.contains("1 of 2 choices within 10 %"), table);
        assertTrue(table.contains("the worst takes 1.20 times as long"), table);
        assertEquals(1.1 / 1.05, right.otherRatio(), 1e-9);
        PlanCell kin = cell(timed(How.TREE, 1, 1.5), timed(How.RIPPLE, 1, 1), timed(How.GARBLED_TWO, 9));
        assertFalse(kin.within());
        assertEquals(0, kin.otherRatio());
        assertTrue(table(List.of(wrong, kin)).contains("bit-sliced: 1 within 10 %"), table);
        String picture = PlanPicture.of("comparison", List.of(right, wrong));
        assertTrue(picture.contains("#c00000"), "a red frame");
        var xml = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(picture.getBytes(StandardCharsets.UTF_8)));
        assertEquals("svg", xml.getDocumentElement().getTagName());
        assertFalse(PlanPicture.of("comparison", List.of(right)).contains("#c00000"));
    }

    @Test
    void theGridMeasuresWhatMayWin() {
        List<PlanCell> cells = new PlanGrid(new Question.Band(20, 1), RATES, 1e-3, 4)
                .measure(List.of(new Network(1e-4, 1e9)), List.of(1), _ -> {});
        assertEquals(2, cells.size());
        PlanCell stock = cells.getLast();
        assertEquals(
                List.of(Stock.NONE, Stock.BATCH),
                cells.stream().map(PlanCell::stock).toList());
        assertEquals(4, stock.ways().size());
        // By these rates carries by a tree win, and nothing garbled is near enough.
        assertEquals(How.TREE, stock.chosen().how());
        assertTrue(stock.best(false).isPresent());
        for (PlanCell.Timed way : stock.ways()) {
            boolean near = way.estimate().seconds() <= 4 * stock.chosen().seconds();
            assertEquals(near, way.seconds().isPresent(), way.estimate().words());
        }
    }

    @Test
    void scoresWithAGarbledEndAreRightAndCostWhatThePlanSays() {
        try (LocalGroup group = new LocalGroup(false)) {
            assertEquals(2, group.run(Job.of(Job.Kind.GARBLED_WITH_INPUTS, 7, 4, 1, 2)).length);
        }
        Traffic traffic = LocalGroup.traffic(Job.of(Job.Kind.GARBLED_WITH_INPUTS, 3, 3, 1, 1));
        GarbledProgram program = ((Found.Possible) GarbledProgram.of(ScoreWork.program())).program();
        Whole whole = new Planner(new Network(0.1, 1e9), RATES).whole(program, 3);
        assertEquals(3, traffic.rounds(), "inputs, products, labels");
        assertEquals(3, whole.garbled().cost().rounds());
        assertEquals(traffic.total(), whole.garbled().cost().totalBytes());
        assertTrue(whole.takesGarbled());
        assertTrue(whole.text().contains("3 rounds against"), whole.text());
        assertFalse(new Planner(new Network(0, 1e9), RATES).whole(program, 3).takesGarbled());
        // Slices are computed in words of 64 rows, what is linear row by row.
        Curve nano = Curve.flat(1e-9);
        Planner counting =
                new Planner(NETWORK, new Rates(0, 0, nano, nano, 0, 0, FREE, FREE, FREE, 0, FREE, FREE, FREE));
        long linear = program.linearCost(new Rep4Cost(), 64).totalBytes()
                - program.linearCost(new Rep4Cost(), 1).totalBytes();
        double more = counting.whole(program, 64).sliced().computingSeconds()
                - counting.whole(program, 1).sliced().computingSeconds();
        assertEquals(linear * 1e-9, more, 1e-12);
    }
}
