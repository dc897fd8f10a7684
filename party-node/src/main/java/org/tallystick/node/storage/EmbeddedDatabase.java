package org.tallystick.node.storage;

import java.sql.SQLException;
import java.util.Locale;

/** What H2's errors mean for the database they come from. */
public final class EmbeddedDatabase {
    private static final int LOCKED = 90020;

    private EmbeddedDatabase() {}

    /** Whether another process has the database open. */
    public static boolean isLocked(Throwable failure) {
        return code(failure) == LOCKED;
    }

    /** Whether the cause is a full disk, or a quota or limit that is used up. */
    public static boolean isDiskFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("no space left")
                    || message.contains("file too large")
                    || message.contains("disk quota exceeded")
                    || message.contains("not enough space")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the database has ended itself. What it committed is in its file, but its connections must not be touched
     * again, not even to close them: with an open transaction H2 2.5 would wait for ever, without sleeping, for a
     * version that never comes.
     */
    public static boolean hasEnded(Throwable failure) {
        return isDiskFull(failure)
                || switch (code(failure)) {
                    case 90007, 90028, 90030, 90031, 90067, 90098, 90121 -> true;
                    default -> false;
                };
    }

    private static int code(Throwable failure) {
        int code = 0;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            code = cause instanceof SQLException sql && sql.getErrorCode() != 0 ? sql.getErrorCode() : code;
        }
        return code;
    }
}
