package org.tallystick.node.bank;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.rest.NodeService.How;
import org.tallystick.plan.Calibration;
import org.tallystick.plan.Network;
import org.tallystick.plan.Planner;
import org.tallystick.plan.Rates;
import org.tallystick.plan.Whole;
import org.tallystick.program.GarbledProgram;

/**
 * Chooses by the planner's prediction, from this machine's rates. They are measured once and in the background, as soon
 * as they could matter; until then the simple rule chooses. Where all nodes are near each other it always does: a few
 * rows are garbled there, since messages cost processor time as well, and nothing is measured. For several threads.
 */
final class Planning implements Computing {
    private static final Logger LOG = LoggerFactory.getLogger(Planning.class);

    /** Below this round trip either way is a matter of a few milliseconds. */
    static final double NEAR_SECONDS = 0.5e-3;

    /** Seconds of one of the hundred measurements, or less where they take longer anyway. */
    private static final double BUDGET_SECONDS = 0.01;

    private static final int MOST_KEPT = 256;

    private final Supplier<Rates> measure;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile Optional<Rates> rates = Optional.empty();
    private final Map<Question, Choice> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Choice> eldest) {
            return size() > MOST_KEPT;
        }
    };

    private record Question(GarbledProgram program, int rows, Network network) {}

    /** @param measure takes seconds; called once, on a thread of its own */
    Planning(Supplier<Rates> measure) {
        this.measure = measure;
    }

    /** By the rates of the machine that this runs on. */
    static Planning ofThisMachine() {
        return new Planning(() -> Calibration.measureNode(BUDGET_SECONDS));
    }

    @Override
    public Choice choose(GarbledProgram program, int rows, Network network) {
        if (network.roundTripSeconds() < NEAR_SECONDS) {
            return Computing.simple(program, rows, network);
        }
        Optional<Rates> known = rates;
        if (known.isEmpty()) {
            begin();
            return Computing.simple(program, rows, network);
        }
        synchronized (kept) {
            return kept.computeIfAbsent(
                    new Question(program, rows, network), question -> predicted(question, known.get()));
        }
    }

    private static Choice predicted(Question question, Rates rates) {
        Whole whole = new Planner(question.network, rates).whole(question.program, question.rows);
        return new Choice(whole.takesGarbled() ? How.GARBLED : How.BIT_SLICED, whole.text());
    }

    private void begin() {
        if (begun.compareAndSet(false, true)) {
            // Not a virtual thread: it computes for seconds, and those are few.
            Thread.ofPlatform().daemon().name("calibration").start(this::calibrate);
        }
    }

    private void calibrate() {
        long start = System.nanoTime();
        try {
            Rates found = measure.get();
            rates = Optional.of(found);
            LOG.info("this machine's rates were measured in {} s", (System.nanoTime() - start) / 1_000_000_000);
        } catch (RuntimeException e) {
            LOG.error("this machine's rates could not be measured; a rule of thumb stays in their place", e);
        }
    }

    /** Whether the planner chooses. */
    boolean isCalibrated() {
        return rates.isPresent();
    }

    @Override
    public String toString() {
        return "Planning[" + (isCalibrated() ? "calibrated" : "not calibrated") + "]";
    }
}
