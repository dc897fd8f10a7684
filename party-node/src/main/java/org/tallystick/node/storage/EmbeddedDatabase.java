package org.tallystick.node.storage;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.stream.Stream;

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
        return causes(failure).anyMatch(cause -> {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            return message.contains("no space left")
                    || message.contains("file too large")
                    || message.contains("disk quota exceeded")
                    || message.contains("not enough space");
        });
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
        return causes(failure)
                .filter(cause -> cause instanceof SQLException sql && sql.getErrorCode() != 0)
                .reduce((earlier, later) -> later)
                .map(cause -> ((SQLException) cause).getErrorCode())
                .orElse(0);
    }

    /**
     * The failure and what caused it. The failure of a batch has its first row's failure beside it, not as its cause.
     */
    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, EmbeddedDatabase::cause);
    }

    private static Throwable cause(Throwable failure) {
        Throwable first = failure instanceof BatchUpdateException batch ? batch.getNextException() : null;
        return first == null ? failure.getCause() : first;
    }
}
