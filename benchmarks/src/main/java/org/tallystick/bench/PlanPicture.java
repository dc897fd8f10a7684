package org.tallystick.bench;

import java.util.List;
import java.util.Locale;
import org.tallystick.plan.How;
import org.tallystick.plan.Network;
import org.tallystick.plan.Stock;

/**
 * The planner's grid as a picture: a panel for each batch, round trips across, bandwidths down; the colour is the
 * chosen way, the number its time as a multiple of the best one's, a red frame where that is too much.
 */
final class PlanPicture {
    private static final int CELL_WIDTH = 74;
    private static final int CELL_HEIGHT = 40;
    private static final int LEFT = 70;
    private static final int TOP = 64;
    private static final int GAP = 60;

    private final StringBuilder svg = new StringBuilder();
    private final List<PlanCell> cells;
    private final List<Double> roundTrips;
    private final List<Double> bandwidths;
    private final List<Integer> batches;
    private final List<Stock> stocks;

    private PlanPicture(List<PlanCell> cells) {
        this.cells = cells;
        roundTrips = cells.stream()
                .map(cell -> cell.asked().roundTripSeconds())
                .distinct()
                .toList();
        bandwidths = cells.stream()
                .map(cell -> cell.asked().bitsPerSecond())
                .distinct()
                .toList();
        batches = cells.stream().map(PlanCell::rows).distinct().toList();
        stocks = cells.stream().map(PlanCell::stock).distinct().toList();
    }

    /** A whole file. */
    static String of(String title, List<PlanCell> cells) {
        return new PlanPicture(cells).draw(title);
    }

    private int panelWidth() {
        return roundTrips.size() * CELL_WIDTH + GAP;
    }

    private int panelHeight() {
        return bandwidths.size() * CELL_HEIGHT + GAP + 20;
    }

    private String draw(String title) {
        int width = LEFT + batches.size() * panelWidth();
        int height = TOP + stocks.size() * panelHeight() + 40;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12'>%n"
                        + "<rect width='100%%' height='100%%' fill='white'/>%n",
                width,
                height));
        text(LEFT, 24, 16, "start", "The planner's choice: " + title);
        for (int stock = 0; stock < stocks.size(); stock++) {
            for (int batch = 0; batch < batches.size(); batch++) {
                int rows = batches.get(batch);
                Stock stocked = stocks.get(stock);
                // A single row is stock of single rows either way.
                if (cells.stream().anyMatch(cell -> cell.rows() == rows && cell.stock() == stocked)) {
                    panel(LEFT + batch * panelWidth(), TOP + stock * panelHeight(), rows, stocked);
                }
            }
        }
        legend(LEFT, height - 24);
        return svg.append("</svg>").append(System.lineSeparator()).toString();
    }

    private void panel(int x, int y, int rows, Stock stock) {
        text(x, y - 8, 13, "start", rows + (rows == 1 ? " row, " : " rows, ") + stock.words());
        for (int down = 0; down < bandwidths.size(); down++) {
            int middle = y + down * CELL_HEIGHT + CELL_HEIGHT / 2 + 4;
            if (x == LEFT) {
                double mbits = bandwidths.get(down) * 1e-6;
                text(x - 6, middle, 11, "end", mbits >= 1000 ? number(mbits / 1000) + " Gbit/s" : number(mbits) + " M");
            }
            for (int across = 0; across < roundTrips.size(); across++) {
                Network network = new Network(roundTrips.get(across), bandwidths.get(down));
                int left = x + across * CELL_WIDTH;
                int top = y + down * CELL_HEIGHT;
                cells.stream()
                        .filter(cell -> cell.asked().equals(network) && cell.rows() == rows && cell.stock() == stock)
                        .forEach(cell -> cell(left, top, cell));
            }
        }
        for (int across = 0; across < roundTrips.size(); across++) {
            int middle = x + across * CELL_WIDTH + CELL_WIDTH / 2;
            String label = number(roundTrips.get(across) * 1e3) + " ms";
            text(middle, y + bandwidths.size() * CELL_HEIGHT + 16, 11, "middle", label);
        }
    }

    private void cell(int x, int y, PlanCell cell) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x='%d' y='%d' width='%d' height='%d' fill='%s' stroke='%s' stroke-width='%d'/>%n",
                x + 1,
                y + 1,
                CELL_WIDTH - 3,
                CELL_HEIGHT - 3,
                colour(cell.chosen().how()),
                cell.within() ? "none" : "#c00000",
                cell.within() ? 0 : 3));
        double seconds = cell.chosenWay().seconds().orElseThrow().median();
        text(x + CELL_WIDTH / 2, y + 17, 11, "middle", Report.time(seconds));
        text(x + CELL_WIDTH / 2, y + 31, 11, "middle", String.format(Locale.ROOT, "× %.2f", cell.ratio()));
    }

    private void legend(int x, int y) {
        int at = x;
        for (How how : How.values()) {
            svg.append(String.format(
                    Locale.ROOT, "<rect x='%d' y='%d' width='14' height='14' fill='%s'/>%n", at, y, colour(how)));
            text(at + 20, y + 12, 12, "start", how.words());
            at += 215;
        }
    }

    private static String colour(How how) {
        return switch (how) {
            case TREE -> "#9ecae1";
            case RIPPLE -> "#c6dbef";
            case GARBLED_TWO -> "#a1d99b";
            case GARBLED_THREE -> "#d9e88c";
        };
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private void text(int x, int y, int size, String anchor, String words) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x='%d' y='%d' font-size='%d' text-anchor='%s'>%s</text>%n",
                x,
                y,
                size,
                anchor,
                words));
    }
}
