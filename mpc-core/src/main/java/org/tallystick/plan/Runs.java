package org.tallystick.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tallystick.convert.GarbledFunction;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.convert.SharedInput;
import org.tallystick.convert.SharedOutput;
import org.tallystick.net.Mesh;
import org.tallystick.protocol.Adder;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Vector;

/**
 * A question asked one way or the other by one party of rep4, from shares to the answer at one of them. What is
 * measured and what is predicted is this code. An instance is for one run.
 */
public final class Runs {
    private final Mesh mesh;
    private final SharedSeed[] seeds;
    private final byte[] runId;

    /**
     * @param seeds of the epoch, {@code null} at this party's own index
     * @param runId never used before in this epoch
     */
    public Runs(Mesh mesh, SharedSeed[] seeds, byte[] runId) {
        this.mesh = mesh;
        this.seeds = seeds.clone();
        this.runId = runId.clone();
    }

    /** The way in of a garbled way. */
    public static Way way(How how) {
        return switch (how) {
            case GARBLED_TWO -> Way.TWO;
            case GARBLED_THREE -> Way.THREE;
            case TREE, RIPPLE -> throw new IllegalArgumentException(how + " is not garbled");
        };
    }

    /** The form of carries of a way on bit slices, whatever the size; up to three bits both are alike. */
    static Adder.Rule carries(How how) {
        Adder.Form form = switch (how) {
            case TREE -> Adder.Form.TREE;
            case RIPPLE -> Adder.Form.RIPPLE;
            case GARBLED_TWO, GARBLED_THREE -> throw new IllegalArgumentException(how + " is not on bit slices");
        };
        return (rows, columns, planes) -> planes <= 3 ? Adder.Form.RIPPLE : form;
    }

    /** The answer on bit slices, present at the receiver. */
    public Optional<BitMatrix> sliced(Question question, How how, Rep4Vector x, Rep4Vector thresholds, int receiver) {
        Rep4 rep4 = new Rep4(mesh, seeds, runId, carries(how));
        return rep4.reveal(question.bits(rep4, x, thresholds), receiver);
    }

    /** Garbles for one run with that receiver. */
    public GarbledStock prepare(GarbledFunction function, int rows, int receiver) {
        return world(receiver).prepare(function, rows, 0);
    }

    /** Garbles for as many runs of a row. */
    public List<GarbledStock> prepareEach(GarbledFunction function, int rows, int receiver) {
        return world(receiver).prepareEach(function, rows, 0);
    }

    /** The garbled answers of each row out of its own stock, all labels together, present at the receiver. */
    public List<Optional<BitMatrix>> garbled(
            Question question, List<GarbledStock> stocks, Rep4Vector x, Rep4Vector thresholds, int receiver) {
        Rep4 rep4 = new Rep4(mesh, seeds, runId);
        List<Rep4Vector> columns = question.inputs(rep4, x, thresholds);
        List<Optional<BitMatrix>> answers = new ArrayList<>();
        for (int row = 0; row < stocks.size(); row++) {
            List<SharedInput> inputs = new ArrayList<>();
            for (Rep4Vector column : columns) {
                inputs.add(new SharedInput.Numbers(rep4.rows(column, row, 1)));
            }
            SharedOutput answer = world(receiver).run(stocks.get(row), inputs).getFirst();
            answers.add(((SharedOutput.Revealed) answer).bits());
        }
        return answers;
    }

    /** The garbled answer, from stock that was made by these same runs, present at the receiver. */
    public Optional<BitMatrix> garbled(
            Question question, GarbledStock stock, Rep4Vector x, Rep4Vector thresholds, int receiver) {
        Rep4 rep4 = new Rep4(mesh, seeds, runId);
        List<SharedInput> inputs = new ArrayList<>();
        for (Rep4Vector column : question.inputs(rep4, x, thresholds)) {
            inputs.add(new SharedInput.Numbers(column));
        }
        SharedOutput answer = world(receiver).run(stock, inputs).getFirst();
        return ((SharedOutput.Revealed) answer).bits();
    }

    private GarbledWorld world(int receiver) {
        return new GarbledWorld(mesh, seeds, runId, Roles.of(receiver, 0));
    }

    @Override
    public String toString() {
        return "Runs[party " + mesh.self() + "]";
    }
}
