package org.tallystick.node.governance;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.tallystick.node.governance.Agreement.Kind;
import org.tallystick.node.governance.Agreement.Use;
import org.tallystick.node.session.Governance.Keeping;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refusal.Reason;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.Sealed;
import org.tallystick.protocol.Profile;

/**
 * This node's decision about every proposal, from its own agreements, stops, consents and budgets; and what it takes
 * from the budgets for those it accepts.
 */
public final class Gate {
    private final int self;
    private final Register register;
    private final Stops stops;
    private final Consents consents;
    private final SubjectBudgets budgets;
    private final DailyUses uses;
    private final TableSubjects tables;
    private final Clock clock;
    /** What is under way, for what is stopped at once. */
    private final Map<Hash, Running> running = new ConcurrentHashMap<>();

    /** A session that this node takes part in. */
    public record Running(Hash session, Hash agreement, Use use, Optional<Hash> model) {}

    /** Whom the rows of a stored segment are about, and the consents they came with; empty when not known here. */
    public interface TableSubjects {
        Optional<List<Proposal.Row>> rows(Proposal.ScoreTable score);

        /** The program that the segment's table was stored by, to which its consents are. */
        Optional<Hash> program(Proposal.ScoreTable score);
    }

    public Gate(
            int self,
            Register register,
            Stops stops,
            Consents consents,
            SubjectBudgets budgets,
            TableSubjects tables,
            Clock clock) {
        this.self = self;
        this.register = register;
        this.stops = stops;
        this.consents = consents;
        this.budgets = budgets;
        this.uses = new DailyUses();
        this.tables = tables;
        this.clock = clock;
    }

    // ---- the bank's side

    /** As {@link org.tallystick.node.session.Governance#terms}. */
    Optional<Proposal.Terms> terms(Hash program, Proposal.Work work) {
        Optional<Asked> asked = Asked.of(work);
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        Register.Entry entry = covering(program, asked.get())
                .orElseThrow(() -> new Refused(self, Refusal.of(Reason.AGREEMENT_MISSING)));
        Use use = entry.agreement().use(program).orElseThrow();
        return Optional.of(new Proposal.Terms(entry.hash(), price(entry.agreement(), use, asked.get())));
    }

    /** The agreement in force here that covers a use. */
    private Optional<Register.Entry> covering(Hash program, Asked asked) {
        return register.inForce().stream()
                .filter(entry ->
                        entry.agreement().use(program).stream().anyMatch(use -> covers(entry.agreement(), use, asked)))
                .findFirst();
    }

    /** As {@link org.tallystick.node.session.Governance#keeping}; nothing is given again of what is stopped here. */
    Optional<Keeping> keeping(Hash program, Hash model, String purpose) {
        return covering(program, new Asked(Kind.SCORE, Optional.of(model), Optional.of(purpose), 0))
                .map(Register.Entry::agreement)
                .filter(agreement -> !stops.isStopped(Stops.Kind.BANK, agreement.requester())
                        && !stops.isStopped(Stops.Kind.MODEL, model.hex()))
                .map(agreement -> new Keeping(agreement.limits().windowDays(), agreement.retentionDays()));
    }

    private static boolean covers(Agreement agreement, Use use, Asked asked) {
        return use.kind() == asked.kind()
                && asked.model().stream().allMatch(use.models()::contains)
                && asked.purpose().stream()
                        .allMatch(purpose -> agreement.purpose(purpose).isPresent());
    }

    private static long price(Agreement agreement, Use use, Asked asked) {
        return asked.purpose().map(purpose -> agreement.price(use, purpose)).orElseGet(use::price);
    }

    // ---- every agency's side

    /** As {@link org.tallystick.node.session.Governance#refuses}. */
    Optional<Refusal> refuses(Sealed sealed, int bits) {
        Proposal proposal = sealed.proposal();
        Optional<Asked> asked = Asked.of(proposal.work());
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        Optional<Register.Entry> named = proposal.terms().flatMap(terms -> register.find(terms.agreement()));
        if (named.isEmpty()) {
            return refusal(Reason.AGREEMENT_MISSING);
        }
        Agreement agreement = named.get().agreement();
        Optional<Use> use = agreement.use(proposal.program());
        Optional<Reason> reason = standing(named.get())
                .or(() -> stopped(agreement, proposal.program(), asked.get().model()))
                .or(() -> terms(agreement, use, proposal, asked.get(), bits));
        if (reason.isPresent()) {
            return refusal(reason.get());
        }
        return take(sealed, named.get(), use.orElseThrow(), asked.get(), bits);
    }

    private static Optional<Refusal> refusal(Reason reason) {
        return Optional.of(Refusal.of(reason));
    }

