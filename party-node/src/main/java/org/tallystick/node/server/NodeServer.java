package org.tallystick.node.server;

import com.google.protobuf.ByteString;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.access.Access;
import org.tallystick.node.access.Sso;
import org.tallystick.node.bank.BankService;
import org.tallystick.node.bank.ModelRegistry;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.Role;
import org.tallystick.node.data.FeatureSource;
import org.tallystick.node.governance.Governor;
import org.tallystick.node.governance.Recall;
import org.tallystick.node.governance.Register;
import org.tallystick.node.governance.State;
import org.tallystick.node.metering.Ledger;
import org.tallystick.node.metering.Tariffs;
import org.tallystick.node.metrics.Metrics;
import org.tallystick.node.rest.NodeService;
import org.tallystick.node.rest.RestServer;
import org.tallystick.node.rest.RestSettings;
import org.tallystick.node.session.Governance;
import org.tallystick.node.session.Identity;
import org.tallystick.node.session.Inputs;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.Activations;
import org.tallystick.node.storage.HeadFile;
import org.tallystick.node.storage.Jobs;
import org.tallystick.node.storage.Programs;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.Requests;
import org.tallystick.node.storage.SealedFolder;
import org.tallystick.node.storage.ShareStore;
import org.tallystick.node.storage.StateDatabase;
import org.tallystick.node.storage.StorageKey;
import org.tallystick.node.storage.TrainingRecords;
import org.tallystick.node.transport.TlsMaterial;
import org.tallystick.node.transport.Transport;

