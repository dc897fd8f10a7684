package org.tallystick.node.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.YearMonth;
import java.util.Optional;

/** A log of receipts; JSON is as the description has it. */
public interface NodeReceipts {
    /** Its head, signed now, and the heads of the others. */
    ObjectNode head();

    /** Receipts from one on, or the newest. */
    ObjectNode page(Optional<Long> from, int limit);

    /** One with its proof; empty when there is none of that number. */
    Optional<ObjectNode> receipt(long index);

    /** All of one session, each with its proof; none when it has none here. */
    ObjectNode ofSession(String session);

    /** All of it, for an auditor. */
    void export(OutputStream out) throws IOException;

    /** Every use of a subject's data. */
    ObjectNode usesOf(String subject);

    ObjectNode statement(YearMonth month);

    String statementCsv(YearMonth month);

    /** Goes on although an earlier log is lost; false when none is. */
    boolean goOn(String by);
}
