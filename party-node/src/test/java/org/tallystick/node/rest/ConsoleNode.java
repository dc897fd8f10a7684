package org.tallystick.node.rest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tallystick.node.governance.Governor;
import org.tallystick.node.governance.TestGovernor;

/** The tax office's node, or the bank's, as the console shows it, from memory but for what governs it. */
final class ConsoleNode implements NodeService {
    private static final Instant BEGAN = Instant.parse("2026-11-20T09:30:00Z");

    private final TestGovernor governor;
    private final boolean isBank;
    private final ConsoleAgency agency;
    private final ConsoleReceipts receipts;

    ConsoleNode(TestGovernor governor) {
        this(governor, false);
    }

    /** @param isBank whether it says that it is the bank's node */
    ConsoleNode(TestGovernor governor, boolean isBank) {
        this.governor = governor;
        this.isBank = isBank;
        this.agency = new ConsoleAgency(governor.program().hex());
        this.receipts = new ConsoleReceipts(
                governor.program().hex(), governor.agreement().hex());
    }

    @Override
    public String role() {
        return isBank ? "bank" : "tax";
    }

    @Override
    public Certificates certificates() {
        return new FakeNode().certificates();
    }

    @Override
    public Certificates reloadCertificates() {
        return certificates();
    }

    @Override
    public Optional<Bank> bank() {
        return isBank ? Optional.of(new FakeNode().bank) : Optional.empty();
    }

    @Override
    public Optional<Agency> agency() {
        return isBank ? Optional.empty() : Optional.of(agency);
    }

    @Override
    public NodeReceipts receipts() {
        return receipts;
    }

    @Override
    public Optional<Governor> governance() {
        return Optional.of(governor.governor());
    }

    @Override
    public Health health() {
        return new Health(true, true, List.of("the certificate for peers expires on 2026-12-01: issue a new one"));
    }

    @Override
    public Readiness readiness() {
        return new Readiness(false, List.of("utility"));
    }

    @Override
    public List<Table> tables() {
        return List.of();
    }

    @Override
    public Optional<Table> table(String id) {
        return Optional.empty();
    }

    @Override
    public Optional<Table> deleteTable(String id) {
        return Optional.empty();
    }

    @Override
    public List<Session> sessions(int limit) {
        return IntStream.range(0, Math.min(limit, 6)).mapToObj(this::session).toList();
    }

    private Session session(int number) {
        List<Traffic> traffic =
                List.of(new Traffic("utility", 48_000L + number, 51_200), new Traffic("bank", 90_112, 44_032));
        return new Session(
                "%064x".formatted(0xc0ffeeL + 7919L * number),
                number == 2 ? "store" : "score",
                governor.program().hex(),
                number == 2 ? "" : "loan approval",
                number == 2 ? Optional.empty() : Optional.of(number % 2 == 0 ? "garbled" : "bit_sliced"),
                1 + 40 * number,
                9,
                12_300_000L + 1_700_000L * number,
                BEGAN.minusSeconds(600L * number),
                traffic);
    }

    @Override
    public Optional<SessionTrace> session(String id) {
        return Optional.empty();
    }

    /** One program, approved by whoever asks. */
    private static final class ConsoleAgency implements Agency {
        private final String hash;
        private volatile Optional<Approval> approval = Optional.empty();

        ConsoleAgency(String hash) {
            this.hash = hash;
        }

        @Override
        public List<Program> programs() {
            return List.of(new Program(hash, "sme scorecard", BEGAN, approval));
        }

        @Override
        public Optional<ProgramText> program(String asked) {
            return Optional.of(new ProgramText(
                            programs().getFirst(),
                            List.of(
                                    "tax: declared revenue = number, 0 to 16777215 / 2^0",
                                    "utility: kwh of 12 months = number, 0 to 1048575 / 2^4"),
                            List.of("0: input of 3 columns by tax", "7: the band of value 5 among 7 thresholds"),
                            List.of("to bank alone: value 7, 3 bits a subject"),
                            new ProgramFacts(
                                    List.of(
                                            new ProgramFacts.Column(
                                                    "tax", "declared revenue", "number", 0, 16_777_215, 0),
                                            new ProgramFacts.Column(
                                                    "utility", "kwh of 12 months", "number", 0, 1_048_575, 4)),
                                    List.of(new ProgramFacts.Answer("bank", 3)))))
                    .filter(each -> asked.equals(hash));
        }

        @Override
        public Optional<Program> approve(String asked, String by) {
            approval = Optional.of(new Approval(by, BEGAN));
            return Optional.of(programs().getFirst());
        }

        @Override
        public Optional<Program> withdraw(String asked, String by) {
            approval = Optional.empty();
            return Optional.of(programs().getFirst());
        }
    }
}
