package org.tallystick.node.bank;

import java.time.Duration;
import org.tallystick.program.GarbledProgram;

/** How the answers of a run are to be computed, chosen by what is expected to be faster. */
@FunctionalInterface
interface Computing {
    /** The two ways from shares to an answer. */
    enum How {
        /** One message, where stock has been made ahead. */
        GARBLED,
        /** Bit-sliced circuits on shares: a round a layer, many rows to a word. */
        BIT_SLICED
    }

    /**
     * What the bank has seen of the group's network.
     *
     * @param roundTrip to the slowest agency and back
     * @param bitsPerSecond from an agency to the bank
     */
    record Network(Duration roundTrip, double bitsPerSecond) {}

    /** @param rows of the run */
    How choose(GarbledProgram program, int rows, Network network);

    /**
     * A few rows over a slow line gain most: garbling saves about eight one-way messages however many rows there are,
     * and costs each row some kilobytes and a tenth of a millisecond of one processor.
     */
    static How simple(GarbledProgram program, int rows, Network network) {
        double saved = 4 * network.roundTrip().toNanos();
        double bytes = (double) rows * program.function().circuit().inputBits() * 16;
        double spent = rows * 150_000.0 + 8e9 * bytes / network.bitsPerSecond();
        return spent < saved ? How.GARBLED : How.BIT_SLICED;
    }
}
