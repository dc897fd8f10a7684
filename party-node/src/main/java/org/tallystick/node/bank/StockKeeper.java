package org.tallystick.node.bank;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.config.NodeConfig.Garbled;
import org.tallystick.node.config.NodeConfig.Use;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.Stocks;
import org.tallystick.node.transport.EpochId;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.GarbledProgram.Found;

/**
 * The bank's garbled stock of every active model: refilled in the background when it is low, as a session of its own
 * among the four nodes, and given to the runs that are expected to be faster with it. A run never waits for it. What
 * making it shows of the network decides whether more is worth making.
 */
public final class StockKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StockKeeper.class);

    /** How often it looks, where nobody wakes it. */
    private static final Duration TICK = Duration.ofSeconds(1);

    /** The least and the longest wait after a refill that failed. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

    /** After so long the network is looked at again, by making a few. */
    private static final Duration OUTDATED = Duration.ofMinutes(10);

    /** One for each turn of the garblers' roles. */
    private static final int FEW = 3;

    /** Memory of what is made in one go. */
    private static final long MOST_BYTES = 16 << 20;

    private final Garbled settings;
    private final Stocks stocks;
    private final Supplier<List<ActiveModel>> models;
    private final Computing computing;
    private final LongSupplier clock;
    private final Map<Hash, Line> lines = new ConcurrentHashMap<>();
    private final Semaphore wake = new Semaphore(0);
    private final AtomicLong refills = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong shortages = new AtomicLong();
    private volatile Optional<Seen> seen = Optional.empty();
    private volatile boolean stopped;

    private record Seen(EpochId epoch, Computing.Network network, long at) {}

    /** The stock of one program. */
    private static final class Line {
        private final Found found;
        private volatile Optional<String> problem = Optional.empty();
        private volatile long retryAt = Long.MIN_VALUE;
        private volatile Duration retry = RETRY;

        Line(Found found) {
            this.found = found;
        }
    }

    /**
     * Figures since the start.
     *
     * @param refills sessions that made stock
     * @param failures sessions that did not
     * @param shortages runs that would have taken stock and went without
     * @param low programs of which less is in place than should be
     */
    public record Counts(long refills, long failures, long shortages, int low) {}

    /** @param clock nanoseconds that only rise */
    StockKeeper(
            Garbled settings,
            Stocks stocks,
            Supplier<List<ActiveModel>> models,
            Computing computing,
            LongSupplier clock) {
        this.settings = settings;
        this.stocks = stocks;
        this.models = models;
        this.computing = computing;
        this.clock = clock;
    }

    /** Begins to look after the stock, on a thread of its own. */
    void start() {
        if (settings.use() != Use.NEVER) {
            Thread.ofVirtual().name("stock").start(this::keep);
        }
    }

    private void keep() {
        while (!stopped) {
            try {
                wake.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS);
                wake.drainPermits();
                tend();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.error("looking after the garbled stock failed; it goes on", e);
            }
        }
    }

    /** Ends the refilling; what is under way ends with the node's sessions. */
    @Override
    public void close() {
        stopped = true;
        wake.release();
    }

    // ---- for runs

    /** Stock for a run of so many rows, where that is expected to be faster and there is enough of it. */
    Optional<Stocks.Picked> pick(ActiveModel model, int rows) {
        Line line = lines.get(model.program());
        if (stopped || line == null || !(line.found instanceof Found.Possible(GarbledProgram program))) {
            return Optional.empty();
        }
        if (!wanted(program, rows)) {
            return Optional.empty();
        }
        Optional<Stocks.Picked> picked = stocks.pick(model.program(), rows);
        if (picked.isEmpty()) {
            shortages.incrementAndGet();
        }
        if (stocks.rows(model.program()) < settings.low()) {
            wake.release();
        }
        return picked;
    }

    /** An agency does not have the stock that was named: what is here is of no use. */
    void lacking(Hash program, Refusal.Reason reason) {
        LOG.warn("garbled stock of program {} is dropped: {}", program, reason.meaning());
        stocks.release(program);
        wake.release();
    }

    private boolean wanted(GarbledProgram program, int rows) {
        return switch (settings.use()) {
            case NEVER -> false;
            case ALWAYS -> true;
            case AUTO ->
                seen.filter(known -> stocks.isLive(known.epoch()))
                        .map(known -> computing.choose(program, rows, known.network()) == Computing.How.GARBLED)
                        .orElse(false);
        };
    }

    // ---- refilling

    private void tend() {
        Set<Hash> active = new HashSet<>();
        for (ActiveModel model : models.get()) {
            if (active.add(model.program()) && !lines.containsKey(model.program())) {
                Found found = stocks.garbled(model.scoring().program());
                if (found instanceof Found.Impossible(String reason)) {
                    LOG.info("model {} is computed bit-sliced: {}", model.name(), reason);
                }
                lines.put(model.program(), new Line(found));
            }
        }
        for (Hash known : Set.copyOf(lines.keySet())) {
            if (!active.contains(known)) {
                lines.remove(known);
                stocks.release(known);
            }
        }
        new HashMap<>(lines).forEach((hash, line) -> {
            if (line.found instanceof Found.Possible(GarbledProgram program)) {
                fill(hash, line, program);
            }
        });
    }

    private void fill(Hash hash, Line line, GarbledProgram program) {
        boolean failed = false;
        while (!failed && !stopped && clock.getAsLong() >= line.retryAt) {
            Optional<EpochId> epoch = stocks.epoch();
            int count = epoch.map(live -> missing(live, hash, program)).orElse(0);
            if (count == 0) {
                return;
            }
            failed = !make(epoch.orElseThrow(), hash, line, program, count);
        }
    }

    /** How many are to be made now. */
    private int missing(EpochId epoch, Hash hash, GarbledProgram program) {
        int rows = stocks.rows(hash);
        boolean known = seen.filter(
                        last -> last.epoch().equals(epoch) && clock.getAsLong() - last.at() < OUTDATED.toNanos())
                .isPresent();
        if (!known && rows + FEW <= settings.full()) {
            return FEW;
        }
        if (!wanted(program, 1) || rows >= settings.low()) {
            return 0;
        }
        return (int) Math.min(settings.full() - rows, Math.max(1, MOST_BYTES / program.bytesOfStock()));
    }

    private boolean make(EpochId epoch, Hash hash, Line line, GarbledProgram program, int count) {
        try {
            Stocks.Made made = stocks.make(program, hash, count);
            refills.incrementAndGet();
            note(epoch, made);
            line.retry = RETRY;
            if (line.problem.isPresent()) {
                line.problem = Optional.empty();
                LOG.info("garbled stock of program {} is made again", hash);
            }
            return true;
        } catch (Refused | ProtocolAbort e) {
            failures.incrementAndGet();
            String problem = e instanceof Refused refused
                    ? "party " + refused.party() + ": "
                            + refused.refusal().reason().meaning()
                    : String.valueOf(e.getMessage());
            if (line.problem.isEmpty()) {
                LOG.warn(
                        "garbled stock of program {} cannot be made, {} rows are left, scores go bit-sliced without:"
                                + " {}",
                        hash,
                        stocks.rows(hash),
                        problem);
            }
            line.problem = Optional.of(problem);
            line.retryAt = clock.getAsLong() + line.retry.toNanos();
            Duration twice = line.retry.multipliedBy(2);
            line.retry = twice.compareTo(LONGEST_RETRY) < 0 ? twice : LONGEST_RETRY;
            return false;
        }
    }

    /** The shortest round trip counts: a longer one was the processor's, or a queue's. */
    private void note(EpochId epoch, Stocks.Made made) {
        long transfer = Math.max(1, made.took().minus(made.roundTrip()).toNanos());
        Computing.Network now = new Computing.Network(made.roundTrip(), 8e9 * made.bytes() / transfer);
        Computing.Network best = seen.filter(
                        last -> last.epoch().equals(epoch) && clock.getAsLong() - last.at() < OUTDATED.toNanos())
                .map(Seen::network)
                .map(last -> new Computing.Network(
                        last.roundTrip().compareTo(now.roundTrip()) < 0 ? last.roundTrip() : now.roundTrip(),
                        Math.max(last.bitsPerSecond(), now.bitsPerSecond())))
                .orElse(now);
        seen = Optional.of(new Seen(epoch, best, clock.getAsLong()));
    }

    // ---- figures

    public Counts counts() {
        int low = (int) lines.entrySet().stream()
                .filter(each -> isLow(each.getKey(), each.getValue()))
                .count();
        return new Counts(refills.get(), failures.get(), shortages.get(), low);
    }

    private boolean isLow(Hash hash, Line line) {
        return line.found instanceof Found.Possible(GarbledProgram program)
                && wanted(program, 1)
                && stocks.rows(hash) < settings.low();
    }

    /** What an operator should know: stock that is low and cannot be made. */
    public List<String> warnings() {
        return lines.entrySet().stream()
                .filter(each -> each.getValue().problem.isPresent())
                .map(each -> "garbled stock of program " + each.getKey() + " is low and cannot be made: "
                        + each.getValue().problem.orElse(""))
                .toList();
    }
}
