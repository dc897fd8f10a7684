package org.tallystick.node.bank;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tallystick.models.Answer;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.rest.NodeService.How;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.RunReport;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.session.Stocks;
import org.tallystick.program.Encoder;
import org.tallystick.ring.BitMatrix;

/** Scores batches of subjects: the bank's own rows, a proposal to all nodes, and what the answer says of each row. */
public final class Scorer {
    /**
     * Each of the three agencies may refuse rows for ten reasons, one at a time, and the connection epoch may end on
     * the way.
     */
    private static final int ATTEMPTS = 33;

    private final Sessions sessions;
    private final Function<List<String>, List<Optional<Map<String, String>>>> ownRows;
    private final StockKeeper stock;

    /** What came of one subject. */
    public sealed interface Outcome {
        /** @param proposal the run that gave the answer */
        record Answered(Answer answer, Hash proposal) implements Outcome {}

        /** The bank itself has no record of the subject, so there is nothing to ask for. */
        record Unknown() implements Outcome {}

        /** The bank's own row cannot be used; the problem names the column, not the value. */
        record Unusable(String problem) implements Outcome {}

        /** A node refuses this row. */
        record RowRefused(int party, Refusal.Reason reason) implements Outcome {}
    }

    /** @param report what this node saw of the last run, absent when no row could be proposed */
    public record Batch(List<Outcome> outcomes, Optional<RunReport> report) {}

    Scorer(Sessions sessions, Function<List<String>, List<Optional<Map<String, String>>>> ownRows, StockKeeper stock) {
        this.sessions = sessions;
        this.ownRows = ownRows;
        this.stock = stock;
    }

    /**
     * One outcome a row, in order. Rows that a node refuses are left out and the others proposed anew; a proposal that
     * died with its connection epoch is made again in the next. Garbled stock that an agency does not have is done
     * without; every proposal takes new.
     *
     * @throws Refused when a node refuses the whole proposal
     * @throws ProtocolAbort when the run ended early
     */
    public Batch score(ActiveModel model, String purpose, List<Proposal.Row> rows) {
        return score(model, purpose, rows, Optional.empty());
    }

    /**
     * The same, computed in one way, whatever is expected to be faster.
     *
     * @throws ServiceFailure when there is no stock for all rows and answers must be garbled
     */
    Batch score(ActiveModel model, String purpose, List<Proposal.Row> rows, Optional<How> forced) {
        Outcome[] outcomes = new Outcome[rows.size()];
        List<long[]> encoded = encodeOwn(model, rows, outcomes);
        Optional<RunReport> report = Optional.empty();
        boolean stocked = true;
        for (int attempt = 1; Arrays.asList(outcomes).contains(null); attempt++) {
            List<Integer> open = new ArrayList<>();
            for (int row = 0; row < outcomes.length; row++) {
                if (outcomes[row] == null) {
                    open.add(row);
                }
            }
            Optional<Stocks.Picked> items = stocked ? items(model, open.size(), forced) : Optional.empty();
            try (Stock named = new Stock(items)) {
                report = Optional.of(run(model, purpose, rows, encoded, open, outcomes, named.items));
                items.ifPresent(used -> stock.used(model.program()));
            } catch (Refused e) {
                // Once: whoever refuses stock that was not named, or again and again, refuses the proposal.
                if (items.isPresent() && isAboutStock(e.refusal().reason())) {
                    stock.lacking(
                            model.program(), items.get().epoch(), e.refusal().reason());
                    if (forced.isPresent()) {
                        throw e;
                    }
                    stocked = false;
                } else if (!handled(e, open, outcomes) || attempt >= ATTEMPTS) {
                    throw e;
                }
            }
        }
        return new Batch(List.of(outcomes), report);
    }

    private Optional<Stocks.Picked> items(ActiveModel model, int rows, Optional<How> forced) {
        if (forced.isEmpty()) {
            return stock.pick(model, rows);
        }
        if (forced.get() == How.BIT_SLICED) {
            return Optional.empty();
        }
        Optional<Stocks.Picked> items = stock.insist(model, rows);
        if (items.isEmpty()) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.CONFLICT,
                    "there is no garbled stock of the model for so many rows (" + rows + ")",
                    "ask again in some seconds, when more is made, or do not force it; GET /v1/plan says whether it"
                            + " can be made"));
        }
        return items;
    }

    /** Stock that a run may have. */
    private record Stock(Optional<Stocks.Picked> items) implements AutoCloseable {
        @Override
        public void close() {
            items.ifPresent(Stocks.Picked::close);
        }
    }

    private static boolean isAboutStock(Refusal.Reason reason) {
        return switch (reason) {
            case STOCK_UNKNOWN, STOCK_USED, STOCK_PROGRAM -> true;
            default -> false;
        };
    }

    /** Each usable row's own columns; what cannot be used gets its outcome at once. */
    private List<long[]> encodeOwn(ActiveModel model, List<Proposal.Row> rows, Outcome[] outcomes) {
        Encoder encoder = model.scoring().encoder();
        List<Optional<Map<String, String>>> own =
                ownRows.apply(rows.stream().map(Proposal.Row::subject).toList());
        Map<Integer, String> problems = encoder.problems(own);
        List<long[]> encoded = new ArrayList<>();
        for (int row = 0; row < outcomes.length; row++) {
            encoded.add(null);
            if (own.get(row).isEmpty()) {
                outcomes[row] = new Outcome.Unknown();
            } else if (problems.containsKey(row)) {
                outcomes[row] = new Outcome.Unusable(problems.get(row));
            } else {
                encoded.set(row, encoder.encode(own.get(row)));
            }
        }
        return encoded;
    }

    private RunReport run(
            ActiveModel model,
            String purpose,
            List<Proposal.Row> rows,
            List<long[]> encoded,
            List<Integer> open,
            Outcome[] outcomes,
            Optional<Stocks.Picked> stock) {
        int columns = encoded.get(open.getFirst()).length;
        long[] own = new long[columns * open.size()];
        for (int k = 0; k < open.size(); k++) {
            for (int column = 0; column < columns; column++) {
                own[column * open.size() + k] = encoded.get(open.get(k))[column];
            }
        }
        Proposal.Score score = new Proposal.Score(
                model.digest(),
                purpose,
                open.stream().map(rows::get).toList(),
                stock.map(Stocks.Picked::numbers).orElse(List.of()));
        Sessions.Scored scored = sessions.score(model.scoring().program(), model.program(), score, List.of(own), stock);
        BitMatrix bits = BitMatrix.ofWires(scored.answers());
        for (int k = 0; k < open.size(); k++) {
            outcomes[open.get(k)] = new Outcome.Answered(model.scoring().decode(bits.number(k)), scored.proposal());
        }
        return scored.report();
    }

    private static boolean handled(Refused refused, List<Integer> open, Outcome[] outcomes) {
        Refusal refusal = refused.refusal();
        if (refusal.reason() == Refusal.Reason.EPOCH) {
            return true;
        }
        if (refusal.rows().isEmpty()) {
            return false;
        }
        for (int row : refusal.rows()) {
            if (row >= 0 && row < open.size()) {
                outcomes[open.get(row)] = new Outcome.RowRefused(refused.party(), refusal.reason());
            }
        }
        return true;
    }
}