    /** Whether the agreement is in force. */
    private Optional<Reason> standing(Register.Entry entry) {
        return switch (entry.state()) {
            case OFFERED, PROPOSED, SIGNED -> Optional.of(Reason.AGREEMENT_MISSING);
            case SUSPENDED -> Optional.of(Reason.AGREEMENT_SUSPENDED);
            case REVOKED -> Optional.of(Reason.AGREEMENT_REVOKED);
            case ACTIVE -> {
                if (!register.isComplete(entry)) {
                    yield Optional.of(Reason.AGREEMENT_MISSING);
                }
                if (!entry.agreement().isValidAt(clock.instant())) {
                    yield Optional.of(Reason.AGREEMENT_EXPIRED);
                }
                yield register.isFollowed(entry) ? Optional.of(Reason.AGREEMENT_REVOKED) : Optional.empty();
            }
        };
    }

    private Optional<Reason> stopped(Agreement agreement, Hash program, Optional<Hash> model) {
        boolean stopped = stops.isStopped(Stops.Kind.BANK, agreement.requester())
                || model.stream().anyMatch(each -> stops.isStopped(Stops.Kind.MODEL, each.hex()))
                || stops.isColumnStopped(program);
        return stopped ? Optional.of(Reason.STOPPED) : Optional.empty();
    }

    private static Optional<Reason> terms(
            Agreement agreement, Optional<Use> use, Proposal proposal, Asked asked, int bits) {
        if (use.isEmpty()
                || use.get().kind() != asked.kind()
                || !asked.model().stream().allMatch(use.get().models()::contains)
                || bits > use.get().bits()) {
            return Optional.of(Reason.AGREEMENT_USE);
        }
        if (!isAtLeast(proposal, agreement.floor())) {
            return Optional.of(Reason.PROFILE);
        }
        if (!asked.purpose().stream()
                .allMatch(purpose -> agreement.purpose(purpose).isPresent())) {
            return Optional.of(Reason.PURPOSE);
        }
        if (proposal.terms().orElseThrow().price() != price(agreement, use.get(), asked)) {
            return Optional.of(Reason.PRICE);
        }
        boolean aggregate = asked.kind() == Kind.TRAINING || asked.kind() == Kind.EVALUATION;
        return aggregate && asked.subjects() < agreement.limits().minimumGroup()
                ? Optional.of(Reason.GROUP_SIZE)
                : Optional.empty();
    }

    private static boolean isAtLeast(Proposal proposal, String floor) {
        return Arrays.stream(Profile.values())
                .filter(profile -> profile.id().equals(floor))
                .anyMatch(profile -> proposal.profile().compareTo(profile) >= 0);
    }

    /** Checks the rows' consents and takes what the session uses; all or nothing. */
    private Optional<Refusal> take(Sealed sealed, Register.Entry entry, Use use, Asked asked, int bits) {
        Proposal proposal = sealed.proposal();
        Optional<List<Proposal.Row>> found = Asked.rows(proposal.work(), tables);
        if (found.isEmpty()) {
            return refusal(Reason.TABLE_UNKNOWN);
        }
        List<Proposal.Row> rows = found.get();
        List<Consents.Shown> shown = use.consent() ? Consents.Shown.of(rows) : List.of();
        Optional<Refusal> against = consented(entry.agreement(), use, proposal, asked, shown);
        if (against.isPresent()) {
            return against;
        }
        Hash session = sealed.hash();
        Optional<Refusal> refused = taken(session, entry.agreement(), use, asked, bits, rows, shown);
        if (refused.isPresent()) {
            ended(session);
            return refused;
        }
        running.put(session, new Running(session, entry.hash(), use, asked.model()));
        // Whoever has suspended or stopped something since the first look has not seen this session.
        Optional<Reason> since = standing(register.find(entry.hash()).orElse(entry))
                .or(() -> stopped(entry.agreement(), proposal.program(), asked.model()));
        since.ifPresent(reason -> ended(session));
        return since.map(Refusal::of);
    }

