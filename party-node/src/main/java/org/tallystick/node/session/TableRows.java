package org.tallystick.node.session;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.program.KeptRows;
import org.tallystick.program.Program;
import org.tallystick.share.Rep4Vector;

/**
 * The rows of a segment.
 *
 * @param own the proposer's own inputs, which are no part of the table; empty at the others
 */
record TableRows(int count, KeptRows<Rep4Vector> kept, List<long[]> own) {
    private static final Logger LOG = LoggerFactory.getLogger(TableRows.class);

    /**
     * What this node has stored of a segment, for a program.
     *
     * @throws Refused when it has not what is asked for
     */
    static TableRows of(
            Sessions.Services services,
            int self,
            Program program,
            int proposer,
            Proposal.ScoreTable score,
            List<long[]> own) {
        Refused unknown = new Refused(self, Refusal.of(Refusal.Reason.TABLE_UNKNOWN));
        Tables.Table table = services.tables().find(score.table()).orElseThrow(() -> unknown);
        Program stored = services.programs()
                .approved(table.program())
                .orElseThrow(() -> new Refused(self, Refusal.of(Refusal.Reason.PROGRAM_NOT_APPROVED)));
        KeptColumns columns = KeptColumns.of(stored, program, proposer).orElseThrow(() -> unknown);
        Optional<Tables.Segment> segment;
        try {
            segment = services.tables().segment(score.table(), score.position());
        } catch (NodeFailure e) {
            LOG.error("segment {} of table {}: {}", score.position(), score.table(), e.getMessage());
            throw unknown;
        }
        Tables.Segment found =
                segment.filter(one -> one.filled().equals(score.filled())).orElseThrow(() -> unknown);
        return new TableRows(found.rows(), columns.rows(self, found), own);
    }

    @Override
    public String toString() {
        return "TableRows[" + count + "]";
    }
}
