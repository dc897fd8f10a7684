package org.tallystick.node.session;

import java.util.List;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;

/** The durable record of what this node has let go. */
public interface Releases {
    /** Of a node that sends nothing of an answer, and so has no release to record. */
    Releases NOTHING_LEAVES = new Releases() {
        @Override
        public Authorisation authorise(Hash proposal, Hash program, List<String> requests) {
            return () -> {};
        }

        @Override
        public Authorisation authorise(Hash proposal, Hash program, String request, int rows) {
            return () -> {};
        }

        @Override
        public void voided(Hash proposal) {}
    };

    /** This record, or none where the program reveals nothing to a party other than {@code self}. */
    default Releases of(Program program, int self) {
        boolean leaves = program.operations().stream()
                .anyMatch(operation -> operation instanceof Operation.Reveal reveal && reveal.party() != self);
        return leaves ? this : NOTHING_LEAVES;
    }

    /**
     * Begins to write "release authorised" for these requests; nothing of an answer may leave before
     * {@link Authorisation#await} has returned.
     */
    Authorisation authorise(Hash proposal, Hash program, List<String> requests);

    /** The same for {@code rows} rows that one request asks for together. */
    Authorisation authorise(Hash proposal, Hash program, String request, int rows);

    /** Durably notes that nothing of this proposal's answer has left, which voids its charge. */
    void voided(Hash proposal);

    /** A record that is being written. */
    @FunctionalInterface
    interface Authorisation {
        /** Returns when the record is on disk; throws when it cannot be written. */
        void await();
    }
}
