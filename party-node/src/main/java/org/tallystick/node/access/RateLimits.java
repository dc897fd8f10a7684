package org.tallystick.node.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Token buckets by name: each holds so many tokens, a request takes one, and they come back at a fixed rate. The number
 * of buckets is bounded: one that is full again is as good as none and goes; when there are too many all the same, all
 * new names share one.
 */
public final class RateLimits {
    private static final int MOST = 10_000;
    private static final String OTHERS = "";
    private static final double NANOS = 1e9;

    private final Rate rate;
    private final int most;
    private final LongSupplier clock;
    private final Map<String, Bucket> buckets = new HashMap<>();

    /**
     * @param perSecond tokens that come back in a second
     * @param burst tokens of a full bucket
     */
    public record Rate(double perSecond, int burst) {
        /** Twice the rate of a second at once, but at least 20. */
        public static Rate of(double perSecond) {
            return new Rate(perSecond, Math.max(20, (int) (2 * perSecond)));
        }
    }

    private static final class Bucket {
        private double tokens;
        private long at;

        Bucket(double tokens, long at) {
            this.tokens = tokens;
            this.at = at;
        }
    }

    public RateLimits(Rate rate) {
        this(rate, MOST, System::nanoTime);
    }

    RateLimits(Rate rate, int most, LongSupplier clock) {
        this.rate = rate;
        this.most = most;
        this.clock = clock;
    }

    /** Takes a token; if there is none, how long until there is. */
    public synchronized Optional<Duration> take(String name) {
        long now = clock.getAsLong();
        Bucket bucket = bucket(name, now);
        fill(bucket, now);
        if (bucket.tokens >= 1) {
            bucket.tokens -= 1;
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos((long) Math.ceil((1 - bucket.tokens) / rate.perSecond() * NANOS)));
    }

    /** Gives back what was taken for something that turned out not to count. */
    public synchronized void giveBack(String name) {
        Bucket bucket = bucket(name, clock.getAsLong());
        bucket.tokens = Math.min(rate.burst(), bucket.tokens + 1);
    }

    private Bucket bucket(String name, long now) {
        Bucket known = buckets.get(name);
        if (known != null) {
            return known;
        }
        if (buckets.size() >= most) {
            buckets.values().removeIf(bucket -> {
                fill(bucket, now);
                return bucket.tokens >= rate.burst();
            });
        }
        String key = buckets.size() >= most ? OTHERS : name;
        return buckets.computeIfAbsent(key, any -> new Bucket(rate.burst(), now));
    }

    private void fill(Bucket bucket, long now) {
        bucket.tokens = Math.min(rate.burst(), bucket.tokens + (now - bucket.at) / NANOS * rate.perSecond());
        bucket.at = now;
    }

    synchronized int size() {
        return buckets.size();
    }

    /** What stands for an address: itself, or the network of 64 bits that an IPv6 address is in. */
    public static String ofAddress(String literal) {
        try {
            // A zone, which InetAddress would look up, names this machine's interface.
            InetAddress address = InetAddress.ofLiteral(literal.split("%", 2)[0]);
            return address instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8))
                    : address.getHostAddress();
        } catch (IllegalArgumentException e) {
            return "unknown";
        }
    }
}
