package org.tallystick.node.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.tallystick.node.governance.Governor;
import org.tallystick.node.storage.JobRows;

/**
 * What a node's REST interface can ask of the node. Methods block and are called on virtual threads, many at a time.
 * What cannot be done is a {@link ServiceFailure}; whatever else is thrown is logged under an id, and the caller is
 * told the id alone.
 */
public interface NodeService {
    /** This node's role, such as {@code bank} or {@code tax}. */
    String role();

    /** The bank's part; empty at an agency. */
    Optional<Bank> bank();

    /** The agency's part; empty at a bank. */
    Optional<Agency> agency();

    /** Agreements, stops, consents and budgets; empty where the node asks for none. */
    default Optional<Governor> governance() {
        return Optional.empty();
    }

    /** Whether this node itself works. Asked at most once a second. */
    Health health();

    /** Whether runs can start now. */
    Readiness readiness();

    /** The tables of shares this node keeps, the newest last. */
    List<Table> tables();

    Optional<Table> table(String id);

    /** Destroys a table here and, by and by, at all nodes; empty when there is none. */
    Optional<Table> deleteTable(String id);

    /** This node's certificate and those it refuses, as they are in use. */
    Certificates certificates();

    /** Reads the files of certificates again and uses what they hold from now on. */
    Certificates reloadCertificates();

    /**
     * @param fingerprint SHA-256 of this node's own certificate, in lower-case hex
     * @param refused fingerprints of certificates that are refused, ascending
     */
    record Certificates(String fingerprint, Instant notAfter, List<String> refused) {
        public Certificates {
            refused = List.copyOf(refused);
        }
    }

    /** The newest runs this node took part in, the newest first, at most {@code limit}. */
    List<Session> sessions(int limit);

    /** One run, with what this node held, sent and received when it traces runs. */
    Optional<SessionTrace> session(String id);

    /** This node's log of receipts, and what is told from it. */
    NodeReceipts receipts();

    /** Scores, batch jobs and models. */
    interface Bank {
        /**
         * Scores these rows, which may differ in model and purpose.
         *
         * @return one result a request, in order
         * @throws ServiceFailure when none of them could be answered for one common reason
         */
        List<ScoreResult> score(List<ScoreRequest> requests);

        /** How a request for so many rows would be computed at this moment, and why. */
        Plan plan(String model, int rows);

        /** Stores a job durably and starts it. */
        Job createJob(String model, String purpose, JobRows rows);

        /** Starts scoring all rows of a table that is stored. */
        Job scoreTable(String model, String purpose, String table);

        /** Starts storing a table with the columns of a model's program about these subjects; stored durably. */
        Job storeTable(String model, String name, LocalDate asOf, JobRows rows);

        Optional<Job> job(String id);

        /**
         * The results that a job has so far, in the order of its subjects. The caller closes the stream; it is read
         * lazily, as slowly as the client takes it.
         */
        Optional<Stream<ScoreResult>> results(String job);

        /** The models that can be asked for. */
        List<Model> models();

        /**
         * Compiles a model file, shares its numbers out to the group and keeps it.
         *
         * @param document the model file, JSON
         * @throws ServiceFailure {@code model_rejected}, or {@code refused} while an agency has not approved the
         *     program; the failure's details then hold the hash, as {@code program}
         */
        Model activate(byte[] document);

        /**
         * Starts a training in the background and returns its id.
         *
         * @param request of the form that the description calls NewTraining; one that was asked for before under the
         *     same request id is that one, and does not run again
         * @throws ServiceFailure {@code invalid_request}, {@code conflict}, or {@code busy} while another is under way
         */
        String train(JsonNode request);

        /**
         * Shows the agencies the plan of a training, so that it can be approved and agreed on; runs nothing and names
         * no subject. In the form that the description calls PlanOffer.
         *
         * @param request of the form that the description calls NewTraining
         * @throws ServiceFailure {@code invalid_request}, or when not all agencies have it now
         */
        ObjectNode offerTraining(JsonNode request);

        /** Where a training stands, in the form that the description calls Training. */
        Optional<ObjectNode> training(String id);

        /** The newest trainings, the newest first, without their results. */
        List<ObjectNode> trainings(int limit);

        /** Stops a training for good, if it is under way; empty when there is none. */
        Optional<ObjectNode> stopTraining(String id);

        /**
         * Starts an evaluation in the background and returns its id.
         *
         * @param request of the form that the description calls NewEvaluation; one that was asked for before under the
         *     same request id is that one, and does not run again
         * @throws ServiceFailure {@code model_rejected}, {@code invalid_request}, {@code too_large}, {@code conflict},
         *     or {@code busy} while another is under way
         */
        String evaluate(JsonNode request);

        /** The same with the plan of an evaluation, of the form that the description calls NewEvaluation. */
        ObjectNode offerEvaluation(JsonNode request);

        /** Where an evaluation stands, in the form that the description calls Evaluation. */
        Optional<ObjectNode> evaluation(String id);
    }

    /** The programs that banks want to run, for the operator to look at and approve. */
    interface Agency {
        List<Program> programs();

        Optional<ProgramText> program(String hash);

        /** @param by who approves, for the record; empty when no program has that hash */
        Optional<Program> approve(String hash, String by);

        /**
         * Takes an approval back, if there is one.
         *
         * @param by who withdraws it, for the record; empty when no program has that hash
         */
        Optional<Program> withdraw(String hash, String by);
    }

