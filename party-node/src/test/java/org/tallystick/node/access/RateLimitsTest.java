package org.tallystick.node.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.tallystick.node.access.RateLimits.Rate;

/** Token buckets on a clock that the test moves. */
final class RateLimitsTest {
    private final AtomicLong now = new AtomicLong(-5_000_000_000L);

    private RateLimits limits(Rate rate, int most) {
        return new RateLimits(rate, most, now::get);
    }

    private void advance(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void aBurstAndThenTheRate() {
        RateLimits limits = limits(new Rate(2, 3), 10);

        for (int k = 0; k < 3; k++) {
            assertEquals(Optional.empty(), limits.take("a"));
        }
        assertEquals(Optional.of(Duration.ofMillis(500)), limits.take("a"));
        assertEquals(Optional.empty(), limits.take("b"), "one pays for another");
        advance(Duration.ofMillis(500));
        assertEquals(Optional.empty(), limits.take("a"));
        assertEquals(Optional.of(Duration.ofMillis(500)), limits.take("a"));
        advance(Duration.ofHours(1));
        for (int k = 0; k < 3; k++) {
            assertEquals(Optional.empty(), limits.take("a"));
        }
        assertTrue(limits.take("a").isPresent(), "a bucket overflows");
    }

    @Test
    void manyNamesShareABucketAndFullOnesGo() {
        RateLimits limits = limits(new Rate(1, 2), 5);

        for (int k = 0; k < 5; k++) {
            assertEquals(Optional.empty(), limits.take("n" + k));
        }
        assertEquals(Optional.empty(), limits.take("x"));
        assertEquals(Optional.empty(), limits.take("y"));
        assertTrue(limits.take("z").isPresent(), "new names are not bounded");
        assertEquals(6, limits.size());
        assertEquals(Optional.empty(), limits.take("n0"), "a known name lost its bucket");
        advance(Duration.ofSeconds(10));
        assertEquals(Optional.empty(), limits.take("z"));
        assertEquals(1, limits.size());
    }

    @Test
    void addresses() {
        assertEquals("192.0.2.7", RateLimits.ofAddress("192.0.2.7"));
        assertEquals(RateLimits.ofAddress("2001:db8:1:2::1"), RateLimits.ofAddress("2001:db8:1:2:ffff::9"));
        assertEquals("20010db800010002", RateLimits.ofAddress("2001:db8:1:2::1"));
        assertEquals("fe80000000000000", RateLimits.ofAddress("fe80::1%eth0"));
        assertEquals("unknown", RateLimits.ofAddress("tally.example"));
        assertEquals(new Rate(5, 20), Rate.of(5));
    }
}
