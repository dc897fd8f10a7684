package org.tallystick.node.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tallystick.node.storage.JobRows;

/** A node that answers from memory: subject S1 is in band 0, S2 in band 1, and so on; others are unknown. */
final class FakeNode implements NodeService {
    static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    static final String HASH = "ab".repeat(32);
    static final String TABLE = "0123456789abcdef".repeat(2);
    static final String SESSION = "cd".repeat(32);

    final FakeBank bank = new FakeBank();
    final FakeAgency agency = new FakeAgency();
    final FakeReceipts receipts = new FakeReceipts();
    final List<String> deleted = new CopyOnWriteArrayList<>();
    final AtomicInteger healthAsked = new AtomicInteger();
    volatile boolean isBank = true;
    volatile Health health = new Health(true, true, List.of("stock is low"));
    volatile Readiness readiness = new Readiness(true, List.of());
    volatile Optional<Trace> trace = Optional.of(new Trace(
            List.of(new HeldRow("S1", List.of(new HeldValue("kwh", 12), new HeldValue("arrears", -3)))),
            List.of(new Message(1, true, "utility", 48, "00ff"), new Message(2, false, "tax", 16, "a0"))));

    @Override
    public String role() {
        return isBank ? "bank" : "tax";
    }

    @Override
    public Optional<Bank> bank() {
        return isBank ? Optional.of(bank) : Optional.empty();
    }

    @Override
    public Optional<Agency> agency() {
        return isBank ? Optional.empty() : Optional.of(agency);
    }

