package org.tallystick.models;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Encoder;
import org.tallystick.program.Operation;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Program;
import org.tallystick.ring.Ring;

/** A compiled model as the bank holds it: the public program, and the private numbers that go with it. */
public final class Compiled {
    private final Model model;
    private final ScoreSpace space;
    private final Program program;
    private final Map<String, long[]> stored;
    private final List<ColumnRule.Sum> bankSums;

    Compiled(
            Model model, ScoreSpace space, Program program, Map<String, long[]> stored, List<ColumnRule.Sum> bankSums) {
        this.model = model;
        this.space = space;
        this.program = program;
        this.stored = stored;
        this.bankSums = List.copyOf(bankSums);
    }

    public Model model() {
        return model;
    }

    /** What agencies approve. */
    public Program program() {
        return program;
    }

    /** What the bank shares once, when the model is activated: by name of a {@link Operation.Stored}, its one row. */
    public Map<String, long[]> storedValues() {
        Map<String, long[]> copies = new LinkedHashMap<>();
        stored.forEach((name, values) -> copies.put(name, values.clone()));
        return copies;
    }

    /**
     * The encoder of a role. An agency gets the same one from the program alone: {@link Encoder#of(Program, String)}.
     */
    public Encoder encoder(String role) {
        if (!role.equals(model.bank())) {
            return Encoder.of(program, role);
        }
        List<Column> columns = Encoder.columns(program, program.parties().indexOf(role));
        return Encoder.of(columns, List.copyOf(bankSums));
    }

    /** Fractional bits of the score inside the computation. */
    public int scoreFraction() {
        return 2 * model.limits().fractionBits();
    }

    /** The score inside the computation as a score of the model, in its own unit. */
    public double score(long fixed) {
        return (Math.scalb((double) fixed, -scoreFraction()) - space.shift()) / space.factor();
    }

    /**
     * The answer in the revealed bits of one row, read as an unsigned number: those of the answer, and above them those
     * of its reasons.
     *
     * @throws IllegalArgumentException if no computation of this program gives that number
     */
    public Answer decode(long number) {
        if (model.reasons().isEmpty()) {
            return answer(number);
        }
        int bits = program.shapes().get(program.reveals().getFirst().x()).columns();
        return new Answer.Explained(
                answer(number & Ring.mask(bits)), model.reasons().get().decode(number >>> bits, model.features()));
    }

    private Answer answer(long number) {
        return switch (model.output()) {
            case Output.Band _ -> {
                List<String> names = model.bands().orElseThrow().bestFirst();
                int rank = space.rank(number, names.size() - 1);
                yield new Answer.Band(rank, names.get(rank));
            }
            case Output.Pd pd -> {
                int rank = space.rank(number, pd.steps() - 1);
                yield new Answer.Pd((double) rank / pd.steps(), (double) (rank + 1) / pd.steps());
            }
            case Output.Points _ -> {
                int unused = 64 - program.width() + scoreFraction();
                if (number >>> (64 - unused) != 0) {
                    throw new IllegalArgumentException("points in more than " + (64 - unused) + " bits");
                }
                yield new Answer.Points(number << unused >> unused);
            }
        };
    }

    @Override
    public String toString() {
        return program.name();
    }
}