    /**
     * One subject to score.
     *
     * @param requestId names the request, so that a retry is charged once; the node chooses one when it is absent
     * @param consent the subject's, as its issuer signed it
     * @param force how it is to be computed, whatever is expected to be faster
     */
    record ScoreRequest(
            Optional<String> requestId,
            String model,
            String purpose,
            String subject,
            Optional<String> consent,
            Optional<How> force) {
        /** Without a consent, in whichever way. */
        public ScoreRequest(Optional<String> requestId, String model, String purpose, String subject) {
            this(requestId, model, purpose, subject, Optional.empty(), Optional.empty());
        }

        @Override
        public String toString() {
            return "ScoreRequest[" + requestId.orElse("-") + ", " + model + "]";
        }
    }

    /** The two ways to compute a score: in garbled circuits from stock, or bit-sliced. */
    enum How {
        GARBLED,
        BIT_SLICED;

        /** As callers write and read it. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The way of that name. */
        static Optional<How> of(String id) {
            return Arrays.stream(values()).filter(how -> how.id().equals(id)).findFirst();
        }
    }

    /**
     * How scores would be computed at this moment.
     *
     * @param reasons what is expected of both ways, in words
     */
    record Plan(String model, int rows, How how, String reasons) {}

    /** What came of one request. */
    record ScoreResult(String requestId, String subject, Outcome outcome) {
        @Override
        public String toString() {
            return "ScoreResult[" + requestId + "]";
        }
    }

    /** An answer, or what stood in its way. */
    sealed interface Outcome {
        /**
         * @param session the run that gave the answer
         * @param stored when it was given, where it is an earlier answer from the bank's own record
         */
        record Answered(ScoreAnswer answer, String session, Optional<Instant> stored) implements Outcome {
            public Answered(ScoreAnswer answer, String session) {
                this(answer, session, Optional.empty());
            }

            @Override
            public String toString() {
                return "Answered[" + session + "]";
            }
        }

        record Failed(Problem problem) implements Outcome {}
    }

    /**
     * A table of shares.
     *
     * @param program hash of the program whose inputs are its columns
     * @param whole whether all its rows are stored here
     */
    record Table(String id, String name, LocalDate asOf, String program, int rows, boolean whole, Instant createdAt) {}

    /** Where a job stands: {@code done} of {@code rows} have a result, of which {@code failed} are no answers. */
    record Job(
            String id,
            Optional<String> table,
            String model,
            String purpose,
            JobStatus status,
            int rows,
            int done,
            int failed,
            Instant createdAt,
            Instant changedAt,
            Optional<Problem> problem) {}

    enum JobStatus {
        RUNNING,
        DONE,
        FAILED
    }

    /**
     * A model that can be asked for.
     *
     * @param program hash of its program in hexadecimal, which agencies approve
     * @param digest digest of its stored shares in hexadecimal
     * @param output what it answers: {@code band}, {@code points} or {@code pd}
     */
    record Model(String name, String program, String digest, String output, Instant activatedAt) {}

    /** A program by its hash in hexadecimal; {@code approval} is present once it is approved. */
    record Program(String hash, String name, Instant offeredAt, Optional<Approval> approval) {}

    record Approval(String by, Instant at) {}

    /**
     * A program in words, for the person who approves it.
     *
     * @param inputs one line a column: name, owner, range
     * @param operations one line an operation
     * @param answers one line an answer: to whom, and how many bits
     * @param facts what of it can be said in other words too
     */
    record ProgramText(
            Program program, List<String> inputs, List<String> operations, List<String> answers, ProgramFacts facts) {
        public ProgramText {
            inputs = List.copyOf(inputs);
            operations = List.copyOf(operations);
            answers = List.copyOf(answers);
        }
    }

    /**
     * Whether the node's database takes statements; whether its receipts are written, or else the first warning says
     * why; and what its operator should look at, also when it works.
     */
    record Health(boolean storageWritable, boolean receiptsWritable, List<String> warnings) {
        public Health {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * @param epochLive whether the nodes agree on seeds
     * @param missing roles of the nodes that are not connected
     */
    record Readiness(boolean epochLive, List<String> missing) {
        public Readiness {
            missing = List.copyOf(missing);
        }

        public boolean ready() {
            return epochLive && missing.isEmpty();
        }
    }

    /**
     * One run as this node saw it.
     *
     * @param id the proposal's hash in hexadecimal
     * @param kind {@code score}, or {@code store} of rows of a table
     * @param how a score was computed: {@code garbled} or {@code bit_sliced}
     * @param traffic one entry a peer
     */
    record Session(
            String id,
            String kind,
            String program,
            String purpose,
            Optional<String> how,
            int rows,
            int rounds,
            long nanos,
            Instant endedAt,
            List<Traffic> traffic) {
        public Session {
            traffic = List.copyOf(traffic);
        }
    }

    /** Bytes to and from one peer. */
    record Traffic(String role, long sent, long received) {}

    /** @param trace empty when the node does not trace runs, or no longer holds this one's */
    record SessionTrace(Session session, Optional<Trace> trace) {}

    /** What this node held of its own data, and every message as it went over the wire. */
    record Trace(List<HeldRow> held, List<Message> messages) {
        public Trace {
            held = List.copyOf(held);
            messages = List.copyOf(messages);
        }

        @Override
        public String toString() {
            return "Trace[" + held.size() + " rows, " + messages.size() + " messages]";
        }
    }

    /** One subject's row of this node's own columns, as encoded for the computation. */
    record HeldRow(String subject, List<HeldValue> values) {
        public HeldRow {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return "HeldRow[" + values.size() + " values]";
        }
    }

    record HeldValue(String column, long encoded) {
        @Override
        public String toString() {
            return "HeldValue[" + column + "]";
        }
    }

    /** @param start how the message begins, in hexadecimal */
    record Message(int round, boolean sent, String peer, int bytes, String start) {}
}
