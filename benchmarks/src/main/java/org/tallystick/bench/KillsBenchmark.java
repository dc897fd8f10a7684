package org.tallystick.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.tallystick.node.audit.AuditReport;
import org.tallystick.node.audit.LogAudit;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.TextPrices;
import picocli.CommandLine.Option;

/**
 * Sessions under random kills: four node processes under an agreement, clients who retry under the same request ids,
 * and one node after another ended by SIGKILL and started again. Then everything is judged from what is left.
 */
final class KillsBenchmark implements Benchmark {
    /** Until everybody's last receipts are on the disk and everybody has seen everybody's heads. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    private static final Duration GRACE = Duration.ofSeconds(1);

    /** How many violations are printed. */
    private static final int PRINTED = 20;

    @Option(names = "--sessions", defaultValue = "10000", description = "Sessions that have to give answers.")
    private int sessions = 10_000;

    @Option(names = "--kills", defaultValue = "0", description = "It goes on until there were so many kills, too.")
    private int kills;

    @Option(names = "--seconds", defaultValue = "3600", description = "It ends after so long, whatever was reached.")
    private int longest = 3600;

    @Option(names = "--seed", defaultValue = "1", description = "Of the kills and of the businesses.")
    private long seed = 1;

    @Option(names = "--clients", defaultValue = "8", description = "Clients at the same time.")
    private int clients = 8;

    @Option(
            names = "--pause",
            defaultValue = "3",
            description = "Seconds from the group's readiness to the next kill, on average.")
    private double pause = 3;

    @Option(names = "--jvm", split = " ", description = "Flags of the nodes' JVMs, instead of the usual ones.")
    private List<String> flags = KilledGroup.FLAGS;

    private List<String> violations = List.of();

    KillsBenchmark() {}

    /** As the options would say. */
    KillsBenchmark(int sessions, int kills, long seed, int clients, double pause) {
        this.sessions = sessions;
        this.kills = kills;
        this.seed = seed;
        this.clients = clients;
        this.pause = pause;
    }

    @Override
    public String name() {
        return "kills";
    }

    @Override
    public String summary() {
        return "Sessions while nodes are killed at random: every answer, receipt, charge and item of stock is checked.";
    }

    @Override
    public boolean held(List<Result> results) {
        return violations.isEmpty();
    }

    /** What did not hold in the last run. */
    List<String> violations() {
        return violations;
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException, InterruptedException {
        YearMonth since = YearMonth.now(ZoneOffset.UTC);
        int businesses = 2 * sessions + 64 * clients;
        progress.accept("starting four nodes with " + businesses + " businesses …");
        try (KilledGroup group = KilledGroup.start(businesses, seed, flags)) {
            NodeKiller killer = new NodeKiller(group, seed, pause);
            long start = System.nanoTime();
            long end = start + TimeUnit.SECONDS.toNanos(longest);
            RetryingClients asking = new RetryingClients(
                    group,
                    clients -> clients.sessions() >= sessions && killer.count() >= kills || System.nanoTime() > end);
            kill(killer, asking, progress);
            double seconds = (System.nanoTime() - start) * 1e-9;
            progress.accept("asking for every answer once more …");
            asking.askAgain();
            TimeUnit.NANOSECONDS.sleep(QUIET.toNanos());
            List<Path> exports = KillEvidence.exports(group);
            List<KillEvidence.Charged> charged = KillEvidence.charged(group, since, YearMonth.now(ZoneOffset.UTC));
            AuditReport audit = LogAudit.of(exports, KillEvidence.keys(group), GRACE, new TextPrices());
            progress.accept("stopping the nodes and judging …");
            group.stop();
            KillEvidence evidence = evidence(group, exports, asking, charged);
            violations = judged(evidence, audit, asking);
            violations.stream().limit(PRINTED).forEach(each -> progress.accept("VIOLATION: " + each));
            return List.of(result(seconds, killer, asking, audit, evidence));
        }
    }

    /** Until the clients have had enough. */
    private void kill(NodeKiller killer, RetryingClients asking, Consumer<String> progress)
            throws InterruptedException {
        SplittableRandom seeds = new SplittableRandom(seed);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                long own = seeds.nextLong();
                running.add(threads.submit(() -> {
                    asking.run(own);
                    return null;
                }));
            }
            Future<?> killing = threads.submit(() -> {
                killer.run();
                return null;
            });
            while (!running.stream().allMatch(Future::isDone) && !killing.isDone()) {
                TimeUnit.SECONDS.sleep(1);
                if (System.nanoTime() / 1_000_000_000L % 20 == 0) {
                    progress.accept(asking.sessions() + " sessions have given answers, " + killer.count() + " kills …");
                }
            }
            killer.stop();
            running.add(killing);
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a client or the killer has failed: " + e.getCause(), e);
        }
    }

    private static KillEvidence evidence(
            KilledGroup group, List<Path> exports, RetryingClients asking, List<KillEvidence.Charged> charged)
            throws IOException {
        List<KillEvidence.NodeLog> logs = new ArrayList<>();
        for (Role role : Role.values()) {
            logs.add(KillEvidence.log(exports.get(role.ordinal()), group.node(role)));
        }
        byte[] bankKey = KillEvidence.keys(group).keys().get(Role.BANK.ordinal());
        return new KillEvidence(logs, asking.held(), asking.spent(), charged, bankKey);
    }

    private static List<String> judged(KillEvidence evidence, AuditReport audit, RetryingClients asking) {
        List<String> violations = new ArrayList<>(KillChecks.violations(evidence));
        audit.findings().forEach(finding -> violations.add("audit: " + finding));
        if (audit.open() > 0) {
            violations.add("audit: " + audit.open() + " sessions are not settled");
        }
        asking.unanswered().forEach(request -> violations.add("request " + request + " was never answered"));
        return List.copyOf(violations);
    }

    private Result result(
            double seconds, NodeKiller killer, RetryingClients asking, AuditReport audit, KillEvidence evidence) {
        Map<String, Object> more = new LinkedHashMap<>();
        Map<String, Integer> byNode = new LinkedHashMap<>();
        killer.kills().forEach((role, count) -> byNode.put(role.id(), count));
        more.put("seed", seed);
        more.put("kills", byNode);
        more.put("kills_of_groups_not_ready", killer.hasty());
        more.put(
                "seconds_until_ready_again",
                Report.time(Spread.of(killer.away()).median()));
        more.put("sessions_in_the_logs", audit.sessions());
        more.put("sessions_with_something_let_go", audit.counting());
        more.put("proposals", KillChecks.proposals(evidence));
        more.put(
                "requests_answered",
                evidence.held().stream()
                        .map(RetryingClients.Held::request)
                        .distinct()
                        .count());
        more.put("answers_got", evidence.held().size());
        more.put("rows_asked_again", asking.retries());
        more.put("what_stood_in_the_way", asking.problems());
        more.put("let_go_in_vain_too_often", evidence.spent().size());
        more.put(
                "rows_charged",
                evidence.charged().stream().map(KillEvidence.Charged::rows).toList());
        more.put("violations", violations.size());
        return Result.of("sessions under kills", asking.sessions(), "sessions", Spread.of(seconds))
                .with(more);
    }
}