/** One node, put together from its configuration: storage, data, transport, sessions, REST. */
public final class NodeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final Duration SWEEP = Duration.ofHours(1);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration ACCESS_SWEEP = Duration.ofMinutes(1);

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final NodeConfig config;
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    /** Peers may have something to say before they are built; nothing, when they never will be. */
    private final CompletableFuture<Optional<Sessions>> built = new CompletableFuture<>();

    private NodeServer(NodeConfig config) {
        this.config = config;
    }

    /**
     * Starts a node; returns when it listens, for its peers and for REST callers.
     *
     * @throws NodeFailure when it cannot start: a port in use, a broken file, a disk that is full
     */
    public static NodeServer start(NodeConfig config) {
        NodeServer node = new NodeServer(config);
        try {
            node.build();
            return node;
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.add(part);
        return part;
    }

    private void build() {
        CertificateFiles certificates = CertificateFiles.open(config);
        StateDatabase state = keep(StateDatabase.open(config.state(), ConfiguredParts.location(config)));
        StorageKey key = StorageKey.openOrCreate(config.signingKey().resolveSibling(StorageKey.FILE));
        ReceiptLog log = keep(ReceiptLog.open(config.state(), key));
        LoggedReceipts receipts = new LoggedReceipts(log, InstantSource.system());
        Identity identity = ConfiguredParts.identity(config);
        LogExchange heads = new LogExchange(identity, log, receipts, new HeadFile(config.state()));
        boolean isBank = config.role() == Role.BANK;
        Optional<Requests> requests =
                isBank ? Optional.of(keep(Requests.open(state, config.state()))) : Optional.empty();
        FeatureSource features = keep(FeatureSource.open(config.data()));
        Metrics metrics = keep(new Metrics(config.role().id()));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(2));
        keep(() -> vertx.close().await());

        RunHistory history = new RunHistory(config.self(), config.tracing());
        Activations activations = new Activations(state);
        StoredTrainings trainings = new StoredTrainings(
                SealedFolder.open(config.state().resolve("trainings"), key, "tallystick/training/1"),
                SealedFolder.open(config.state().resolve("encoders"), key, "tallystick/encoders/1"));
        hourly(
                vertx,
                "old checkpoints of trainings could not be deleted",
                () -> trainings.dropUntouchedSince(Instant.now().minus(StoredTrainings.MOST_REST)));
        StoredPrograms programs = isBank
                ? StoredPrograms.ofBank(new Programs(state))
                : new StoredPrograms(new Programs(state), config.policy().approve());
        ModelRegistry registry = new ModelRegistry(activations, programs::known, trainings);
        StoredModels models = new StoredModels(activations, registry::activating);
        Inputs inputs = new OwnColumns(config.self(), features::rows, trainings);

        ShareStore shares = ShareStore.open(config.state().resolve("tables"), key);
        StoredTables tables = new StoredTables(config.self(), shares);

        Recall recall = new Recall(receipts, log);
        List<String> differed = new ArrayList<>();
        Optional<Governor> governor = config.governance().agreements()
                ? Optional.of(Governing.of(new Governing.Parts(
                        config, identity.key(), state, programs, models, recall, receipts, built, differed::add)))
                : Optional.empty();
        if (governor.isEmpty()) {
            LOG.warn("governance.agreements is none: no agreement, consent or budget is asked for");
        }
        AtomicReference<BankService> lateBank = new AtomicReference<>();
        PeerListener peers = new PeerListener(built, heads, epoch -> {
            metrics.epoch();
            Thread.startVirtualThread(() -> built.join().ifPresent(Sessions::connected));
            governor.ifPresent(target -> Thread.startVirtualThread(target::connected));
            Optional.ofNullable(lateBank.get()).ifPresent(target -> Thread.startVirtualThread(target::connected));
            firstReady.complete(null);
        });
        Transport transport = keep(startTransport(vertx, config, certificates.material(), peers));
        keep(heads.over(transport));
        heads.figures(metrics, log);
        Governance governance = governor.map(Governance.class::cast).orElse(Governance.NONE);
        Sessions sessions = new Sessions(
                transport,
                identity,
                ConfiguredParts.policy(config),
                new Sessions.Services(
                        programs,
                        models,
                        inputs,
                        tables,
                        recall,
                        governance,
                        trainings,
                        new RunObserver(history, metrics)),
                new Sessions.Settings(
                        config.deadlines().accept(), config.deadlines().receive(), config.tracing()));
        built.complete(Optional.of(sessions));

        Optional<BankService> bank = requests.map(kept -> new BankService(
                config,
                sessions,
                programs,
                registry,
                new BankService.Records(
                        kept,
                        new Jobs(state),
                        activations,
                        records(key, "training-records"),
                        records(key, "evaluation-records")),
                shares,
                governance,
                features::rows));
        bank.ifPresent(lateBank::set);
        bank.ifPresent(
                service -> hourly(vertx, "answers that are kept no longer could not be deleted", service::dropOld));
        StockFigures.ofNode(metrics, sessions.stocks());
        bank.ifPresent(service -> StockFigures.ofBank(metrics, service.stock()));
        bank.ifPresent(BankService::resume);
        bank.ifPresent(service -> keep(service::stop));
        Optional<NodeService.Agency> agency = isBank
                ? Optional.empty()
                : Optional.of(new AgencyService(
                        programs,
                        sessions.stocks()::drop,
                        (kind, what) -> receipts.decided(kind, ByteString.copyFromUtf8(what))
                                .await()));
        NodeService service = new Service(
                config.role(),
                bank.map(NodeService.Bank.class::cast),
                agency,
                governor,
                tables,
                history,
                new NodeHealth(
                        state::isReady,
                        log::ended,
                        () -> Stream.concat(
                                        bank.stream().flatMap(each -> each.stock().warnings().stream()),
                                        Stream.of(differed, heads.warnings(), certificates.warnings())
                                                .flatMap(List::stream))
                                .toList()),
                receipts(identity, log, heads, programs, governor),
                certificates,
                transport,
                sessions);
        RestSettings settings = RestSettings.of(config);
        Access access = keep(access(vertx, state, settings, receipts));
        RestServer rest = RestServer.start(vertx, settings, service, access, metrics);
        keep(() -> rest.stop(DRAIN));
        certificates.tell(new Renewal(transport, rest));
        vertx.setPeriodic(LOOK.toMillis(), timer -> Thread.startVirtualThread(certificates::watch));
        LOG.info(
                "{} node of group {} is up, REST at https://{}",
                config.role().id(),
                config.group().id(),
                rest());
    }

    private ReceiptService receipts(
            Identity identity,
            ReceiptLog log,
            LogExchange heads,
            StoredPrograms programs,
            Optional<Governor> governor) {
        Tariffs tariffs =
                governor.<Tariffs>map(AgreedTariffs::new).orElse((agreement, program, purpose) -> Optional.empty());
        Ledger ledger = new Ledger(log, config.role().id(), tariffs, hash -> programs.columns(hash, config.self()));
        return new ReceiptService(
                identity,
                log,
                heads.exchange(),
                ledger,
                () -> governor.stream()
                        .flatMap(governing -> governing.agreements().stream())
                        .filter(entry -> entry.state() != State.OFFERED)
                        .map(Register.Entry::document)
                        .toList());
    }

    /** Now, and every hour. */
    private static void hourly(Vertx vertx, String otherwise, Runnable drop) {
        Runnable careful = () -> {
            try {
                drop.run();
            } catch (NodeFailure e) {
                LOG.error("{}: {}", otherwise, e.getMessage());
            }
        };
        careful.run();
        vertx.setPeriodic(SWEEP.toMillis(), timer -> Thread.startVirtualThread(careful));
    }

    private Access access(Vertx vertx, StateDatabase state, RestSettings settings, LoggedReceipts receipts) {
        Access access = Access.open(
                new AccessRecords(state),
                new Access.Settings(
                        settings.tokenHash(),
                        config.access().idle(),
                        config.access().session(),
                        InstantSource.system()),
                config.access().sso().map(sso -> new Sso(sso.withSecret(), InstantSource.system())),
                (kind, by, what) -> {
                    LOG.info("access: {} by {}: {}", kind, by, what);
                    String name = "access." + kind.replace(' ', '-');
                    receipts.decided(name, ByteString.copyFromUtf8(by + "\n" + what))
                            .await();
                });
        vertx.setPeriodic(
                ACCESS_SWEEP.toMillis(),
                timer -> Thread.startVirtualThread(() -> {
                    try {
                        access.sweep();
                    } catch (NodeFailure e) {
                        LOG.warn("the use of sessions, or changes on record, are not stored yet: {}", e.getMessage());
                    }
                }));
        return access;
    }

    private TrainingRecords records(StorageKey key, String folder) {
        return TrainingRecords.open(
                SealedFolder.open(config.state().resolve(folder), key, "tallystick/" + folder + "/1"));
    }

    private String rest() {
        return config.rest().listen().host() + ":" + config.rest().listen().port();
    }

    private static Transport startTransport(Vertx vertx, NodeConfig config, TlsMaterial tls, PeerListener listener) {
        try {
            return Transport.start(vertx, TransportSettings.of(config, tls), listener);
        } catch (IOException e) {
            throw new NodeFailure(
                    e.getMessage(), "free the port or name another address in node.yaml; check the files under tls", e);
        }
    }

    /** Completes when all four nodes have been connected for the first time. */
    public CompletableFuture<Void> firstReady() {
        return firstReady;
    }

    @Override
    public void close() {
        built.complete(Optional.empty());
        for (AutoCloseable part : parts.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("while stopping: {}", String.valueOf(e.getMessage()));
            }
        }
        parts.clear();
    }
}
