package org.tallystick.node.server;

import java.util.ArrayList;
import java.util.List;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.ReceiptLog;

/**
 * The receipts of one session. The log has no index by session: it is read from its end back to where the session was
 * accepted, a stretch at a time, which for a session of late is a few milliseconds; one that was only refused, or never
 * was, takes the whole log.
 */
final class SessionReceipts {
    private static final int STRETCH = 4096;

    /** A bank may have a proposal refused as often as its connections allow; the newest are told. */
    private static final int MOST = 1000;

    private SessionReceipts() {}

    /** In the order of the log, of its first {@code size} receipts. */
    static List<ReceiptLog.Entry> find(ReceiptLog log, Hash session, long size) {
        List<ReceiptLog.Entry> found = new ArrayList<>();
        boolean begun = false;
        for (long end = size; end > 0 && !begun && found.size() < MOST; end = Math.max(0, end - STRETCH)) {
            List<ReceiptLog.Entry> here = stretch(log, session, Math.max(0, end - STRETCH), end);
            // A node accepts once, and before everything else that it says of a session, but for refusals of what it
            // had no epoch for or was signed by another: those are left to who reads the whole log.
            begun = here.stream().anyMatch(entry -> entry.receipt() instanceof Receipt.Accepted);
            found.addAll(0, here);
        }
        return found.subList(Math.max(0, found.size() - MOST), found.size());
    }

    private static List<ReceiptLog.Entry> stretch(ReceiptLog log, Hash session, long from, long end) {
        List<ReceiptLog.Entry> here = new ArrayList<>();
        log.read(from, entry -> {
            if (entry.receipt() instanceof Receipt.OfSession of && of.session().equals(session)) {
                here.add(entry);
            }
            return entry.index() + 1 < end;
        });
        return here;
    }
}
