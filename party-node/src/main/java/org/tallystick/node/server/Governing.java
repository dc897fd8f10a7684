package org.tallystick.node.server;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Consents;
import org.tallystick.node.governance.Drafts;
import org.tallystick.node.governance.Events;
import org.tallystick.node.governance.Gate;
import org.tallystick.node.governance.Governor;
import org.tallystick.node.governance.Leakage;
import org.tallystick.node.governance.Recall;
import org.tallystick.node.governance.Reconciliation;
import org.tallystick.node.governance.Register;
import org.tallystick.node.governance.Stops;
import org.tallystick.node.governance.SubjectBudgets;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.Agreements;
import org.tallystick.node.storage.StateDatabase;

/** What governs a node, put together from its configuration. */
final class Governing {
    private Governing() {}

    /** What a node has for it. */
    record Parts(
            NodeConfig config,
            Signing key,
            StateDatabase state,
            StoredPrograms programs,
            StoredModels models,
            Recall receipts,
            LoggedReceipts events,
            CompletableFuture<Optional<Sessions>> sessions,
            Consumer<String> warnings) {}

    static Governor of(Parts parts) {
        NodeConfig config = parts.config();
        Clock clock = Clock.systemUTC();
        Agreements storage = new Agreements(parts.state());
        Register.Journal record =
                (what, agreement, by) -> parts.events().decided(Events.kind(what), Events.content(what, agreement, by));
        Register register = new Register(storage, AgreementKeys.of(config, parts.key()), record, clock);
        Set<String> withdrawn = Governor.withdrawn(storage);
        Stops stops = new Stops(
                storage,
                TakenColumns.remembered(hash -> TakenColumns.of(config.self(), parts.programs(), hash)),
                clock);
        Gate gate = new Gate(
                config.self(),
                register,
                stops,
                new Consents(withdrawn::contains),
                new SubjectBudgets(config.governance().windowDays()),
                parts.receipts(),
                clock);
        Events events = parts.receipts().govern(gate);
        Reconciliation.of(events, register, stops, storage, withdrawn, parts.programs()::isApproved, record)
                .forEach(parts.warnings());
        Leakage leakage = new Leakage(
                new Leakage.Known(
                        parts.programs()::approved,
                        parts.programs()::isApproved,
                        model -> parts.models().facts(model)),
                new Leakage.Policy(
                        config.self(),
                        config.governance().windowDays(),
                        config.governance().fewestSubjects(),
                        config.governance().prices()));
        Drafts drafts = new Drafts(config.group().id(), parts.programs()::known, register::find);
        return new Governor(
                new Governor.Parts(register, stops, gate, leakage, drafts, record),
                storage,
                withdrawn,
                clock,
                network(parts.sessions()));
    }

    private static List<Integer> connected(Sessions sessions) {
        List<Integer> missing = sessions.missing();
        return Stream.of(Role.values())
                .map(Role::ordinal)
                .filter(peer -> peer != sessions.self() && !missing.contains(peer))
                .toList();
    }

    /** Waits for the sessions: what is to be told before they are built is told then. */
    static Governor.Network network(CompletableFuture<Optional<Sessions>> sessions) {
        return new Governor.Network() {
            @Override
            public List<Integer> connected() {
                return sessions.join().map(Governing::connected).orElse(List.of());
            }

            @Override
            public boolean tell(int peer, byte[] message) {
                return sessions.join()
                        .filter(target -> target.tellAgreements(peer, message))
                        .isPresent();
            }

            @Override
            public void stop(Hash session, Refusal.Reason reason) {
                sessions.join().ifPresent(target -> target.stop(session, reason));
            }
        };
    }
}
