package org.tallystick.node.bank;

import java.util.Locale;
import org.tallystick.node.rest.NodeService.How;
import org.tallystick.plan.Network;
import org.tallystick.program.GarbledProgram;

/** How the answers of a run are to be computed, chosen by what is expected to be faster. */
@FunctionalInterface
interface Computing {
    /** @param reasons for people, one or two sentences */
    record Choice(How how, String reasons) {}

    /**
     * @param rows of the run
     * @param network as the bank has seen it
     */
    Choice choose(GarbledProgram program, int rows, Network network);

    /**
     * A few rows over a slow line gain most: garbling saves about eight one-way messages however many rows there are,
     * and costs each row some kilobytes and a tenth of a millisecond of one processor.
     */
    static Choice simple(GarbledProgram program, int rows, Network network) {
        double saved = 4 * network.roundTripSeconds();
        long bytes = (long) rows * program.function().circuit().inputBits() * 16;
        double spent = rows * 150e-6 + network.secondsFor(bytes);
        return new Choice(
                spent < saved ? How.GARBLED : How.BIT_SLICED,
                String.format(
                        Locale.ROOT,
                        "By a rule of thumb: garbled saves %.1f ms of waiting over a network of %s, and costs %.1f ms"
                                + " for %d %s.",
                        saved * 1e3,
                        network,
                        spent * 1e3,
                        rows,
                        rows == 1 ? "row" : "rows"));
    }
}
