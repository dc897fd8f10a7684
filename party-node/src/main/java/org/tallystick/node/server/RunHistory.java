package org.tallystick.node.server;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.NodeService.HeldRow;
import org.tallystick.node.rest.NodeService.HeldValue;
import org.tallystick.node.rest.NodeService.Message;
import org.tallystick.node.rest.NodeService.Session;
import org.tallystick.node.rest.NodeService.SessionTrace;
import org.tallystick.node.rest.NodeService.Trace;
import org.tallystick.node.rest.NodeService.Traffic;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.RunEnds.Finished;
import org.tallystick.node.session.RunEnds.TableRun;
import org.tallystick.node.session.RunReport;
import org.tallystick.program.Encoder;
import org.tallystick.program.Operation.Column;

/**
 * The last runs of this node, in memory: what each cost, and for the last few, when tracing, what went over the wire.
 */
public final class RunHistory {
    private static final int KEPT = 1000;
    private static final int TRACED = 16;
    private static final int TRACED_ROWS = 16;

    private final int self;
    private final boolean tracing;
    private final Map<String, Session> sessions = bounded(KEPT);
    private final Map<String, Trace> traces = bounded(TRACED);

    public RunHistory(int self, boolean tracing) {
        this.self = self;
        this.tracing = tracing;
    }

    private static <V> Map<String, V> bounded(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > most;
            }
        };
    }

    public synchronized void add(Finished run) {
        int rows = run.score().rows().size();
        TableRun score = new TableRun(
                "score", run.proposal(), run.programHash(), run.score().purpose(), rows, run.report());
        add(score, Optional.of(run.isGarbled() ? "garbled" : "bit_sliced"));
        if (tracing && rows <= TRACED_ROWS) {
            traces.put(run.proposal().hex(), trace(run));
        }
    }

    /** A run over rows of a table. */
    public synchronized void addTable(TableRun run) {
        add(run, Optional.empty());
    }

    /** Of a training: the plan's hash stands in the program's place. */
    public synchronized void addTraining(Hash proposal, Hash plan, int rows, RunReport report) {
        add(new TableRun("train", proposal, plan, "training", rows, report), Optional.empty());
    }

    private void add(TableRun run, Optional<String> how) {
        String id = run.proposal().hex();
        RunReport report = run.report();
        List<Traffic> traffic = new ArrayList<>();
        for (Role role : Role.values()) {
            int peer = role.ordinal();
            if (peer != self) {
                traffic.add(new Traffic(role.id(), report.sent()[peer], report.received()[peer]));
            }
        }
        sessions.put(
                id,
                new Session(
                        id,
                        run.kind(),
                        run.program().hex(),
                        run.purpose(),
                        how,
                        run.rows(),
                        report.rounds(),
                        report.nanos(),
                        Instant.now(),
                        traffic));
    }

    private Trace trace(Finished run) {
        List<Column> columns = Encoder.columns(run.program(), self);
        int rows = run.score().rows().size();
        List<HeldRow> held = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            List<HeldValue> values = new ArrayList<>();
            int column = 0;
            for (long[] input : run.held()) {
                for (int k = 0; k < input.length / rows; k++) {
                    values.add(new HeldValue(columns.get(column++).name(), input[k * rows + row]));
                }
            }
            held.add(new HeldRow(run.score().rows().get(row).subject(), values));
        }
        List<Message> messages = run.report().messages().stream()
                .map(each -> new Message(
                        each.round(), each.sent(), Role.values()[each.peer()].id(), each.bytes(), each.start()))
                .toList();
        return new Trace(held, messages);
    }

    /** The newest first. */
    public synchronized List<Session> latest(int limit) {
        return new ArrayList<>(sessions.values())
                .reversed().stream().limit(limit).toList();
    }

    public synchronized Optional<SessionTrace> find(String id) {
        return Optional.ofNullable(sessions.get(id))
                .map(session -> new SessionTrace(session, Optional.ofNullable(traces.get(id))));
    }
}
