package org.tallystick.node.bank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.tallystick.node.rest.NodeService.How;
import org.tallystick.plan.Curve;
import org.tallystick.plan.Network;
import org.tallystick.plan.Rates;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.FloorBits;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Operation.Reveal;
import org.tallystick.program.Program;
import org.tallystick.protocol.Profile;

/** The bank's choice between its two ways. */
final class PlanningTest {
    private static final GarbledProgram PROGRAM = assertInstanceOf(
                    GarbledProgram.Found.Possible.class,
                    GarbledProgram.of(new Program(
                            "test",
                            Profile.REP4,
                            List.of("tax", "utility", "social-security", "bank"),
                            20,
                            List.of(
                                    new Input(0, List.of(new Column("a", "a column", 0, new Interval(0, 1000)))),
                                    new FloorBits(0, 3),
                                    new Reveal(1, 3)))))
            .program();
    private static final Network FAR = new Network(40e-3, 1e9);

    /** A machine that garbles for as long as it is told to. */
    private static Rates rates(double secondsOfARow) {
        Curve nothing = Curve.flat(0);
        return new Rates(
                0,
                0,
                nothing,
                nothing,
                secondsOfARow,
                secondsOfARow,
                nothing,
                nothing,
                nothing,
                0,
                nothing,
                nothing,
                nothing);
    }

    private static Planning calibrated(Rates rates) {
        Planning planning = new Planning(() -> rates);
        planning.choose(PROGRAM, 1, FAR);
        while (!planning.isCalibrated()) {
            Thread.onSpinWait();
        }
        return planning;
    }

    @Test
    void theMachineIsMeasuredOnceInTheBackgroundAndOnlyWhereItMatters() {
        AtomicInteger measured = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(1);
        Planning planning = new Planning(() -> {
            measured.incrementAndGet();
            try {
                asked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return rates(0);
        });
        Network near = new Network(0.1e-3, 1e10);
        assertEquals(How.GARBLED, planning.choose(PROGRAM, 1, near).how());
        assertEquals(How.BIT_SLICED, planning.choose(PROGRAM, 16, near).how());
        assertEquals(0, measured.get());
        Computing.Choice meanwhile = planning.choose(PROGRAM, 1, FAR);
        assertEquals(Computing.simple(PROGRAM, 1, FAR), meanwhile);
        assertTrue(meanwhile.reasons().contains("rule of thumb"), meanwhile.reasons());
        planning.choose(PROGRAM, 1, FAR);
        assertFalse(planning.isCalibrated());
        asked.countDown();
        while (!planning.isCalibrated()) {
            Thread.onSpinWait();
        }
        planning.choose(PROGRAM, 1, FAR);
        assertEquals(1, measured.get());
    }

    @Test
    void thePlannersPredictionChooses() {
        Planning fast = calibrated(rates(1e-6));
        Computing.Choice garbled = fast.choose(PROGRAM, 1, FAR);
        assertEquals(How.GARBLED, garbled.how());
        assertTrue(garbled.reasons().contains("rounds against"), garbled.reasons());
        Planning slow = calibrated(rates(1));
        assertEquals(How.BIT_SLICED, slow.choose(PROGRAM, 1, FAR).how());
        Planning tenth = calibrated(rates(10e-3));
        assertEquals(How.GARBLED, tenth.choose(PROGRAM, 1, FAR).how());
        assertEquals(How.BIT_SLICED, tenth.choose(PROGRAM, 1000, FAR).how(), "each row costs its time");
    }

    @Test
    void aMachineThatCannotBeMeasuredKeepsTheRuleOfThumb() throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(1);
        Planning planning = new Planning(() -> {
            failed.countDown();
            throw new IllegalStateException("no");
        });
        planning.choose(PROGRAM, 1, FAR);
        failed.await();
        assertEquals(Computing.simple(PROGRAM, 1, FAR), planning.choose(PROGRAM, 1, FAR));
    }
}
