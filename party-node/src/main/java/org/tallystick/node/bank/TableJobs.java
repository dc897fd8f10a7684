package org.tallystick.node.bank;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tallystick.node.rest.Checks;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.NodeService.ScoreResult;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Inputs;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.session.Tables;
import org.tallystick.node.storage.Jobs;
import org.tallystick.node.storage.ShareStore;
import org.tallystick.node.storage.ShareTable;
import org.tallystick.program.Encoder;
import org.tallystick.program.Program;
import org.tallystick.ring.BitMatrix;

/**
 * The chunks of jobs over tables: each stores a segment, or scores one. What a scored segment answers is kept as the
 * bits that were revealed, under the run's hash: millions of rows are a few megabytes.
 */
final class TableJobs {
    private final Sessions sessions;
    private final Jobs jobs;
    private final ShareStore store;
    private final Inputs inputs;
    private final Function<List<String>, List<Optional<Map<String, String>>>> ownRows;

    TableJobs(
            Sessions sessions,
            Jobs jobs,
            ShareStore store,
            Inputs inputs,
            Function<List<String>, List<Optional<Map<String, String>>>> ownRows) {
        this.sessions = sessions;
        this.jobs = jobs;
        this.store = store;
        this.inputs = inputs;
        this.ownRows = ownRows;
    }

    /** Stores a segment, and notes that it is there. Blocks. */
    void store(Jobs.Job job, Jobs.Work.StoreTable work, ActiveModel model, int position) {
        List<String> subjects = jobs.subjects(job.id(), position);
        Program program = model.compiled().program();
        List<long[]> own = ownColumns(program, subjects, position);
        int segments = jobs.pendingChunks(job.id()).size()
                + jobs.finishedChunks(job.id()).size();
        Tables.Table table =
                new Tables.Table(work.table(), work.name(), work.asOf(), model.program(), job.rows(), segments);
        Hash filled = sessions.store(program, new Proposal.Store(table, position, subjects), own);
        jobs.finishChunk(job.id(), position, subjects.size(), filled.bytes());
    }

    private List<long[]> ownColumns(Program program, List<String> subjects, int position) {
        if (!Encoder.columns(program, sessions.self()).isEmpty()) {
            long unknown =
                    ownRows.apply(subjects).stream().filter(Optional::isEmpty).count();
            if (unknown > 0) {
                throw Checks.invalid(
                        "of " + unknown + " subjects of segment " + position + " the bank itself has no record",
                        "leave them out, or import their rows");
            }
        }
        try {
            return inputs.read(
                    program,
                    subjects.stream()
                            .map(subject -> new Proposal.Row("", subject))
                            .toList());
        } catch (Inputs.RefusedRows e) {
            throw new ServiceFailure(Problem.unusableRow(e.getMessage()), e);
        }
    }

    /** Scores a segment, and keeps its answers. Blocks. */
    void score(Jobs.Job job, Jobs.Work.ScoreTable work, ActiveModel model, int position) {
        Hash filled = Hash.of(store.segment(new ShareTable.Id(work.table()), position)
                .orElseThrow(() -> gone(work.table()))
                .filled());
        Proposal.ScoreTable score = new Proposal.ScoreTable(
                model.digest(),
                job.purpose(),
                work.table(),
                position,
                filled,
                Scores.wireRequest(job.id() + "-" + position));
        Sessions.Scored scored = sessions.scoreTable(model.compiled().program(), model.program(), score);
        BitMatrix bits = scored.answers().getFirst();
        jobs.finishChunk(job.id(), position, bits.rows(), packed(scored.proposal(), bits));
    }

    private static byte[] packed(Hash proposal, BitMatrix bits) {
        ByteBuffer packed = ByteBuffer.allocate(Hash.BYTES + 2 * Integer.BYTES + Long.BYTES * bits.words().length);
        packed.put(proposal.bytes()).putInt(bits.wires()).putInt(bits.rows());
        packed.asLongBuffer().put(bits.words());
        return packed.array();
    }

    /** The answers of a segment, with the subjects they are about. */
    List<ScoreResult> results(String job, Jobs.Work.ScoreTable work, ActiveModel model, int position) {
        byte[] packed = jobs.packedResults(job, position).orElseThrow();
        List<String> subjects =
                store.subjects(new ShareTable.Id(work.table()), position).orElseThrow(() -> gone(work.table()));
        ByteBuffer in = ByteBuffer.wrap(packed);
        String session = Hash.of(Arrays.copyOf(packed, Hash.BYTES)).hex();
        in.position(Hash.BYTES);
        int wires = in.getInt();
        int rows = in.getInt();
        long[] words = new long[in.remaining() / Long.BYTES];
        in.asLongBuffer().get(words);
        BitMatrix bits = new BitMatrix(wires, rows, words);
        List<ScoreResult> results = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            Outcome outcome = new Outcome.Answered(Answers.of(model.compiled().decode(bits.number(row))), session);
            results.add(new ScoreResult(JobRunner.request(job, position, row), subjects.get(row), outcome));
        }
        return results;
    }

    /** The rows of each segment of a table that is whole. */
    List<Integer> segments(String id) {
        ShareTable.Id table = new ShareTable.Id(id);
        ShareTable known = store.find(table).orElseThrow(() -> gone(id));
        if (!store.isWhole(table)) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.CONFLICT,
                    "table " + id + " is not stored as a whole yet",
                    "wait until the job that stores it is done"));
        }
        List<Integer> rows = new ArrayList<>();
        for (int position = 0; position < known.segments(); position++) {
            rows.add(store.subjects(table, position).orElseThrow().size());
        }
        return rows;
    }

    static ServiceFailure gone(String table) {
        return new ServiceFailure(Problem.notFound("table", table));
    }
}
