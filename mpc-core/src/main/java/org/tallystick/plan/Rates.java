package org.tallystick.plan;

/**
 * How fast a machine computes: seconds for the units of work of each way, while all four parties of a group share the
 * machine (as in a laboratory, and in a test of four nodes). Nodes on machines of their own compute in less time, so
 * near a tie the model then leans to the way with less to compute. {@link Calibration} measures them.
 *
 * @param slicedRun a run on bit slices: generators and threads to begin with
 * @param round a round on bit slices, whatever its length: what four parties do between two messages
 * @param treeByte a byte that all parties send where the rows fill words of 64, carries by a tree, by numbers compared
 *     in those words: masks, digests, ANDs; rows that fill none are computed as if they did
 * @param rippleByte the same, carries by a ripple
 * @param garbledRun a run of a garbled function with stock in place, whatever its size
 * @param garbledRow each further row of a run out of stock of single rows: a message from each garbler, and its checks
 * @param evaluate an AND of one row, evaluated, by rows: one thread alone
 * @param label a label that comes with a digest for many, by rows: chosen, sent, hashed, taken in
 * @param checkedLabel the same where each label is checked against a commitment of its own
 * @param stock making stock, whatever its size
 * @param garble an AND of one row, garbled by three parties at a time, by rows
 * @param freshLabel a label of an input made, by rows
 * @param committedLabel both labels of an input committed to, by rows
 */
public record Rates(
        double slicedRun,
        double round,
        Curve treeByte,
        Curve rippleByte,
        double garbledRun,
        double garbledRow,
        Curve evaluate,
        Curve label,
        Curve checkedLabel,
        double stock,
        Curve garble,
        Curve freshLabel,
        Curve committedLabel) {
    /** All of them for people, a line each. */
    public String text() {
        return String.join(
                System.lineSeparator(),
                "bit-sliced: a run " + Choice.time(slicedRun) + ", a round " + Choice.time(round),
                "  a byte, carries by a tree: " + treeByte,
                "  a byte, carries by a ripple: " + rippleByte,
                "garbled: a run " + Choice.time(garbledRun) + ", a row of single stock " + Choice.time(garbledRow)
                        + ", making stock " + Choice.time(stock),
                "  an AND evaluated: " + evaluate,
                "  an AND garbled by three: " + garble,
                "  a label under a common digest: " + label,
                "  a label under a commitment of its own: " + checkedLabel,
                "  a label made: " + freshLabel,
                "  a label committed to: " + committedLabel);
    }
}