    @Override
    public Health health() {
        healthAsked.incrementAndGet();
        return health;
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    @Override
    public List<Table> tables() {
        return table(TABLE).stream().toList();
    }

    @Override
    public Optional<Table> table(String id) {
        return Optional.of(new Table(TABLE, "features", LocalDate.of(2026, 10, 31), HASH, 12, true, NOW))
                .filter(table -> id.equals(TABLE) && !deleted.contains(TABLE));
    }

    @Override
    public Optional<Table> deleteTable(String id) {
        Optional<Table> known = table(id);
        deleted.add(id);
        return known;
    }

    @Override
    public Certificates certificates() {
        return new Certificates(HASH, NOW, List.of("ef".repeat(32)));
    }

    @Override
    public Certificates reloadCertificates() {
        throw new ServiceFailure(Problem.of(Problem.Code.UNUSABLE_CERTIFICATE, "the key is another's", "mend it"));
    }

    @Override
    public List<Session> sessions(int limit) {
        return Stream.of(session(), session(), session()).limit(limit).toList();
    }

    @Override
    public Optional<SessionTrace> session(String id) {
        return id.equals(SESSION) ? Optional.of(new SessionTrace(session(), trace)) : Optional.empty();
    }

    private static Session session() {
        List<Traffic> traffic = List.of(new Traffic("tax", 120, 80), new Traffic("utility", 5, 6));
        return new Session(SESSION, "score", HASH, "loan", Optional.of("garbled"), 1, 9, 1_500_000, NOW, traffic);
    }

    @Override
    public NodeReceipts receipts() {
        return receipts;
    }

    static final class FakeBank implements Bank {
        volatile Function<List<ScoreRequest>, List<ScoreResult>> score =
                requests -> requests.stream().map(FakeBank::result).toList();
        volatile Function<byte[], Model> activate = document -> new Model("sme", HASH, "ef".repeat(32), "band", NOW);
        volatile Function<String, Optional<Stream<ScoreResult>>> results = this::stored;
        final List<String> consents = new CopyOnWriteArrayList<>();
        final List<LocalDate> storedAsOf = new CopyOnWriteArrayList<>();
        final Map<String, List<String>> jobs = new ConcurrentHashMap<>();
        final List<ScoreRequest> asked = new CopyOnWriteArrayList<>();

        static ScoreResult result(ScoreRequest request) {
            String id = request.requestId().orElse("made-by-the-node");
            return new ScoreResult(id, request.subject(), outcome(request.subject()));
        }

        static Outcome outcome(String subject) {
            return switch (subject) {
                case "S1", "S2", "S3" -> {
                    int rank = subject.charAt(1) - '1';
                    yield new Outcome.Answered(new ScoreAnswer.Band(rank, "band " + rank), SESSION);
                }
                case "P" -> new Outcome.Answered(new ScoreAnswer.Points(612), SESSION);
                case "E" ->
                    new Outcome.Answered(
                            new ScoreAnswer.Explained(new ScoreAnswer.Band(2, "low"), List.of("sales", "kwh")),
                            SESSION);
                case "D" -> new Outcome.Answered(new ScoreAnswer.Pd(0.01, 0.011), SESSION);
                default -> new Outcome.Failed(Problem.unknownSubject());
            };
        }

        @Override
        public List<ScoreResult> score(List<ScoreRequest> requests) {
            asked.addAll(requests);
            return score.apply(requests);
        }

        @Override
        public Plan plan(String model, int rows) {
            return new Plan(model, rows, How.BIT_SLICED, "it is nearer");
        }

        @Override
        public Job createJob(String model, String purpose, JobRows rows) {
            String id = "job-" + (jobs.size() + 1);
            jobs.put(id, rows.subjects());
            consents.addAll(rows.consents());
            return job(id).orElseThrow();
        }

        @Override
        public Job scoreTable(String model, String purpose, String table) {
            return createJob(model, purpose, JobRows.of(List.of()));
        }

        @Override
        public Job storeTable(String model, String name, LocalDate asOf, JobRows rows) {
            storedAsOf.add(asOf);
            consents.addAll(rows.consents());
            return createJob(model, "", JobRows.of(List.of()));
        }

        @Override
        public Optional<Job> job(String id) {
            return Optional.ofNullable(jobs.get(id))
                    .map(subjects -> new Job(
                            id,
                            subjects.isEmpty() ? Optional.of(TABLE) : Optional.empty(),
                            "sme",
                            "loan",
                            JobStatus.DONE,
                            subjects.size(),
                            subjects.size(),
                            0,
                            NOW,
                            NOW,
                            Optional.of(Problem.busy())));
        }

        private Optional<Stream<ScoreResult>> stored(String job) {
            return Optional.ofNullable(jobs.get(job))
                    .map(subjects -> subjects.stream().map(subject -> new ScoreResult("r", subject, outcome(subject))));
        }

        @Override
        public Optional<Stream<ScoreResult>> results(String job) {
            return results.apply(job);
        }

        @Override
        public List<Model> models() {
            return List.of(activate.apply(new byte[0]));
        }

        @Override
        public String train(JsonNode request) {
            return SESSION;
        }

        @Override
        public ObjectNode offerTraining(JsonNode request) {
            return offered();
        }

        @Override
        public ObjectNode offerEvaluation(JsonNode request) {
            return offered();
        }

        private static ObjectNode offered() {
            ObjectNode json = Json.object().put("plan", SESSION);
            json.putObject("approved").put("tax", true);
            return json;
        }

        @Override
        public Optional<ObjectNode> training(String id) {
            return Optional.empty();
        }

        @Override
        public List<ObjectNode> trainings(int limit) {
            return List.of();
        }

        @Override
        public Optional<ObjectNode> stopTraining(String id) {
            return Optional.empty();
        }

        @Override
        public String evaluate(JsonNode request) {
            return SESSION;
        }

        @Override
        public Optional<ObjectNode> evaluation(String id) {
            return Optional.empty();
        }

        @Override
        public Model activate(byte[] document) {
            return activate.apply(document);
        }
    }

    static final class FakeAgency implements Agency {
        final List<String> approvals = new ArrayList<>();

        @Override
        public List<Program> programs() {
            return List.of(program());
        }

        private Program program() {
            return new Program(HASH, "sme", NOW, approvals.stream().findFirst().map(by -> new Approval(by, NOW)));
        }

        @Override
        public Optional<ProgramText> program(String hash) {
            ProgramText text = new ProgramText(
                    program(),
                    List.of("kwh of utility, 0 to 100000"),
                    List.of("dot", "band"),
                    List.of("3 bits to bank"),
                    new ProgramFacts(
                            List.of(new ProgramFacts.Column("utility", "kwh", "number", 0, 100_000, 0)),
                            List.of(new ProgramFacts.Answer("bank", 3))));
            return hash.equals(HASH) ? Optional.of(text) : Optional.empty();
        }

        @Override
        public Optional<Program> approve(String hash, String by) {
            if (!hash.equals(HASH)) {
                return Optional.empty();
            }
            approvals.add(by);
            return Optional.of(program());
        }

        @Override
        public Optional<Program> withdraw(String hash, String by) {
            approvals.clear();
            return hash.equals(HASH) ? Optional.of(program()) : Optional.empty();
        }
    }
}
