package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.transport.TransportConfig;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.program.Encoding;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Operation;
import org.tallystick.program.Operation.Band;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Concat;
import org.tallystick.program.Operation.Dot;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Operation.Reveal;
import org.tallystick.program.Operation.Stored;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;

/** Four nodes with an active model that bands by two private thresholds, and 40 subjects. */
final class StockGroup implements AutoCloseable {
    static final int BANK = TestNodes.BANK;
    private static final List<String> ROLES = List.of("tax", "utility", "social-security", "bank");
    private static final long[] WEIGHTS = {3, -7, 11};
    private static final long[] THRESHOLDS = {0, 1000};

    final Program program = program("test", 2, BANK);
    final Hash hash = hash(program);
    final TestNodes group;
    final Hash model;

    StockGroup() throws Exception {
        this(TestNodes.openPolicy(), TestNodes.DEADLINE, TransportConfig.Limits.DEFAULT);
    }

    StockGroup(Policy policy, Duration deadline, TransportConfig.Limits limits) throws Exception {
        group = TestNodes.start(policy, deadline, limits);
        model = activate(program);
        for (int row = 0; row < 40; row++) {
            for (int party = 0; party < 3; party++) {
                group.nodes
                        .get(party)
                        .rows
                        .put("subject " + row, Map.of("abc".substring(party, party + 1), value(row, party)));
            }
        }
    }

    /** A score of three columns, banded, for one party. */
    static Program program(String name, int thresholds, int receiver) {
        Interval weight = new Interval(-100, 100);
        Interval threshold = new Interval(-100_000, 100_000);
        List<Operation> operations = List.of(
                new Input(0, List.of(column("a"))),
                new Input(1, List.of(column("b"))),
                new Input(2, List.of(column("c"))),
                new Concat(List.of(0, 1, 2)),
                new Stored("weights", List.of(weight, weight, weight)),
                new Dot(3, 4),
                new Stored("thresholds", Collections.nCopies(thresholds, threshold)),
                new Band(5, 6),
                new Reveal(7, receiver));
        return new Program(name, Profile.REP4, ROLES, 20, operations);
    }

    private static Column column(String name) {
        return new Column(
                name,
                "number(column=" + name + ",unit=one,log=false,mean=0,scale=1,min=0,max=255,outside=reject,missing=0)",
                0,
                new Interval(0, 255));
    }

    static Hash hash(Program program) {
        return Hash.of(ProgramHash.of(program).bytes());
    }

    static GarbledProgram garbled(Program program) {
        return assertInstanceOf(GarbledProgram.Found.Possible.class, GarbledProgram.of(program))
                .program();
    }

    /** Has a program with two thresholds approved, and a model of it. */
    Hash activate(Program two) {
        group.bank().offered(hash(two), two);
        return group.bank()
                .sessions
                .activate(two, Encoding.encode(two), hash(two), Map.of("weights", WEIGHTS, "thresholds", THRESHOLDS));
    }

    private static String value(int row, int party) {
        return Long.toString((row * 37L + party * 101L) % 256);
    }

    static long expected(int row) {
        long z = 0;
        for (int party = 0; party < 3; party++) {
            z += WEIGHTS[party] * Long.parseLong(value(row, party));
        }
        return (z >= THRESHOLDS[0] ? 1L : 0L) + (z >= THRESHOLDS[1] ? 1L : 0L);
    }

    Stocks stocks(int party) {
        return group.nodes.get(party).sessions.stocks();
    }

    Stocks.Made make(int count) {
        return stocks(BANK).make(garbled(program), hash, count);
    }

    int waiting(int party) {
        return stocks(party).counts().waiting();
    }

    Proposal.Score score(List<Long> stock, int rows) {
        List<Proposal.Row> asked = IntStream.range(0, rows)
                .mapToObj(row -> new Proposal.Row(group.bank().sessions.newRequest(), "subject " + row))
                .toList();
        return new Proposal.Score(model, "credit", asked, stock);
    }

    Sessions.Scored run(Stocks.Picked picked) {
        Proposal.Score score = score(picked.numbers(), picked.numbers().size());
        return group.bank().sessions.score(program, hash, score, List.of(), Optional.of(picked));
    }

    /** Scores one subject with stock that is in place, rightly. */
    boolean scores() {
        try (Stocks.Picked picked = stocks(BANK).pick(hash, 1).orElseThrow()) {
            return run(picked).answers().getFirst().number(0) == expected(0);
        }
    }

    EpochId epoch() {
        return group.transports.get(BANK).epoch().orElseThrow().id();
    }

    /** A proposal that the bank signs and has not sent. */
    Sealed sealed(Hash of, Proposal.Work work) {
        byte[] nonce = Hash.over("test", group.bank().sessions.newRequest().getBytes(StandardCharsets.US_ASCII))
                .bytes();
        Proposal proposal =
                new Proposal("test", epoch(), Hash.of(nonce), BANK, Profile.REP4, of, Optional.empty(), work);
        return Sealed.of(group.keys.get(BANK), proposal, new byte[ProposalFormat.SALT_BYTES]);
    }

    /** What the first agency says to a proposal that only it has heard of. */
    Refusal.Reason answer(Hash of, Proposal.Work work) throws InterruptedException {
        assertTrue(group.transports
                .get(BANK)
                .control(0, ControlKind.PROPOSAL, sealed(of, work).message()));
        Refusal.Reason reason = group.nodes.get(0).ownRefusals.poll(3, TimeUnit.MINUTES);
        assertTrue(reason != null, "no refusal came");
        return reason;
    }

    @Override
    public void close() {
        group.close();
    }
}
