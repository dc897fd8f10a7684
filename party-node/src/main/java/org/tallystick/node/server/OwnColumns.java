package org.tallystick.node.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.session.Inputs;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Encoder;
import org.tallystick.program.KeptEncoders;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.training.Training;

/** An agency's columns, read from its own database and encoded by the rules of the approved program. */
public final class OwnColumns implements Inputs {
    private static final Logger LOG = LoggerFactory.getLogger(OwnColumns.class);

    private final int self;
    private final Function<List<String>, List<Optional<Map<String, String>>>> rows;
    private final KeptEncoders kept;
    private final RecentlyUsed<Program, Encoder> encoders = new RecentlyUsed<>(StoredPrograms.CACHED);

    /** @param kept what this node has made of its own columns and tells nobody */
    public OwnColumns(int self, Function<List<String>, List<Optional<Map<String, String>>>> rows, KeptEncoders kept) {
        this.self = self;
        this.kept = kept;
        this.rows = rows;
    }

    @Override
    public List<long[]> read(Program program, List<Proposal.Row> asked) throws RefusedRows {
        Encoder encoder = encoder(program);
        if (encoder.columns().isEmpty()) {
            return List.of();
        }
        List<Optional<Map<String, String>>> found;
        try {
            found = rows.apply(asked.stream().map(Proposal.Row::subject).toList());
        } catch (NodeFailure e) {
            LOG.error("the node's own data cannot be read: {}", e.getMessage());
            throw new RefusedRows(Refusal.of(Refusal.Reason.DATA), e.problem());
        }
        try {
            return byInput(program, encoder.encode(found), asked.size());
        } catch (ColumnRule.BadValue e) {
            SortedMap<Integer, String> problems = encoder.problems(found);
            throw new RefusedRows(
                    new Refusal(Refusal.Reason.ROWS, List.copyOf(problems.keySet())),
                    problems.size() + " rows cannot be used, the first because " + e.getMessage());
        }
    }

    private Encoder encoder(Program program) {
        return encoders.get(program).orElseGet(() -> {
            Encoder made = Encoder.of(program, self, kept);
            encoders.put(program, made);
            return made;
        });
    }

    @Override
    public Training.Own raw(List<String> learning, List<String> testing) {
        return new Training.Own(rows.apply(learning), rows.apply(testing));
    }

    /** The columns of all inputs of this party, cut into one array an input. */
    private List<long[]> byInput(Program program, long[] all, int count) {
        List<long[]> inputs = new ArrayList<>();
        int at = 0;
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Input(int owner, List<Operation.Column> columns) && owner == self) {
                int next = at + columns.size() * count;
                inputs.add(Arrays.copyOfRange(all, at, next));
                at = next;
            }
        }
        return inputs;
    }
}
