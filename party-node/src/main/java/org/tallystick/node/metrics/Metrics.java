package org.tallystick.node.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A node's figures for Prometheus. Labels are routes, roles, reasons and outcomes, never a subject or a request:
 * nothing here says who was scored. Any thread may call; a call costs well below a microsecond once its series exists.
 */
public final class Metrics implements AutoCloseable {
    /** Most series of one name; more are folded into the label {@code other}. */
    private static final int MAX_SERIES = 200;

    private static final Duration[] BUCKETS = {
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, Series<?>> meters = new ConcurrentHashMap<>();

    private record Series<T extends Meter>(Map<Tags, T> byTags) {}

    /** @param role this node's role, on every figure */
    public Metrics(String role) {
        registry.config().commonTags("role", role);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** A REST request from its head to the end of its response. */
    public void request(String method, String route, int status, long nanos) {
        Tags tags = Tags.of("method", method, "route", route, "status", Integer.toString(status));
        timer("tally_rest_requests", "REST requests", tags).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A run that ended well, from its proposal to its end at this node. */
    public void run(String kind, int rows, long nanos) {
        timer("tally_runs", "Runs that ended well", Tags.of("kind", kind)).record(nanos, TimeUnit.NANOSECONDS);
        summary("tally_run_rows", "Rows of a run", Tags.of("kind", kind)).record(rows);
    }

    /** Rows of a score, by how they were computed. */
    public void computed(String how, int rows) {
        counter("tally_score_rows", "Rows scored", Tags.of("how", how)).increment(rows);
    }

    /** A run that ended early; {@code reason} is one of a few. */
    public void aborted(String reason) {
        counter("tally_runs_aborted", "Runs that ended early", Tags.of("reason", reason))
                .increment();
    }

    /** A proposal that a node refused, this one or a peer. */
    public void refused(String by, String reason) {
        counter("tally_refusals", "Proposals refused", Tags.of("by", by, "reason", reason))
                .increment();
    }

    /** What a run sent to and received from one peer. */
    public void traffic(String peer, long sent, long received) {
        counter("tally_run_bytes", "Bytes of runs", Tags.of("peer", peer, "direction", "sent"))
                .increment((double) sent);
        counter("tally_run_bytes", "Bytes of runs", Tags.of("peer", peer, "direction", "received"))
                .increment((double) received);
    }

    /** A connection epoch that all nodes agreed on. */
    public void epoch() {
        counter("tally_epochs", "Connection epochs", Tags.empty()).increment();
    }

    /** A figure that goes up and down, read at each scrape; {@code value} never blocks. */
    public void gauge(String name, String help, Map<String, String> labels, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble)
                .description(help)
                .tags(tags(labels))
                .strongReference(true)
                .register(registry);
    }

    /** A count that somebody else keeps, read at each scrape; it only goes up, and reading it never blocks. */
    public void count(String name, String help, Map<String, String> labels, LongSupplier value) {
        FunctionCounter.builder(name, value, LongSupplier::getAsLong)
                .description(help)
                .tags(tags(labels))
                .register(registry);
    }

    /** All figures in Prometheus' text format 0.0.4. */
    public String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    private Timer timer(String name, String help, Tags tags) {
        return series(
                name,
                tags,
                bounded -> Timer.builder(name)
                        .description(help)
                        .tags(bounded)
                        .serviceLevelObjectives(BUCKETS)
                        .register(registry));
    }

    private DistributionSummary summary(String name, String help, Tags tags) {
        return series(
                name,
                tags,
                bounded -> DistributionSummary.builder(name)
                        .description(help)
                        .tags(bounded)
                        .serviceLevelObjectives(1, 10, 100, 1_000, 10_000, 100_000)
                        .register(registry));
    }

    private Counter counter(String name, String help, Tags tags) {
        return series(
                name,
                tags,
                bounded -> Counter.builder(name).description(help).tags(bounded).register(registry));
    }

    @SuppressWarnings("unchecked") // a name always stands for the same kind of meter
    private <T extends Meter> T series(String name, Tags tags, Function<Tags, T> register) {
        Map<Tags, T> known =
                ((Series<T>) meters.computeIfAbsent(name, any -> new Series<T>(new ConcurrentHashMap<>()))).byTags();
        T meter = known.get(tags);
        if (meter != null) {
            return meter;
        }
        Tags bounded = known.size() < MAX_SERIES ? tags : other(tags);
        return known.computeIfAbsent(bounded, register);
    }

    private static Tags other(Tags tags) {
        return Tags.of(tags.stream()
                .map(tag -> io.micrometer.core.instrument.Tag.of(tag.getKey(), "other"))
                .toList());
    }

    private static Tags tags(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> Tags.of(label.getKey(), label.getValue()))
                .reduce(Tags.empty(), Tags::and);
    }
}
