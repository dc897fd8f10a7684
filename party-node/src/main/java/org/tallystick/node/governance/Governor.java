package org.tallystick.node.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.session.Governance;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.Agreements;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.wire.AgreementSignature;
import org.tallystick.node.wire.SharedAgreement;

/**
 * What governs this node, put together: people's changes to agreements, which the other nodes are told of; stops, which
 * end what is under way; consents that are withdrawn.
 */
public final class Governor implements Governance {
    private static final Logger LOG = LoggerFactory.getLogger(Governor.class);
    private static final Hash NO_AGREEMENT = Hash.of(new byte[Hash.BYTES]);
    private static final int MOST_SIGNATURES = 16;

    private final Register register;
    private final Stops stops;
    private final Gate gate;
    private final Leakage leakage;
    private final Withdrawals withdrawals;
    private final Register.Journal record;
    private final Clock clock;
    private final Network network;
    private final Retelling retelling;
    private final Drafts drafts;

    /** How this node speaks to the others and to its runs. */
    public interface Network {
        /** The other nodes that are connected. */
        List<Integer> connected();

        /** Tells one of them; false when it is not connected, or has yet to take what it was told before. */
        boolean tell(int peer, byte[] message);

        /** Ends a run; the bank is told why. */
        void stop(Hash session, Refusal.Reason reason);
    }

    /** @param record told of every change, for the receipts */
    public record Parts(
            Register register, Stops stops, Gate gate, Leakage leakage, Drafts drafts, Register.Journal record) {}

    public Governor(Parts parts, Agreements storage, Set<String> withdrawn, Clock clock, Network network) {
        this.register = parts.register();
        this.stops = parts.stops();
        this.gate = parts.gate();
        this.leakage = parts.leakage();
        this.drafts = parts.drafts();
        this.record = parts.record();
        this.withdrawals = new Withdrawals(register, storage, withdrawn, record, clock);
        this.clock = clock;
        this.network = network;
        this.retelling = new Retelling(network, this::news);
    }

    /** The withdrawn consents as they are stored, by {@link Withdrawal#name}. */
    public static Set<String> withdrawn(Agreements storage) {
        Set<String> names = ConcurrentHashMap.newKeySet();
        storage.withdrawnConsents()
                .forEach(each -> Withdrawal.parse(each.statement()).ifPresent(known -> names.add(known.name())));
        return names;
    }

    // ---- sessions

    @Override
    public Optional<Proposal.Terms> terms(Hash program, Proposal.Work work) {
        return gate.terms(program, work);
    }

    @Override
    public Optional<Refusal> refuses(Sealed sealed, int bits) {
        return gate.refuses(sealed, bits);
    }

    @Override
    public Optional<Refusal> refusesStill(Hash proposal) {
        return gate.refusesStill(proposal);
    }

    @Override
    public void ended(Hash proposal) {
        gate.ended(proposal);
    }

    @Override
    public Optional<Keeping> keeping(Hash program, Hash model, String purpose) {
        return gate.keeping(program, model, purpose);
    }

    @Override
    public boolean isWithdrawn(String consent) {
        return withdrawals.contains(consent);
    }

    // ---- people

    public List<Register.Entry> agreements() {
        return register.all();
    }

    public Optional<Register.Entry> agreement(Hash hash) {
        return register.find(hash);
    }

    /** What stands against signing an agreement here, or is to be weighed. */
    public List<Leakage.Finding> findings(Agreement agreement) {
        return leakage.findings(agreement);
    }

    /** How many bits each agency's columns hold by their ranges, as far as scores use them. */
    public Map<String, Double> held(Agreement agreement) {
        return leakage.held(agreement);
    }

    /** What counts of a business now, over all models. */
    public record Budget(int taken, int windowDays) {}

    public Budget budget(String subject) {
        return gate.budget(subject);
    }

    /**
     * An agreement made of what a person says and what the programs declare: columns and bits are filled in.
     *
     * @param wanted as an agreement, without format, id, revision, group, columns, and the bits of uses
     * @throws Register.Rejected when a program is not known here, or it would be no agreement
     */
    public Agreement draft(ObjectNode wanted) {
        return drafts.of(wanted);
    }

    /** Takes up a document; the other nodes are offered it. */
    public Register.Entry propose(byte[] document, String by) {
        Register.Entry entry = register.propose(document, by);
        retelling.tell(message(entry));
        return entry;
    }

    /**
     * Changes where an agreement stands here. What must not be signed is not; what is no longer in force ends the runs
     * that are under its cover.
     *
     * @throws Register.Rejected saying what stands against it
     */
    public Register.Entry change(Hash hash, State.Change change, String by) {
        if (change == State.Change.SIGN) {
            register.find(hash).ifPresent(entry -> requireHarmless(entry.agreement()));
        }
        try {
            Register.Entry entry = register.change(hash, change, by);
            if (change == State.Change.SIGN) {
                retelling.tell(message(entry));
            }
            return entry;
        } finally {
            // Also when a full disk keeps it from being on record: what is taken back holds before that.
            stopIn(State.SUSPENDED, Refusal.Reason.AGREEMENT_SUSPENDED);
            stopIn(State.REVOKED, Refusal.Reason.AGREEMENT_REVOKED);
        }
    }

