package org.tallystick.node.session;

import java.util.List;
import java.util.Optional;
import org.tallystick.node.transport.EpochId;
import org.tallystick.program.ModelFacts;
import org.tallystick.protocol.Profile;

/**
 * What a bank asks its group to compute, as it travels: signed once, hashed once, decided on by every node alone.
 *
 * @param epoch the connection epoch it is for; it dies with the epoch
 * @param nonce 32 random bytes, so that no two proposals are alike
 * @param proposer the bank's party index
 * @param program hash of the program, which agencies approve
 * @param terms of the agreement it is under; empty where nodes ask for none
 */
public record Proposal(
        String group,
        EpochId epoch,
        Hash nonce,
        int proposer,
        Profile profile,
        Hash program,
        Optional<Terms> terms,
        Work work) {
    /**
     * Under which agreement the bank asks.
     *
     * @param price what a row costs by it, in the smallest unit of its currency
     */
    public record Terms(Hash agreement, long price) {}

    /** What is to be done with the program. */
    public sealed interface Work {
        /** Whether it is done under an agreement: what is only made for later scores tells nobody anything. */
        default boolean isGoverned() {
            return switch (this) {
                case Score _, ScoreTable _, Store _, Train _, Evaluate _ -> true;
                case Activate _, Stock _, Offer _ -> false;
            };
        }
    }

    /**
     * Score these rows with a model that was activated.
     *
     * @param model digest of the stored model shares
     * @param stocks numbers of garbled stock, one a row, each of which is spent by it; none to compute without
     */
    public record Score(Hash model, String purpose, List<Row> rows, List<Long> stocks) implements Work {
        public Score {
            rows = List.copyOf(rows);
            stocks = List.copyOf(stocks);
            if (!stocks.isEmpty() && stocks.size() != rows.size()) {
                throw new IllegalArgumentException(stocks.size() + " items of stock for " + rows.size() + " rows");
            }
        }

        /** Without stock. */
        public Score(Hash model, String purpose, List<Row> rows) {
            this(model, purpose, rows, List.of());
        }
    }

    /**
     * Garble the end of the program ahead of scores, an item a row, and keep it in memory for this connection epoch.
     *
     * @param first the number of the first item; numbers rise from proposal to proposal
     * @param count how many; 0 only drops
     * @param oldest items below it will never be named again
     */
    public record Stock(long first, int count, long oldest) implements Work {}

    /**
     * Share a model's numbers out, check their bounds inside the computation, and store the shares.
     *
     * @param promised what the owner says of the numbers, which is checked too
     */
    public record Activate(byte[] programEncoding, ModelFacts promised) implements Work {}

    /**
     * Learn from some subjects and judge the result by others.
     *
     * @param planEncoding a {@link org.tallystick.training.TrainingPlan}; its hash stands in the program's place
     * @param request names the training, 16 bytes in hexadecimal; charged once however often it goes on
     * @param resumes the proposal that began it, when it is to go on from its last checkpoint
     * @param filled what filled the segments of the plan's table, when it begins from one
     */
    public record Train(
            byte[] planEncoding,
            List<String> learning,
            List<String> testing,
            String request,
            Optional<Hash> resumes,
            Optional<Hash> filled)
            implements Work {
        public Train {
            learning = List.copyOf(learning);
            testing = List.copyOf(testing);
        }

        public Train(
                byte[] planEncoding,
                List<String> learning,
                List<String> testing,
                String request,
                Optional<Hash> resumes) {
            this(planEncoding, learning, testing, request, resumes, Optional.empty());
        }

        /** The same from the table that was filled so. */
        Train from(Optional<Hash> table) {
            return new Train(planEncoding, learning, testing, request, resumes, table);
        }
    }

    /**
     * Share the columns of all owners for these subjects and keep the shares: one segment of a table.
     *
     * @param position number of the segment, from 0
     * @param consents of the subjects, one each, or none
     */
    public record Store(Tables.Table table, int position, List<String> subjects, List<String> consents)
            implements Work {
        public Store {
            subjects = List.copyOf(subjects);
            consents = List.copyOf(consents);
            if (!consents.isEmpty() && consents.size() != subjects.size()) {
                throw new IllegalArgumentException(consents.size() + " consents for " + subjects.size() + " subjects");
            }
        }

        /** Without consents. */
        public Store(Tables.Table table, int position, List<String> subjects) {
            this(table, position, subjects, List.of());
        }
    }

    /**
     * Score all rows of a segment that was stored.
     *
     * @param filled the proposal that filled it
     * @param request names its rows together, the same in every retry: charged once
     */
    public record ScoreTable(Hash model, String purpose, String table, int position, Hash filled, String request)
            implements Work {}

    /**
     * Judge a model by some subjects.
     *
     * @param planEncoding an {@link org.tallystick.training.EvaluationPlan}; its hash stands in the program's place
     * @param request names the evaluation, 16 bytes in hexadecimal; charged once with its repeat
     */
    public record Evaluate(byte[] planEncoding, List<String> subjects, String request) implements Work {
        public Evaluate {
            subjects = List.copyOf(subjects);
        }
    }

    /**
     * Look at a plan, so that it can be approved and agreed on before it is run: nothing is computed. Whoever has
     * approved it accepts, the others refuse and keep it.
     *
     * @param planEncoding of a training or an evaluation; its hash stands in the program's place
     */
    public record Offer(byte[] planEncoding) implements Work {}

    /**
     * One subject.
     *
     * @param request 16 bytes in hexadecimal; charged once with its repeat, for the same subject and model
     * @param consent the subject's consent to this use, as its issuer signed it; empty where none is asked for
     */
    public record Row(String request, String subject, String consent) {
        public Row(String request, String subject) {
            this(request, subject, "");
        }

        @Override
        public String toString() {
            return "Row[" + request + "]";
        }
    }
}
