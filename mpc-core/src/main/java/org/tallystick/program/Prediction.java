package org.tallystick.program;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.CostModel;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.Protocol;

/**
 * What a run will cost, before it runs: the very code of the run over a protocol that only adds up what the profile
 * declares. Tests hold it equal to what is measured.
 */
public final class Prediction {
    private Prediction() {}

    /** The cost of running a program for that many subjects. */
    public static Cost of(Program program, CostModel model, int rows) {
        var protocol = new ShapeProtocol(program.profile(), model);
        Interpreter.run(protocol, program, rows, List.of(), storedShapes(program), Checkpoints.NONE);
        return protocol.cost();
    }

    /** The shapes of a program's stored shares, by name. */
    static Map<String, ShapeProtocol.Vector> storedShapes(Program program) {
        Map<String, ShapeProtocol.Vector> stored = new HashMap<>();
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Stored(String name, List<Operation.Interval> bounds)) {
                stored.put(name, new ShapeProtocol.Vector(1, bounds.size(), 64));
            }
        }
        return stored;
    }

    /** The cost of activating the model of a program, as {@link Activation} does it. */
    public static Cost ofActivation(Program program, CostModel model, int owner) {
        var protocol = new ShapeProtocol(program.profile(), model);
        Activation.run(protocol, program, owner, Optional.empty());
        return protocol.cost();
    }

    /** The cost of any code over a protocol, for gadgets and experiments; inside, {@code self} is −1. */
    public static Cost of(Profile profile, CostModel model, Consumer<Protocol<?, ?>> body) {
        var protocol = new ShapeProtocol(profile, model);
        body.accept(protocol);
        return protocol.cost();
    }
}
