package org.tallystick.node.session;

import java.util.List;
import org.tallystick.program.Program;
import org.tallystick.training.Training;

/** This node's own columns. */
public interface Inputs {
    /**
     * For each input the program asks of this party, in the program's order, its columns for these rows (column after
     * column), from this node's own data by the rules of the approved program. A subject without a row is encoded as
     * missing.
     *
     * @throws RefusedRows when the node's data cannot be used: rows outside the declared ranges, or no data at all
     */
    List<long[]> read(Program program, List<Proposal.Row> rows) throws RefusedRows;

    /**
     * This node's own rows about the subjects of a training, as they are in its data.
     *
     * @throws org.tallystick.node.NodeFailure when its data cannot be read
     */
    Training.Own raw(List<String> learning, List<String> testing);

    /** The node cannot or will not bring in its data for a proposal. */
    final class RefusedRows extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Refusal refusal;

        public RefusedRows(Refusal refusal, String detail) {
            super(detail);
            this.refusal = refusal;
        }

        public Refusal refusal() {
            return refusal;
        }
    }
}
