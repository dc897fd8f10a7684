package org.tallystick.node.session;

import java.util.Optional;
import org.tallystick.program.Program;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.TrainingPlan;

/** The programs this node knows, and which of them its operator has approved. */
public interface Programs {
    /** The program with this hash, when it is known and approved. */
    Optional<Program> approved(Hash hash);

    /** Keeps a program that a bank wants to activate, so that the operator can look at it and approve its hash. */
    void offered(Hash hash, Program program);

    /** Keeps the plan of a training that a bank proposes, likewise. */
    void offered(Hash hash, TrainingPlan plan);

    /** Keeps the plan of an evaluation that a bank proposes, likewise. */
    void offered(Hash hash, EvaluationPlan plan);

    /** Whether the operator has approved the plan with this hash. */
    boolean isApproved(Hash plan);
}
