package org.tallystick.node.governance;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Receipts;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.ReceiptLog;

/**
 * The receipts as they govern: what they say was accepted, let go and voided is what budgets, consents and uses are
 * made of, at start from the log and from then on as it is written.
 */
public final class Recall implements Receipts, Gate.TableSubjects {
    private final Receipts written;
    private final ReceiptLog log;
    /** Where the log says whom a stored segment is about, by the session that stored it. */
    private final Map<Hash, Long> stored = new ConcurrentHashMap<>();

    /** Sessions that were accepted and are not over, of which the gate has to have taken something. */
    private final Set<Hash> governed = ConcurrentHashMap.newKeySet();

    private volatile Optional<Gate> gate = Optional.empty();

    public Recall(Receipts written, ReceiptLog log) {
        this.written = written;
        this.log = log;
    }

    /**
     * Tells a gate all that the log has, and from now on what is written.
     *
     * @return what the log says of agreements, stops and consents
     */
    public Events govern(Gate told) {
        Events events = new Events();
        Set<Hash> open = new HashSet<>();
        log.read(0, entry -> {
            replay(told, entry, open, events);
            return true;
        });
        // A crash left these without an end: what was not authorised returns.
        open.forEach(told::ended);
        gate = Optional.of(told);
        return events;
    }

    private void replay(Gate told, ReceiptLog.Entry entry, Set<Hash> open, Events events) {
        switch (entry.receipt()) {
            case Receipt.Accepted accepted -> {
                Proposal proposal = proposal(entry.index(), accepted);
                note(accepted.session(), proposal, entry.index());
                told.recall(accepted.session(), proposal, accepted.bits(), Instant.ofEpochMilli(accepted.at()));
                open.add(accepted.session());
            }
            case Receipt.Authorised authorised -> told.authorised(authorised.session());
            case Receipt.Ended ended -> {
                if (ended.outcome().kind() == Outcome.Kind.NOTHING_LEFT) {
                    told.voided(ended.session());
                }
                told.ended(ended.session());
                open.remove(ended.session());
            }
            case Receipt.Event event -> events.add(event);
            case Receipt.Refused _ -> {}
        }
    }

    private Proposal proposal(long index, Receipt.Accepted accepted) {
        byte[] rows = log.attachment(index).orElse(new byte[0]);
        return Sealed.recorded(accepted.header().toByteArray(), rows);
    }

    private void note(Hash session, Proposal proposal, long index) {
        if (proposal.work() instanceof Proposal.Store) {
            stored.put(session, index);
        }
    }

    // ---- receipts

    @Override
    public Written accepted(Sealed proposal, int bits, long price) {
        if (proposal.proposal().work() instanceof Proposal.Store) {
            // Its place is not known before it is written; the log is read once more when it is asked for.
            stored.put(proposal.hash(), -1L);
        }
        if (gate.filter(told -> told.governs(proposal.proposal())).isPresent()) {
            governed.add(proposal.hash());
        }
        return written.accepted(proposal, bits, price);
    }

    @Override
    public void refused(Sealed proposal, Refusal refusal) {
        written.refused(proposal, refusal);
    }

    /** @throws ProtocolAbort when the session has nothing that could be counted: then nothing of it may leave */
    @Override
    public Written authorised(Hash session, List<Integer> accepted, boolean leaves) {
        if (governed.contains(session)
                && gate.filter(told -> told.covers(session)).isEmpty()) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.STOPPED, "what the session was to take of budgets is gone; propose again");
        }
        if (gate.filter(told -> !told.authorise(session)).isPresent()) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.STOPPED,
                    "another run of the same request has been let go meanwhile; use the answer that was given");
        }
        try {
            return written.authorised(session, accepted, leaves);
        } catch (RuntimeException e) {
            gate.ifPresent(told -> told.voided(session));
            throw e;
        }
    }

    @Override
    public void ended(Hash session, Outcome outcome) {
        governed.remove(session);
        written.ended(session, outcome);
        if (outcome.kind() == Outcome.Kind.NOTHING_LEFT) {
            gate.ifPresent(told -> told.voided(session));
        }
    }

    // ---- whom stored rows are about

    @Override
    public Optional<List<Proposal.Row>> rows(Proposal.ScoreTable score) {
        return storing(score).map(store -> rows(score, (Proposal.Store) store.work()));
    }

    @Override
    public Optional<Hash> program(Proposal.ScoreTable score) {
        return storing(score).map(Proposal::program);
    }

    private static List<Proposal.Row> rows(Proposal.ScoreTable score, Proposal.Store store) {
        return IntStream.range(0, store.subjects().size())
                .mapToObj(k -> new Proposal.Row(
                        score.request(),
                        store.subjects().get(k),
                        store.consents().isEmpty() ? "" : store.consents().get(k)))
                .toList();
    }

    /** The proposal that filled the segment that is to be scored. */
    private Optional<Proposal> storing(Proposal.ScoreTable score) {
        Long index = stored.get(score.filled());
        if (index == null) {
            return Optional.empty();
        }
        long place = index >= 0 ? index : find(score.filled());
        if (place < 0 || !(log.entry(place).receipt() instanceof Receipt.Accepted accepted)) {
            return Optional.empty();
        }
        stored.put(score.filled(), place);
        return Optional.of(proposal(place, accepted)).filter(proposal -> proposal.work() instanceof Proposal.Store);
    }

    private long find(Hash session) {
        long[] place = {-1};
        log.read(0, entry -> {
            if (entry.receipt() instanceof Receipt.Accepted accepted
                    && accepted.session().equals(session)) {
                place[0] = entry.index();
            }
            return place[0] < 0;
        });
        return place[0];
    }
}