    private void stopIn(State state, Refusal.Reason reason) {
        stop(
                running -> register.find(running.agreement())
                        .filter(each -> each.state() == state)
                        .isPresent(),
                reason);
    }

    private void requireHarmless(Agreement agreement) {
        List<Leakage.Finding> against = leakage.findings(agreement).stream()
                .filter(Leakage.Finding::refuses)
                .toList();
        if (!against.isEmpty()) {
            throw new Register.Rejected(
                    "the agreement cannot be signed: "
                            + String.join(
                                    "; ",
                                    against.stream().map(Leakage.Finding::text).toList()),
                    "have the document corrected and proposed anew");
        }
    }

    /** How many agreements known here, not revoked, name what a stop names: none may be a slip of the pen. */
    public long covered(Stops.Kind kind, String name) {
        return register.all().stream()
                .filter(entry -> entry.state() != State.REVOKED)
                .map(Register.Entry::agreement)
                .filter(agreement -> switch (kind) {
                    case BANK -> agreement.requester().equals(name);
                    case MODEL ->
                        agreement.uses().stream()
                                .flatMap(use -> use.models().stream())
                                .anyMatch(model -> model.hex().equals(name));
                    case COLUMN -> agreement.uses().stream().anyMatch(use -> stops.takes(use.program(), name));
                })
                .count();
    }

    public List<Agreements.Stop> stops() {
        return stops.all();
    }

    /** Stops a bank, a model or a column at once, also in runs that are under way. */
    public void stop(Stops.Kind kind, String name, String by) {
        stops.stop(kind, name, by, () -> {
            stop(running -> isStopped(running), Refusal.Reason.STOPPED);
            record.changed(Events.stopped(kind, name), NO_AGREEMENT, by).await();
        });
    }

    private boolean isStopped(Gate.Running running) {
        boolean bank = register.find(running.agreement())
                .filter(entry ->
                        stops.isStopped(Stops.Kind.BANK, entry.agreement().requester()))
                .isPresent();
        return bank
                || running.model().stream().anyMatch(model -> stops.isStopped(Stops.Kind.MODEL, model.hex()))
                || stops.isColumnStopped(running.use().program());
    }

    /** Lets what was stopped go on; false when it was not. */
    public boolean lift(Stops.Kind kind, String name, String by) {
        return stops.lift(
                kind,
                name,
                () -> record.changed(Events.lifted(kind, name), NO_AGREEMENT, by)
                        .await());
    }

    private void stop(Predicate<Gate.Running> which, Refusal.Reason reason) {
        gate.running().stream().filter(which).forEach(running -> network.stop(running.session(), reason));
    }

    /**
     * Notes that a consent is withdrawn, and tells the other nodes; false when it was known and is on record, or its
     * issuer is nobody's here.
     *
     * @throws StorageFailure when it may not be stored, or is not on record; once it holds here the others are told all
     *     the same. To withdraw it again does what is left
     */
    public boolean withdraw(String text) {
        boolean noted;
        try {
            noted = withdrawals.note(text);
        } catch (StorageFailure e) {
            if (withdrawals.isKnown(text)) {
                retelling.tell(Withdrawals.message(text));
            }
            throw e;
        }
        if (noted) {
            retelling.tell(Withdrawals.message(text));
        }
        return noted;
    }

    // ---- other nodes

    /** All nodes are connected, perhaps again: some may lack a document or a signature. Waits for slow ones. */
    public void connected() {
        retelling.tell();
    }

    private List<byte[]> news() {
        List<byte[]> messages = new ArrayList<>();
        register.all().stream()
                .filter(entry -> entry.state() != State.REVOKED && entry.state() != State.OFFERED)
                .forEach(entry -> messages.add(message(entry)));
        messages.addAll(withdrawals.messages());
        return messages;
    }

    private byte[] message(Register.Entry entry) {
        SharedAgreement.Builder message =
                SharedAgreement.newBuilder().setDocument(ByteString.copyFrom(entry.document()));
        for (Agreements.Signature signature : register.signatures(entry.hash())) {
            message.addSignatures(AgreementSignature.newBuilder()
                    .setParty(signature.party())
                    .setSuite(signature.suite())
                    .setPublicKey(ByteString.copyFrom(signature.publicKey()))
                    .setSignature(ByteString.copyFrom(signature.signature())));
        }
        return message.build().toByteArray();
    }

    @Override
    public void heard(int peer, byte[] bytes) {
        SharedAgreement message;
        try {
            message = SharedAgreement.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return;
        }
        byte[] document = message.getDocument().toByteArray();
        boolean fits = document.length <= AgreementFormat.MAX_BYTES
                && message.getSignaturesCount() <= MOST_SIGNATURES
                && message.getWithdrawalsCount() <= Withdrawals.MOST;
        if (!fits) {
            LOG.warn("party {} sent more about agreements than is looked at", peer);
            return;
        }
        if (document.length > 0) {
            register.offered(peer, document);
            Hash hash = AgreementFormat.hash(document);
            message.getSignaturesList().forEach(signature -> register.signed(hash, signature(signature)));
        }
        withdrawals.heard(peer, message.getWithdrawalsList());
    }

    private Agreements.Signature signature(AgreementSignature signature) {
        return new Agreements.Signature(
                signature.getParty(),
                signature.getSuite(),
                signature.getPublicKey().toByteArray(),
                signature.getSignature().toByteArray(),
                clock.instant());
    }
}
