package org.tallystick.node.bank;

import org.tallystick.models.Answer;
import org.tallystick.models.Compiled;
import org.tallystick.models.Output;
import org.tallystick.program.Encoder;
import org.tallystick.program.Program;

/** A model file, compiled. */
record CompiledScoring(Compiled compiled) implements Scoring {
    @Override
    public Program program() {
        return compiled.program();
    }

    @Override
    public Encoder encoder() {
        return compiled.encoder(compiled.model().bank());
    }

    @Override
    public Answer decode(long number) {
        return compiled.decode(number);
    }

    @Override
    public String output() {
        return switch (compiled.model().output()) {
            case Output.Band _ -> "band";
            case Output.Points _ -> "points";
            case Output.Pd _ -> "pd";
        };
    }
}
