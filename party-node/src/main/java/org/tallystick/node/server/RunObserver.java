package org.tallystick.node.server;

import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.config.Role;
import org.tallystick.node.metrics.Metrics;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.RunEnds;
import org.tallystick.node.session.RunReport;

/** Writes the ends of runs into the node's history and metrics. */
record RunObserver(RunHistory history, Metrics metrics) implements RunEnds {
    @Override
    public void finished(Finished run) {
        history.add(run);
        count("score", run.score().rows().size(), run.report());
        metrics.computed(
                run.isGarbled() ? "garbled" : "bit_sliced", run.score().rows().size());
    }

    @Override
    public void ranTable(TableRun run) {
        history.addTable(run);
        count(run.kind(), run.rows(), run.report());
    }

    @Override
    public void trained(Hash proposal, Hash plan, int rows, RunReport report) {
        history.addTraining(proposal, plan, rows, report);
        count("train", rows, report);
    }

    private void count(String kind, int rows, RunReport report) {
        metrics.run(kind, rows, report.nanos());
        for (Role role : Role.values()) {
            long sent = report.sent()[role.ordinal()];
            long received = report.received()[role.ordinal()];
            if (sent + received > 0) {
                metrics.traffic(role.id(), sent, received);
            }
        }
    }

    @Override
    public void aborted(ProtocolAbort.Reason reason) {
        metrics.aborted(reason.name());
    }

    @Override
    public void refused(int party, Refusal.Reason reason) {
        metrics.refused(Role.values()[party].id(), reason.name());
    }
}
