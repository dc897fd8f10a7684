package org.tallystick.node.server;

import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.config.Role;
import org.tallystick.node.metrics.Metrics;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sessions;

/** Writes the ends of runs into the node's history and metrics. */
record RunObserver(RunHistory history, Metrics metrics) implements Sessions.Observer {
    @Override
    public void finished(Sessions.Finished run) {
        history.add(run);
        metrics.run("score", run.score().rows().size(), run.report().nanos());
        for (Role role : Role.values()) {
            long sent = run.report().sent()[role.ordinal()];
            long received = run.report().received()[role.ordinal()];
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
