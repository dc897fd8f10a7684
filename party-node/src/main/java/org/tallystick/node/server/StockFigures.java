package org.tallystick.node.server;

import java.util.Map;
import org.tallystick.node.bank.StockKeeper;
import org.tallystick.node.metrics.Metrics;
import org.tallystick.node.session.Stocks;

/** What of garbled stock is in a node's metrics. */
final class StockFigures {
    private StockFigures() {}

    /** Every node's: what it holds, and what became of the rest. */
    static void ofNode(Metrics metrics, Stocks stocks) {
        metrics.gauge(
                "tally_garbled_stock",
                "Rows of garbled stock in place",
                Map.of(),
                () -> stocks.counts().waiting());
        metrics.gauge(
                "tally_garbled_stock_bytes",
                "Memory set aside for garbled stock",
                Map.of(),
                () -> stocks.counts().bytes());
        metrics.count(
                "tally_garbled_stock_made",
                "Rows of garbled stock made",
                Map.of(),
                () -> stocks.counts().made());
        metrics.count(
                "tally_garbled_stock_taken",
                "Rows of garbled stock that proposals have named",
                Map.of(),
                () -> stocks.counts().taken());
        metrics.count(
                "tally_garbled_stock_dropped",
                "Rows of garbled stock dropped unused",
                Map.of(),
                () -> stocks.counts().dropped());
    }

    /** The bank's: whether there is enough. */
    static void ofBank(Metrics metrics, StockKeeper keeper) {
        metrics.gauge(
                "tally_garbled_stock_low",
                "Programs of which less stock is in place than should be",
                Map.of(),
                () -> keeper.counts().low());
        metrics.count(
                "tally_garbled_refills",
                "Refills of garbled stock",
                Map.of("outcome", "made"),
                () -> keeper.counts().refills());
        metrics.count(
                "tally_garbled_refills",
                "Refills of garbled stock",
                Map.of("outcome", "failed"),
                () -> keeper.counts().failures());
        metrics.count(
                "tally_garbled_shortages",
                "Runs that went without stock because it was short",
                Map.of(),
                () -> keeper.counts().shortages());
    }
}
