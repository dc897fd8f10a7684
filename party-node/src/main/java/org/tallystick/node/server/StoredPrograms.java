package org.tallystick.node.server;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Programs;
import org.tallystick.program.Encoding;
import org.tallystick.program.MalformedProgram;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.TrainingPlan;

/**
 * The programs in this node's state database. Approved ones that were used lately are kept decoded; what is kept and
 * what the database says change together, so a program is refused from the moment its approval is withdrawn.
 */
public final class StoredPrograms implements Programs {
    static final int CACHED = 64;

    private final org.tallystick.node.storage.Programs table;
    private final Approval approval;
    private final boolean own;
    private final RecentlyUsed<Hash, Program> approved = new RecentlyUsed<>(CACHED);
    private final ReentrantLock changes = new ReentrantLock();

    /** An agency's: what a bank offers is approved by people, or by the configuration. */
    public StoredPrograms(org.tallystick.node.storage.Programs table, Approval approval) {
        this(table, approval, false);
    }

    private StoredPrograms(org.tallystick.node.storage.Programs table, Approval approval, boolean own) {
        this.table = table;
        this.approval = approval;
        this.own = own;
    }

    /** The bank's: nobody but the bank offers any there, so what is known is what it wants itself. */
    public static StoredPrograms ofBank(org.tallystick.node.storage.Programs table) {
        return new StoredPrograms(table, Approval.LISTED, true);
    }

    @Override
    public Optional<Program> approved(Hash hash) {
        Optional<Program> known = approved.get(hash);
        return known.isPresent() ? known : read(hash);
    }

    /** The program with this hash, approved or not. */
    public Optional<Program> known(Hash hash) {
        return table.find(hash.bytes())
                .filter(stored -> isProgram(stored.encoding()))
                .map(StoredPrograms::decode);
    }

    /** The exact bytes of a program or plan that was offered. */
    Optional<byte[]> encoding(Hash hash) {
        return table.find(hash.bytes()).map(org.tallystick.node.storage.Programs.StoredProgram::encoding);
    }

    /** The columns that a party contributes to a program or to a plan, by name. */
    public List<String> columns(Hash hash, int owner) {
        return table.find(hash.bytes()).map(stored -> columns(stored, owner)).orElse(List.of());
    }

    private static List<String> columns(org.tallystick.node.storage.Programs.StoredProgram stored, int owner) {
        if (TrainingPlan.isMarked(stored.encoding())) {
            return TrainingPlan.decode(stored.encoding()).columns().stream()
                    .filter(column -> column.owner() == owner)
                    .map(TrainingPlan.Column::name)
                    .toList();
        }
        Program program = EvaluationPlan.isMarked(stored.encoding())
                ? EvaluationPlan.decode(stored.encoding()).program()
                : decode(stored);
        return program.operations().stream()
                .filter(operation -> operation instanceof Operation.Input input && input.owner() == owner)
                .flatMap(operation -> ((Operation.Input) operation).columns().stream())
                .map(Operation.Column::name)
                .toList();
    }

    /** A plan is approved for what it says, and never for the scores of a program. */
    private static boolean isProgram(byte[] encoding) {
        return !TrainingPlan.isMarked(encoding) && !EvaluationPlan.isMarked(encoding);
    }

    /** Under the lock, so that what was read before a withdrawal is not kept after it. */
    private Optional<Program> read(Hash hash) {
        changes.lock();
        try {
            Optional<Program> found = table.find(hash.bytes())
                    .filter(stored -> isApproved(stored) && isProgram(stored.encoding()))
                    .map(StoredPrograms::decode);
            found.ifPresent(program -> approved.put(hash, program));
            return found;
        } finally {
            changes.unlock();
        }
    }

    @Override
    public void offered(Hash hash, Program program) {
        offered(hash, program.name(), Encoding.encode(program));
    }

    @Override
    public void offered(Hash hash, TrainingPlan plan) {
        offered(hash, "training", plan.encoding());
    }

    @Override
    public void offered(Hash hash, EvaluationPlan plan) {
        offered(hash, "evaluation", plan.encoding());
    }

    private void offered(Hash hash, String name, byte[] encoding) {
        table.add(hash.bytes(), name, encoding);
        if (own) {
            // On record, since what nobody has approved makes room for newer ones.
            table.approve(hash.bytes(), "this node's own offer");
        } else if (approval == Approval.ALL) {
            table.approve(hash.bytes(), "configuration (approve: all)");
        }
    }

    @Override
    public boolean isApproved(Hash plan) {
        return table.find(plan.bytes()).filter(this::isApproved).isPresent();
    }

    private boolean isApproved(org.tallystick.node.storage.Programs.StoredProgram stored) {
        return own || stored.approval().isPresent();
    }

    /** Approves a program on an operator's word; false when this node has never been offered it. */
    public boolean approve(Hash hash, String by) {
        return table.approve(hash.bytes(), by);
    }

    /**
     * Takes an approval back: from now on this node refuses proposals with the program, and activations of it, until it
     * is approved again. Runs under way come to their end. False when there was no approval.
     */
    public boolean withdraw(Hash hash) {
        changes.lock();
        try {
            approved.remove(hash);
            return table.withdraw(hash.bytes());
        } finally {
            changes.unlock();
        }
    }

    public List<org.tallystick.node.storage.Programs.StoredProgram> all() {
        return table.all();
    }

    private static Program decode(org.tallystick.node.storage.Programs.StoredProgram stored) {
        try {
            return Encoding.decode(stored.encoding());
        } catch (MalformedProgram e) {
            throw new IllegalStateException("the state database holds a program that cannot be read", e);
        }
    }
}
