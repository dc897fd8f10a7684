package org.tallystick.plan;

import org.tallystick.protocol.Cost;

/**
 * What one way would cost.
 *
 * @param stock of no account on bit slices
 * @param cost as it is declared: rounds and bytes, which a run is measured to have
 * @param waitingSeconds rounds, a one-way latency each
 * @param sendingSeconds bytes of the busiest link at the bandwidth, as far as nothing is computed meanwhile
 * @param computingSeconds what the parties compute
 */
public record Estimate(
        How how, Stock stock, Cost cost, double waitingSeconds, double sendingSeconds, double computingSeconds) {
    public double seconds() {
        return waitingSeconds + sendingSeconds + computingSeconds;
    }

    /** The way, and whether its tables are made beforehand. */
    public String words() {
        return how.words() + (how.garbled() ? ", " + stock.words() : "");
    }

    /** What takes the greatest part of the time. */
    public String bound() {
        if (waitingSeconds >= sendingSeconds && waitingSeconds >= computingSeconds) {
            return cost.rounds() == 1 ? "its one round" : "its " + cost.rounds() + " rounds";
        }
        return sendingSeconds >= computingSeconds ? "its bytes" : "what it computes";
    }
}
