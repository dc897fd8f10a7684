package org.tallystick.node.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;
import org.tallystick.program.Program;

/** Notes what a training tells the bank. */
final class TrainingNotes implements Sessions.TrainingListener {
    final List<Integer> steps = new ArrayList<>();
    Optional<Hash> origin = Optional.empty();
    Optional<Hash> program = Optional.empty();
    Optional<Sessions.Trained> trained = Optional.empty();
    private final IntConsumer after;

    /** @param after told every step once it is noted */
    TrainingNotes(IntConsumer after) {
        this.after = after;
    }

    @Override
    public void done(int step, int all, OptionalDouble loss) {
        steps.add(step);
        after.accept(step);
    }

    @Override
    public void proposed(Hash began) {
        origin = Optional.of(began);
    }

    @Override
    public void storing(Hash programHash, Program stored) {
        program = Optional.of(programHash);
    }

    @Override
    public void ended(Sessions.Trained ended) {
        trained = Optional.of(ended);
    }
}
