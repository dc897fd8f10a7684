package org.tallystick.node.server;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tallystick.node.session.Hash;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Encoder;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.TrainingPlan;

/**
 * The columns of a node's own that a program or a plan takes, by every name that they go by: the raw columns of its
 * database that are read for them, and what the bank calls what is made of those.
 */
final class TakenColumns {
    private TakenColumns() {}

    static Set<String> of(int self, StoredPrograms programs, Hash hash) {
        Optional<byte[]> encoding = programs.encoding(hash);
        if (encoding.isEmpty()) {
            return Set.of();
        }
        if (TrainingPlan.isMarked(encoding.get())) {
            return of(self, TrainingPlan.decode(encoding.get()));
        }
        Optional<Program> program = EvaluationPlan.isMarked(encoding.get())
                ? Optional.of(EvaluationPlan.decode(encoding.get()).program())
                : programs.known(hash);
        return program.map(found -> of(self, found)).orElse(Set.of());
    }

    static Set<String> of(int self, Program program) {
        Set<String> names = new TreeSet<>();
        for (Operation.Column column : Encoder.columns(program, self)) {
            names.add(column.name());
            names.addAll(ColumnRule.parse(column.meaning()).columns());
        }
        return names;
    }

    static Set<String> of(int self, TrainingPlan plan) {
        Set<String> names = new TreeSet<>();
        for (TrainingPlan.Column column : plan.columns()) {
            if (column.owner() == self) {
                names.add(column.name());
                if (column.treatment() instanceof TrainingPlan.Treatment.Stored stored) {
                    names.addAll(ColumnRule.parse(stored.meaning()).columns());
                }
            }
        }
        return names;
    }
}
