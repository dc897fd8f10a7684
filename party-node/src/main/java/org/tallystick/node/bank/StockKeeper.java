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
import org.tallystick.node.bank.Computing.Choice;
import org.tallystick.node.config.NodeConfig.Garbled;
import org.tallystick.node.config.NodeConfig.Use;
import org.tallystick.node.rest.NodeService.How;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.Stocks;
import org.tallystick.node.transport.EpochId;
import org.tallystick.plan.Network;
import org.tallystick.plan.RoundTrips;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.GarbledProgram.Found;

/**
 * The bank's garbled stock of every active model: refilled in the background when it is low, as a session of its own
 * among the four nodes, and given to the runs that are expected to be faster with it. A run never waits for it. What
 * making it shows of the network decides whether more is worth making, and how much at a time. While very much is asked
 * none is made: making it takes several times the processor time of a bit-sliced row, which the runs then need.
 */
public final class StockKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StockKeeper.class);

    /** How often it looks, where nobody wakes it. */
    private static final Duration TICK = Duration.ofSeconds(1);

    /** After so long the network is looked at again, by making a few. */
    static final Duration OUTDATED = Duration.ofMinutes(10);

    /** For so long stock is kept because somebody insisted on it. */
    private static final Duration INSISTED = Duration.ofMinutes(10);

    /** Rows a second from which on all time goes to runs. */
    static final int BUSY = 400;

    /** One for each turn of the garblers' roles. */
    static final int FEW = 3;

    /**
     * After so many times in a row that an agency did not have what was named, all there is of a program is dropped.
     */
    static final int MOST_LACKING = 3;

    private final Garbled settings;
    private final Duration receive;
    private final StockSource stocks;
    private final Supplier<List<ActiveModel>> models;
    private final Computing computing;
    private final LongSupplier clock;
    private final Map<Hash, StockLine> lines = new ConcurrentHashMap<>();
    private final Semaphore wake = new Semaphore(0);
    private final Pace pace = new Pace();
    private final AtomicLong refills = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong shortages = new AtomicLong();
    private volatile Optional<Seen> seen = Optional.empty();
    private volatile boolean started;
    private volatile boolean stopped;

    private record Seen(EpochId epoch, RoundTrips roundTrips, double bitsPerSecond, long at) {
        Network network() {
            return new Network(roundTrips.longest(), bitsPerSecond);
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

    /**
     * @param receive deadline for any one message of a run
     * @param clock nanoseconds that only rise
     */
    StockKeeper(
            Garbled settings,
            Duration receive,
            StockSource stocks,
            Supplier<List<ActiveModel>> models,
            Computing computing,
            LongSupplier clock) {
        this.settings = settings;
        this.receive = receive;
        this.stocks = stocks;
        this.models = models;
        this.computing = computing;
        this.clock = clock;
    }

    /** Begins to look after the stock, on a thread of its own. */
    void start() {
        if (settings.use() != Use.NEVER) {
            started = true;
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
        pace.add(rows, clock.getAsLong());
        StockLine line = lines.get(model.program());
        if (stopped || line == null || !line.mayUse(clock.getAsLong()) || !isWanted(line, rows)) {
            return Optional.empty();
        }
        return taken(model.program(), rows);
    }

    /** Stock for a run that is to be garbled whatever is expected; what is missing will be made. */
    Optional<Stocks.Picked> insist(ActiveModel model, int rows) {
        StockLine line = lines.get(model.program());
        if (stopped || line == null || !(line.found() instanceof Found.Possible)) {
            return Optional.empty();
        }
        line.insist(clock.getAsLong() + INSISTED.toNanos());
        return taken(model.program(), rows);
    }

    private Optional<Stocks.Picked> taken(Hash program, int rows) {
        Optional<Stocks.Picked> picked = stocks.pick(program, rows);
        if (picked.isEmpty()) {
            shortages.incrementAndGet();
        }
        if (stocks.rows(program) < settings.low() && !isBusy()) {
            wake.release();
        }
        return picked;
    }

    /**
     * An agency does not have stock that a run named: those numbers are gone, and the next runs go without for a while.
     * If that goes on, all there is of the program is dropped: something is wrong with it, or with the agency.
     */
    void lacking(Hash program, EpochId epoch, Refusal.Reason reason) {
        StockLine line = lines.get(program);
        if (line == null || !isLive(epoch)) {
            // It went with its epoch, and says nothing about what has been made since.
            return;
        }
        int times = line.lacking(clock.getAsLong());
        LOG.warn("garbled stock of program {} could not be used: {}", program, reason.meaning());
        if (times >= MOST_LACKING) {
            LOG.warn("all garbled stock of program {} is dropped, after {} times in a row", program, times);
            stocks.release(program);
            wake.release();
        }
    }

    /** A run with stock has ended well. */
    void used(Hash program) {
        Optional.ofNullable(lines.get(program)).ifPresent(StockLine::used);
    }

    private boolean isBusy() {
        return pace.aSecond(clock.getAsLong()) > BUSY;
    }

    private boolean isLive(EpochId epoch) {
        return stocks.epoch().filter(epoch::equals).isPresent();
    }

    private boolean isWanted(StockLine line, int rows) {
        return line.found() instanceof Found.Possible(GarbledProgram program)
                && choice(program, rows).how() == How.GARBLED;
    }

    private Choice choice(GarbledProgram program, int rows) {
        return switch (settings.use()) {
            case NEVER -> new Choice(How.BIT_SLICED, "The bank's settings say so (garbled.use: never).");
            case ALWAYS -> new Choice(How.GARBLED, "The bank's settings say so (garbled.use: always).");
            case AUTO ->
                seen.filter(known -> isLive(known.epoch()))
                        .map(known -> computing.choose(program, rows, known.network()))
                        .orElseGet(() -> new Choice(
                                How.BIT_SLICED, "The group's network has not been measured yet: ask again soon."));
        };
    }

    /** How a run of so many rows would be computed, and why. */
    Choice plan(ActiveModel model, int rows) {
        StockLine line = lines.get(model.program());
        if (!started || line == null) {
            String why = started
                    ? "The model has just been activated: ask again soon."
                    : "This node makes no garbled stock (policy.stock, garbled.use).";
            return new Choice(How.BIT_SLICED, why);
        }
        return switch (line.found()) {
            case Found.Impossible(String reason) -> new Choice(How.BIT_SLICED, "It cannot be garbled: " + reason + ".");
            case Found.Possible(GarbledProgram program) -> {
                Choice choice = choice(program, rows);
                int there = stocks.rows(model.program());
                yield choice.how() == How.BIT_SLICED || there >= rows
                        ? choice
                        : new Choice(
                                How.BIT_SLICED,
                                choice.reasons() + " But stock for " + there + " rows is there and not for " + rows
                                        + ": bit-sliced meanwhile.");
            }
        };
    }

    // ---- refilling

    /** Looks after all lines, once. One thread at a time. */
    void tend() {
        Set<Hash> active = new HashSet<>();
        for (ActiveModel model : models.get()) {
            if (active.add(model.program()) && !lines.containsKey(model.program())) {
                Found found = stocks.garbled(model.scoring().program());
                if (found instanceof Found.Impossible(String reason)) {
                    LOG.info("model {} is computed bit-sliced: {}", model.name(), reason);
                }
                lines.put(model.program(), new StockLine(found));
            }
        }
        for (Hash known : Set.copyOf(lines.keySet())) {
            if (!active.contains(known)) {
                lines.remove(known);
                stocks.release(known);
            }
        }
        new HashMap<>(lines).forEach((hash, line) -> {
            if (line.found() instanceof Found.Possible(GarbledProgram program)) {
                fill(hash, line, program);
            }
        });
    }

    private void fill(Hash hash, StockLine line, GarbledProgram program) {
        boolean failed = false;
        while (!failed && !stopped && line.mayMake(clock.getAsLong())) {
            Optional<EpochId> epoch = stocks.epoch();
            int count = epoch.map(live -> missing(live, hash, line)).orElse(0);
            if (count <= 0) {
                return;
            }
            failed = !make(epoch.orElseThrow(), hash, line, program, count);
        }
    }

    private Optional<Seen> known(EpochId epoch) {
        return seen.filter(last -> last.epoch().equals(epoch) && clock.getAsLong() - last.at() < OUTDATED.toNanos());
    }

    /** How many are to be made now. */
    private int missing(EpochId epoch, Hash hash, StockLine line) {
        int rows = stocks.rows(hash);
        Optional<Network> network = known(epoch).map(Seen::network);
        int most = Math.min(settings.full() - rows, stocks.space());
        if (network.isEmpty() && rows + FEW <= settings.full()) {
            return Math.min(Math.min(FEW, line.most()), most);
        }
        boolean spared = settings.use() == Use.AUTO && isBusy();
        boolean wanted = !spared && isWanted(line, 1) || line.isInsistedOn(clock.getAsLong());
        if (!wanted || rows >= settings.low()) {
            return 0;
        }
        return Math.min(most, network.map(known -> line.most(known, receive)).orElse(line.most()));
    }

    private boolean make(EpochId epoch, Hash hash, StockLine line, GarbledProgram program, int count) {
        try {
            Stocks.Made made = stocks.make(program, hash, count);
            refills.incrementAndGet();
            note(epoch, made);
            if (line.made()) {
                LOG.info("garbled stock of program {} is made again", hash);
            }
            return true;
        } catch (Refused | ProtocolAbort e) {
            failures.incrementAndGet();
            String problem = e instanceof Refused refused
                    ? "party " + refused.party() + ": "
                            + refused.refusal().reason().meaning()
                    : String.valueOf(e.getMessage());
            if (line.failed(count, problem, clock.getAsLong())) {
                LOG.warn(
                        "garbled stock of program {} cannot be made, {} rows are left, scores go bit-sliced without:"
                                + " {}",
                        hash,
                        stocks.rows(hash),
                        problem);
            }
            return false;
        }
    }

    /**
     * The shortest round trip of each link counts: a longer one was the processor's, or a queue's. Half of the longest
     * is no time of the bytes, but never more than half of all: a peer may have told it, and the line would seem as
     * fast as it likes.
     */
    private void note(EpochId epoch, Stocks.Made made) {
        double took = made.took().toNanos() * 1e-9;
        double oneWay = made.roundTrips().longest() / 2;
        double bytesSeconds = took - Math.min(oneWay, took / 2);
        double bits = Math.max(1, 8 * made.bytes() / Math.max(1e-6, bytesSeconds));
        long now = clock.getAsLong();
        seen = known(epoch)
                .map(last -> new Seen(
                        epoch, last.roundTrips().least(made.roundTrips()), Math.max(last.bitsPerSecond(), bits), now))
                .or(() -> Optional.of(new Seen(epoch, made.roundTrips(), bits, now)));
    }

    // ---- figures

    public Counts counts() {
        int low = (int) lines.entrySet().stream()
                .filter(each -> isLow(each.getKey(), each.getValue()))
                .count();
        return new Counts(refills.get(), failures.get(), shortages.get(), low);
    }

    private boolean isLow(Hash hash, StockLine line) {
        return isWanted(line, 1) && stocks.rows(hash) < settings.low();
    }

    /** What an operator should know: stock that is low and cannot be made. */
    public List<String> warnings() {
        return lines.entrySet().stream()
                .filter(each -> each.getValue().problem().isPresent())
                .map(each -> "garbled stock of program " + each.getKey() + " is low and cannot be made: "
                        + each.getValue().problem().orElse(""))
                .toList();
    }
}
