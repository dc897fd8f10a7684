package org.tallystick.node.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.SessionId;
import org.tallystick.node.transport.SessionMesh;
import org.tallystick.node.transport.Transport;
import org.tallystick.program.Checkpoints;
import org.tallystick.program.Interpreter;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;

/** One node's part in scoring one proposal, from its input shares to the answer. */
final class ScoreRun {
    /** Up to so many rows a run is all waiting and little computing, and lives on the transport's own thread. */
    private static final int SHORT = 256;

    /** More columns than this are much computing however few the rows. */
    private static final int FEW_COLUMNS = 1024;

    /** More ANDs than this take milliseconds to evaluate. */
    private static final long FEW_ANDS = 1 << 13;

    private final Transport transport;
    private final Acceptances acceptances;
    private final Recorded recorded;
    private final Duration accept;
    private final Duration receive;
    private final boolean tracing;
    private final UnaryOperator<Mesh> line;
    private final Hash proposal;
    private final Epoch epoch;
    private final SessionId id;

    /** @param answers at the party they are revealed to */
    record Result(Optional<List<BitMatrix>> answers, RunReport report) {}

    ScoreRun(
            Transport transport,
            Acceptances acceptances,
            Recorded recorded,
            Sessions.Settings settings,
            Hash proposal,
            Epoch epoch) {
        this.transport = transport;
        this.acceptances = acceptances;
        this.recorded = recorded;
        this.accept = settings.accept();
        this.receive = settings.receive();
        this.tracing = settings.tracing();
        this.line = settings.line();
        this.proposal = proposal;
        this.epoch = epoch;
        this.id = sessionOf(proposal);
    }

    static SessionId sessionOf(Hash proposal) {
        return SessionId.of(Arrays.copyOf(proposal.bytes(), SessionId.BYTES));
    }

    /** What is computed, and what releasing its answers means. */
    private interface Computation {
        List<Optional<BitMatrix>> run(Rep4 rep4, Mesh mesh, Checkpoints checkpoints);
    }

    /** @param stock whose numbers the proposal names, when its answers are computed in garbled circuits */
    Result execute(
            Program program,
            Proposal.Score score,
            Models.Stored model,
            List<long[]> own,
            Optional<StockRoom.Taken> stock) {
        int rows = score.rows().size();
        if (stock.isEmpty()) {
            return execute(
                    isShort(program, rows),
                    (rep4, mesh, release) -> Interpreter.run(rep4, program, rows, own, model.shares(), release));
        }
        StockRoom.Taken taken = stock.get();
        if (!taken.epoch().equals(epoch.id())) {
            throw epochEnded();
        }
        int ands = taken.program().function().circuit().ands();
        return execute(
                isShort(program, rows) && (long) rows * ands <= FEW_ANDS,
                (rep4, mesh, release) -> taken.program()
                        .run(rep4, mesh, epoch.seeds(), rows, own, model.shares(), taken.stocks(), release));
    }

    /** Of rows that were brought in beforehand, but for the proposer's. */
    Result execute(Program program, Proposal proposed, Models.Stored model, TableRows rows) {
        int count = rows.count();
        return execute(
                isShort(program, count),
                (rep4, mesh, release) -> Interpreter.runKept(
                        rep4, program, count, rows.kept(), proposed.proposer(), rows.own(), model.shares(), release));
    }

    private Result execute(boolean shortRun, Computation computation) {
        long start = System.nanoTime();
        Release release = new Release();
        try (SessionMesh mesh = transport.open(id, epoch.id(), receive)) {
            MeteredMesh metered = new MeteredMesh(line.apply(mesh), tracing);
            Rep4 rep4 = new Rep4(metered, epoch.seeds(), proposal.bytes());
            Supplier<List<Optional<BitMatrix>>> run = () -> {
                // Here: whoever writes it wakes the thread that goes on, and one flush takes it and input shares to a
                // peer.
                recorded.tellAcceptance();
                // A refusal from now on stops the open run; one that came before is found here.
                acceptances.throwIfRefused(proposal, Duration.ZERO);
                return computation.run(rep4, metered, release);
            };
            List<Optional<BitMatrix>> revealed = shortRun ? transport.onRunThread(run) : run.get();
            List<BitMatrix> answers = new ArrayList<>();
            revealed.forEach(answer -> answer.ifPresent(answers::add));
            RunReport report = metered.report(System.nanoTime() - start);
            return new Result(answers.isEmpty() ? Optional.empty() : Optional.of(answers), report);
        } catch (SharedSeed.Erased e) {
            throw epochEnded();
        } catch (RuntimeException e) {
            transport.stop(id);
            throw e;
        }
    }

    static ProtocolAbort epochEnded() {
        return new ProtocolAbort(ProtocolAbort.Reason.PEER_LOST, "the connection epoch ended");
    }

    private static boolean isShort(Program program, int rows) {
        int columns = 0;
        for (Operation operation : program.operations()) {
            columns += switch (operation) {
                case Operation.Input input -> input.columns().size();
                case Operation.Stored stored -> stored.bounds().size();
                case Operation.Reasons reasons ->
                    pairs(program.shapes().get(reasons.reference()).columns());
                default -> 1;
            };
        }
        return rows <= SHORT && columns <= FEW_COLUMNS;
    }

    private static int pairs(int columns) {
        return columns * (columns + 1) / 2;
    }

    /** The two waits of a run: for the other nodes' acceptances, and for this node's own durable record. */
    private final class Release implements Checkpoints {
        @Override
        public void inputsReceived() {
            acceptances.await(proposal, accept);
            recorded.authorise();
        }

        @Override
        public void releasing() {
            recorded.release();
        }
    }
}
