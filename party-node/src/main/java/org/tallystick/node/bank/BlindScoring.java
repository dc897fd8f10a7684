package org.tallystick.node.bank;

import java.util.List;
import org.tallystick.models.Answer;
import org.tallystick.program.Encoder;
import org.tallystick.program.KeptEncoders;
import org.tallystick.program.Program;

/** Trained weights that nobody knows: the bank brings its columns like any owner, and learns one of two bands. */
record BlindScoring(Program program, int bank, KeptEncoders kept) implements Scoring {
    /** As in the model files of trainings. */
    private static final List<String> BANDS = List.of("grant", "decline");

    @Override
    public Encoder encoder() {
        return Encoder.of(program, bank, kept);
    }

    @Override
    public Answer decode(long number) {
        int rank = Math.toIntExact(number);
        return new Answer.Band(rank, BANDS.get(rank));
    }

    @Override
    public String output() {
        return "band";
    }
}
