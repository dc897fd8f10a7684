package org.tallystick.node.server;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
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
    private static final int MOST_REMEMBERED = 4096;

    private TakenColumns() {}

    /**
     * Looks them up, each program once: it is what its hash says, whoever approves it and when. What is not known here
     * yet takes nothing now, and is looked up again.
     */
    static Function<Hash, Set<String>> remembered(Function<Hash, Optional<Set<String>>> lookup) {
        RecentlyUsed<Hash, Set<String>> found = new RecentlyUsed<>(MOST_REMEMBERED);
        return hash -> {
            Optional<Set<String>> columns = found.get(hash).or(() -> lookup.apply(hash));
            columns.ifPresent(each -> found.put(hash, each));
            return columns.orElse(Set.of());
        };
    }

    /** Empty when the program or plan is not known here. */
    static Optional<Set<String>> of(int self, StoredPrograms programs, Hash hash) {
        Optional<byte[]> encoding = programs.encoding(hash);
        if (encoding.isEmpty()) {
            return Optional.empty();
        }
        if (TrainingPlan.isMarked(encoding.get())) {
            return Optional.of(of(self, TrainingPlan.decode(encoding.get())));
        }
        Optional<Program> program = EvaluationPlan.isMarked(encoding.get())
                ? Optional.of(EvaluationPlan.decode(encoding.get()).program())
                : programs.known(hash);
        return program.map(found -> of(self, found));
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
