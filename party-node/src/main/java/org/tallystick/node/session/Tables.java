package org.tallystick.node.session;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.tallystick.protocol.rep4.KeptInput;

/** The tables of shares this node keeps, at rest under its key. */
public interface Tables {
    /**
     * What a table is: the columns that the inputs of a program ask for, about some subjects, as of a day.
     *
     * @param id 16 bytes in hexadecimal
     * @param program whose inputs are its columns
     * @param segmentRows how many each segment has; the last has what is left
     */
    record Table(String id, String name, LocalDate asOf, Hash program, int rows, int segmentRows) {
        /** How many segments the rows are cut into. */
        public int segments() {
            return Math.ceilDiv(rows, segmentRows);
        }

        /** How many rows the segment at a position has. */
        public int rowsOf(int position) {
            return Math.min(segmentRows, rows - Math.multiplyExact(position, segmentRows));
        }
    }

    /**
     * This node's shares of one segment.
     *
     * @param filled the proposal that filled it
     * @param seeds of each part's holders, for these inputs alone; {@code null} at this node's own index
     * @param inputs in the order of the program's
     */
    record Segment(Hash filled, byte[][] seeds, List<KeptInput> inputs) {
        public Segment {
            inputs = List.copyOf(inputs);
        }

        public int rows() {
            return inputs.getFirst().rows();
        }

        @Override
        public String toString() {
            return "Segment[" + filled + ", " + rows() + " rows]";
        }
    }

    Optional<Table> find(String id);

    /** Rows of all tables but this one. */
    long rowsBeside(String id);

    /** Keeps a segment durably, with the table when it is the first. */
    void keep(Table table, int position, List<String> subjects, Segment segment);

    Optional<Segment> segment(String id, int position);

    /** The subjects of a segment's rows, in order. */
    Optional<List<String>> subjects(String id, int position);

    /** Destroys a table durably, and never takes one of that id again; whether there was one. */
    boolean delete(String id);

    boolean isDeleted(String id);

    /** The tables deleted at this node, the latest last. */
    List<String> deleted();
}
