package org.tallystick.node.session;

import java.util.List;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.program.Program;

/** Told how runs end at this node, for its history and its metrics. */
public interface RunEnds {
    void finished(Finished run);

    /** Rows of a table were stored or scored, or a model was evaluated. */
    void ranTable(TableRun run);

    /** A training has ended well; {@code rows} to learn from and to judge by. */
    void trained(Hash proposal, Hash plan, int rows, RunReport report);

    void aborted(ProtocolAbort.Reason reason);

    void refused(int party, Refusal.Reason reason);

    /**
     * A run over rows of a table, or an evaluation, that has ended well.
     *
     * @param kind {@code store}, {@code score} or {@code evaluate}
     */
    record TableRun(String kind, Hash proposal, Hash program, String purpose, int rows, RunReport report) {}

    /** A score of this node that has ended well. */
    record Finished(
            Hash proposal,
            Hash programHash,
            Proposal.Score score,
            Program program,
            List<long[]> held,
            RunReport report) {
        public boolean isGarbled() {
            return !score.stocks().isEmpty();
        }

        @Override
        public String toString() {
            return "Finished[" + proposal + ", " + report + "]";
        }
    }
}
