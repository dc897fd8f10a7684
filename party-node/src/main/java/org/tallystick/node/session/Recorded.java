package org.tallystick.node.session;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.NodeFailure;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;

/** What is put on record of one session at this node, from its acceptance to its end. */
final class Recorded {
    private static final Logger LOG = LoggerFactory.getLogger(Recorded.class);

    private final Receipts receipts;
    private final Hash session;
    private final int parties;
    private final boolean leaves;
    private Optional<Replies.Accepting> acceptance = Optional.empty();
    private Optional<Receipts.Written> authorisation = Optional.empty();
    private boolean released;
    private boolean over;

    /** @param leaves whether anything of an answer leaves this node, so that its record has to be waited for */
    Recorded(Receipts receipts, Hash session, int parties, boolean leaves) {
        this.receipts = receipts;
        this.session = session;
        this.parties = parties;
        this.leaves = leaves;
    }

    /** Whether the program reveals anything to another party than {@code self}. */
    static boolean leaves(Program program, int self) {
        return program.operations().stream()
                .anyMatch(operation -> operation instanceof Operation.Reveal reveal && reveal.party() != self);
    }

    /** That it accepts is being put on record. */
    void accepted(Replies.Accepting accepting) {
        acceptance = Optional.of(accepting);
    }

    /**
     * Tells all, once, when that is on record, and waits for it.
     *
     * @throws Refused when it cannot be put on record; the others have been told that
     */
    void tellAcceptance() {
        acceptance.orElseThrow().tell();
    }

    /** All have accepted: begins to record that this node's part of the answers may go. */
    void authorise() {
        authorisation = Optional.of(
                receipts.authorised(session, IntStream.range(0, parties).boxed().toList(), leaves));
    }

    /** Nothing of an answer leaves before this has returned. */
    void release() {
        if (leaves) {
            authorisation.orElseThrow().await();
        }
        released = true;
    }

    /**
     * What is charged although it opens nothing is stored here: on record when it returns, and nobody is told before.
     */
    void stored() {
        receipts.ended(session, Outcome.done());
        over = true;
    }

    /** It has ended well. */
    void done() {
        if (over) {
            return;
        }
        try {
            receipts.ended(session, authorisation.isPresent() ? Outcome.released() : Outcome.done());
        } catch (NodeFailure e) {
            LOG.error("the end of session {} is not on record: {}", session, e.getMessage());
        }
    }

    /** It has ended early; what could not be put on record as accepted has no end either. */
    void failed(Throwable failure) {
        if (over) {
            return;
        }
        try {
            acceptance.ifPresent(accepting -> accepting.written().await());
        } catch (NodeFailure e) {
            LOG.error("session {} is not on record: {}", session, e.getMessage());
            return;
        }
        try {
            receipts.ended(session, outcome(failure));
        } catch (RuntimeException e) {
            LOG.error("session {} could not be voided and counts: {}", session, e.getMessage());
        }
    }

    /** It has ended early, by what is found out here and returned, or thrown where it is a refusal. */
    ProtocolAbort failedAs(Supplier<ProtocolAbort> reason) {
        try {
            ProtocolAbort abort = reason.get();
            failed(abort);
            return abort;
        } catch (Refused e) {
            failed(e);
            throw e;
        }
    }

    private Outcome outcome(Throwable failure) {
        if (authorisation.isPresent()) {
            return released ? Outcome.brokenOff(reason(failure)) : Outcome.nothingLeft();
        }
        return failure instanceof Refused refused
                ? Outcome.refused(refused.party(), refused.refusal().reason())
                : Outcome.aborted(reason(failure));
    }

    private static String reason(Throwable failure) {
        return failure instanceof ProtocolAbort abort ? abort.reason().name() : "FAILED";
    }
}
