package org.tallystick.node.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Pauses after wrong passwords: none for the first four in a row, then one second, doubled each time up to a quarter of
 * an hour. Names that nobody has are paused alike, so that pauses do not tell which names there are; of those only the
 * latest are remembered. Not for use by many threads.
 */
final class Pauses {
    private static final int FREE = 4;
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final int MOST_STRANGERS = 4096;

    private final Map<String, Attempts> strangers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempts> eldest) {
            return size() > MOST_STRANGERS;
        }
    };

    /** Wrong passwords in a row, and until when no more are looked at. */
    record Attempts(int failures, Optional<Instant> until) {
        static final Attempts NONE = new Attempts(0, Optional.empty());

        /** Throws while the pause lasts. */
        void check(Instant now) {
            if (until.isPresent() && now.isBefore(until.get())) {
                Duration left = Duration.between(now, until.get()).plusMillis(999);
                throw new AccessFailure(
                        AccessFailure.Kind.PAUSED,
                        "too many wrong passwords for this name",
                        "try again after " + left.toSeconds() + " s, or have an operator set a new password",
                        left);
            }
        }

        Attempts wrong(Instant now) {
            int count = Math.min(failures + 1, 1000);
            int beyond = count - FREE - 1;
            if (beyond < 0) {
                return new Attempts(count, Optional.empty());
            }
            Duration pause = Duration.ofSeconds(1L << Math.min(beyond, 20));
            return new Attempts(count, Optional.of(now.plus(pause.compareTo(LONGEST) > 0 ? LONGEST : pause)));
        }
    }

    Attempts ofStranger(String name) {
        return strangers.getOrDefault(name, Attempts.NONE);
    }

    void strangerWasWrong(String name, Attempts attempts) {
        strangers.put(name, attempts);
    }
}
