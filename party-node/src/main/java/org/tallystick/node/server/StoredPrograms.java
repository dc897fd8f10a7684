package org.tallystick.node.server;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Programs;
import org.tallystick.program.Encoding;
import org.tallystick.program.MalformedProgram;
import org.tallystick.program.Program;

/** The programs in this node's state database; approved ones are decoded once. */
public final class StoredPrograms implements Programs {
    private final org.tallystick.node.storage.Programs table;
    private final Approval approval;
    private final ConcurrentHashMap<Hash, Program> approved = new ConcurrentHashMap<>();

    public StoredPrograms(org.tallystick.node.storage.Programs table, Approval approval) {
        this.table = table;
        this.approval = approval;
    }

    @Override
    public Optional<Program> approved(Hash hash) {
        Program known = approved.get(hash);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Program> found = table.find(hash.bytes())
                .filter(stored -> stored.approval().isPresent())
                .map(StoredPrograms::decode);
        found.ifPresent(program -> approved.put(hash, program));
        return found;
    }

    @Override
    public void offered(Hash hash, Program program) {
        table.add(hash.bytes(), program.name(), Encoding.encode(program));
        if (approval == Approval.ALL) {
            table.approve(hash.bytes(), "configuration (approve: all)");
        }
    }

    /** Approves a program on an operator's word; false when this node has never been offered it. */
    public boolean approve(Hash hash, String by) {
        return table.approve(hash.bytes(), by);
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
