package org.tallystick.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.tallystick.node.config.Role;

/**
 * Kills one node after another at random moments and starts it again. All four come in turn, in an order drawn anew for
 * each turn. Some kills come before the group has found together after the one before: they hit nodes that are starting
 * and reading their logs.
 */
final class NodeKiller {
    /** One in so many kills does not wait for the group. */
    private static final int HASTY = 8;

    private static final double HASTE_SECONDS = 3;

    private final KilledGroup group;
    private final Random random;
    private final double pause;
    private final Deque<Role> turn = new ArrayDeque<>();
    private final Map<Role, Integer> kills = new EnumMap<>(Role.class);
    private final AtomicInteger count = new AtomicInteger();
    private final List<Double> away = new ArrayList<>();
    private int hasty;
    /** When the first kill was since the group was ready; 0 while it is. */
    private long killed;

    private volatile boolean stopped;

    /** @param pause seconds from the group's readiness to the next kill, on average */
    NodeKiller(KilledGroup group, long seed, double pause) {
        this.group = group;
        this.random = new Random(seed);
        this.pause = pause;
        for (Role role : Role.values()) {
            kills.put(role, 0);
        }
    }

    /** Kills until it is stopped; all nodes are up when it returns. */
    void run() throws InterruptedException {
        while (!stopped) {
            if (random.nextInt(HASTY) == 0) {
                hasty++;
                sleep(random.nextDouble() * HASTE_SECONDS);
            } else {
                awaitReady();
                sleep(random.nextDouble() * 2 * pause);
            }
            if (!stopped) {
                Role victim = next();
                killed = killed == 0 ? System.nanoTime() : killed;
                group.kill(victim);
                kills.merge(victim, 1, Integer::sum);
                group.restart(victim);
                count.incrementAndGet();
            }
        }
        awaitReady();
    }

    private void awaitReady() {
        group.awaitReady();
        if (killed != 0) {
            away.add((System.nanoTime() - killed) * 1e-9);
            killed = 0;
        }
    }

    void stop() {
        stopped = true;
    }

    private Role next() {
        if (turn.isEmpty()) {
            List<Role> order = new ArrayList<>(Arrays.asList(Role.values()));
            Collections.shuffle(order, random);
            turn.addAll(order);
        }
        return turn.poll();
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
    }

    /** How many kills there were. */
    int count() {
        return count.get();
    }

    /** How often each node was killed; to be read when {@link #run} has returned. */
    Map<Role, Integer> kills() {
        return Collections.unmodifiableMap(kills);
    }

    /** Seconds from a kill until the group was ready again, each time. */
    double[] away() {
        return away.stream().mapToDouble(each -> each).toArray();
    }

    /** How many of the kills did not wait for the group. */
    int hasty() {
        return hasty;
    }
}