    private Optional<Refusal> taken(
            Hash session,
            Agreement agreement,
            Use use,
            Asked asked,
            int bits,
            List<Proposal.Row> rows,
            List<Consents.Shown> shown) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Hash counted = asked.model().orElse(use.program());
        if (!uses.take(
                session, counted, Math.max(1, rows.size()), agreement.limits().usesPerDay(), today)) {
            return refusal(Reason.USES);
        }
        if (use.consent() && asked.kind() == Kind.SCORE) {
            Optional<Refusal> spent = consents.spend(session, asked.about(), shown);
            if (spent.isPresent()) {
                return spent;
            }
        }
        if (bits > 0) {
            return budgets.reserve(
                    session, counted, bits, agreement.limits().bitsPerSubject(), SubjectBudgets.asked(rows), today);
        }
        return Optional.empty();
    }

    /** The first reason that some rows' consents do not count, with all rows that it is about. */
    private Optional<Refusal> consented(
            Agreement agreement, Use use, Proposal proposal, Asked asked, List<Consents.Shown> rows) {
        Instant now = clock.instant();
        Hash program = proposal.work() instanceof Proposal.ScoreTable score
                ? tables.program(score).orElse(use.program())
                : use.program();
        RefusedRows against = new RefusedRows();
        for (int row = 0; row < rows.size(); row++) {
            Optional<Reason> reason = Optional.of(Reason.CONSENT_OTHER);
            for (String purpose : asked.purpose().map(List::of).orElseGet(() -> purposes(agreement))) {
                Optional<Reason> of =
                        consents.refuses(new Consents.Expected(agreement, purpose, program, now), rows.get(row));
                if (of.isEmpty()) {
                    reason = of;
                    break;
                }
                reason = Optional.of(of.get());
            }
            int at = row;
            reason.ifPresent(found -> against.add(found, at));
        }
        return against.first();
    }

    private static List<String> purposes(Agreement agreement) {
        return agreement.purposes().stream().map(Agreement.Purpose::name).toList();
    }

    // ---- what becomes of a session

    /** A session that the receipts say was accepted: takes what it took, whatever is left. */
    void recall(Hash session, Proposal proposal, int bits, Instant at) {
        Optional<Asked> asked = Asked.of(proposal.work());
        Optional<List<Proposal.Row>> rows = Asked.rows(proposal.work(), tables);
        if (asked.isEmpty() || rows.isEmpty()) {
            return;
        }
        Hash counted = asked.get().model().orElse(proposal.program());
        LocalDate then = LocalDate.ofInstant(at, ZoneOffset.UTC);
        uses.recall(session, counted, Math.max(1, rows.get().size()), then);
        if (asked.get().kind() == Kind.SCORE && asksConsent(proposal)) {
            consents.recall(session, asked.get().about(), Consents.Shown.of(rows.get()));
        }
        if (bits > 0) {
            budgets.recall(session, counted, bits, SubjectBudgets.asked(rows.get()), then);
        }
    }

    /** Whether consents served it: those that come along where none are asked for were not looked at. */
    private boolean asksConsent(Proposal proposal) {
        return proposal.terms()
                .flatMap(terms -> register.find(terms.agreement()))
                .flatMap(entry -> entry.agreement().use(proposal.program()))
                .filter(use -> !use.consent())
                .isEmpty();
    }

    /** As {@link org.tallystick.node.session.Governance#refusesStill}. */
    Optional<Refusal> refusesStill(Hash session) {
        return Optional.ofNullable(running.get(session))
                .flatMap(run -> register.find(run.agreement())
                        .flatMap(entry -> standing(entry)
                                .or(() -> stopped(entry.agreement(), run.use().program(), run.model()))))
                .map(Refusal::of);
    }

    /** Whether a session of this proposal takes something here, which it must have when it is authorised. */
    boolean governs(Proposal proposal) {
        return proposal.proposer() != self && Asked.of(proposal.work()).isPresent();
    }

    /** Whether the session is under way here with what it took. */
    boolean covers(Hash session) {
        return running.containsKey(session);
    }

    /**
     * "Release authorised" is about to be written: what was taken is gone.
     *
     * @return false when it must not be: what the session asks has been let go as often as may be meanwhile
     */
    boolean authorise(Hash session) {
        if (!budgets.authorise(session)) {
            return false;
        }
        if (!consents.authorise(session)) {
            budgets.voided(session);
            return false;
        }
        uses.authorised(session);
        return true;
    }

    /** "Release authorised" is on record: what was taken is gone. */
    public void authorised(Hash session) {
        budgets.authorised(session);
        consents.authorised(session);
        uses.authorised(session);
    }

    /** Nothing of an authorised session has left this node. */
    public void voided(Hash session) {
        budgets.voided(session);
        consents.voided(session);
    }

    /** The run is over; what it took without an authorisation returns. */
    public void ended(Hash session) {
        running.remove(session);
        budgets.ended(session);
        consents.ended(session);
        uses.ended(session);
    }

    /** What counts of a business now. */
    Governor.Budget budget(String subject) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return new Governor.Budget(budgets.taken(subject, today), budgets.windowDays());
    }

    /** What is under way here now. */
    public List<Running> running() {
        return List.copyOf(running.values());
    }
}
