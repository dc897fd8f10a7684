package org.tallystick.node.bank;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.storage.JobRows;
import org.tallystick.node.storage.Jobs;
import org.tallystick.node.storage.Requests;

/**
 * Runs batch jobs chunk by chunk, a few chunks at a time so that one computes while another is on the network. A chunk
 * that fails because nodes are away is tried again until they are back; its rows keep their request ids, so they are
 * charged once. After a restart a job goes on with the chunks that have no result.
 */
final class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final int IN_FLIGHT = 2;
    private static final int FAILED_CHECKS = 3;
    private static final Set<Refusal.Reason> PASSING =
            Set.of(Refusal.Reason.BUSY, Refusal.Reason.EPOCH, Refusal.Reason.STORAGE, Refusal.Reason.UNDER_WAY);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Jobs jobs;
    private final ModelRegistry models;
    private final Repeats repeats;
    private final Requests requests;
    private final TableJobs tables;
    private final Function<RuntimeException, Optional<Problem>> problems;
    private volatile boolean stopped;

    JobRunner(
            Jobs jobs,
            ModelRegistry models,
            Repeats repeats,
            Requests requests,
            TableJobs tables,
            Function<RuntimeException, Optional<Problem>> problems) {
        this.jobs = jobs;
        this.models = models;
        this.repeats = repeats;
        this.requests = requests;
        this.tables = tables;
        this.problems = problems;
    }

    void start(String job) {
        Thread.ofVirtual().name("job").start(() -> {
            try {
                run(job);
            } catch (NodeFailure e) {
                // The bank's own disk or database: what is done is kept, and the rest is for later.
                LOG.error("job {} rests until this node starts again: {}", job, e.getMessage());
            }
        });
    }

    void stop() {
        stopped = true;
    }

    /** The request id of one row of a job: the same whenever its chunk is run. */
    static String request(String job, int position, int row) {
        return job + "-" + position + "-" + row;
    }

    private void run(String id) {
        Jobs.Job job = jobs.find(id).orElseThrow();
        Optional<ActiveModel> model = models.find(job.model());
        if (model.isEmpty()) {
            jobs.finish(id, Jobs.Status.FAILED, Optional.of("the model " + job.model() + " is not active any more"));
            return;
        }
        Semaphore slots = new Semaphore(IN_FLIGHT);
        List<Thread> threads = new ArrayList<>();
        List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
        try {
            for (int position : jobs.pendingChunks(id)) {
                slots.acquire();
                if (stopped || !failures.isEmpty()) {
                    break;
                }
                threads.add(Thread.ofVirtual().name("chunk").start(() -> {
                    try {
                        chunk(job, model.get(), position);
                    } catch (RuntimeException e) {
                        failures.add(e);
                    } finally {
                        slots.release();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        finish(id, failures);
    }

    private void finish(String id, List<RuntimeException> failures) {
        if (!failures.isEmpty()) {
            RuntimeException failure = failures.getFirst();
            if (failure instanceof NodeFailure own) {
                throw own;
            }
            LOG.warn("job {} failed", id, failure);
            String problem = problems.apply(failure).map(Problem::detail).orElse("the node failed; see its log");
            jobs.finish(id, Jobs.Status.FAILED, Optional.of(problem));
            tables.failed(jobs.find(id).orElseThrow());
        } else if (!stopped) {
            jobs.finish(id, Jobs.Status.DONE, Optional.empty());
        }
    }

    /** @return false when some rows wait for the end of another request about them; what was answered is kept */
    private boolean scoreSubjects(Jobs.Job job, ActiveModel model, int position) {
        JobRows asked = jobs.rows(job.id(), position);
        List<Proposal.Row> rows = new ArrayList<>();
        for (int row = 0; row < asked.size(); row++) {
            String request = Scores.wireRequest(request(job.id(), position, row));
            rows.add(new Proposal.Row(request, asked.subjects().get(row), asked.consent(row)));
        }
        return repeats.answer(
                model,
                job.purpose(),
                rows,
                open -> repeats.compute(model, job.purpose(), open, Optional.empty()),
                found -> record(job, position, asked, found));
    }

    private boolean record(Jobs.Job job, int position, JobRows asked, List<Repeats.Result> found) {
        List<Requests.Answer> fresh = new ArrayList<>();
        List<Jobs.RowResult> results = new ArrayList<>();
        for (int row = 0; row < found.size(); row++) {
            Repeats.Result result = found.get(row);
            String subject = asked.subjects().get(row);
            Jobs.RowResult told = result(subject, result.outcome());
            results.add(told);
            if (result.kept().filter(kept -> !kept.model().isEmpty()).isPresent()) {
                Requests.Given given = new Requests.Given(told.answer().orElseThrow(), result.kept());
                fresh.add(new Requests.Answer(request(job.id(), position, row), subject, given));
            }
        }
        // First, so that what was answered is known whatever becomes of the chunk.
        requests.keep(Repeats.named(job.model(), job.purpose()), fresh);
        if (found.stream().anyMatch(result -> Outcomes.isUnderWay(result.outcome()))) {
            return false;
        }
        found.stream()
                .flatMap(result -> result.kept().stream())
                .map(Requests.Kept::until)
                .min(Comparator.naturalOrder())
                .ifPresent(until -> jobs.keepAtMost(job.id(), until));
        jobs.finishChunk(job.id(), position, results);
        return true;
    }

    private static Jobs.RowResult result(String subject, Outcome outcome) {
        Optional<String> text = Optional.of(Answers.text(outcome));
        boolean answered = outcome instanceof Outcome.Answered;
        return new Jobs.RowResult(subject, answered ? text : Optional.empty(), answered ? Optional.empty() : text);
    }

    private void chunk(Jobs.Job job, ActiveModel model, int position) {
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        int checks = 0;
        while (!stopped) {
            try {
                boolean done = switch (job.work()) {
                    case Jobs.Work.Subjects _ -> scoreSubjects(job, model, position);
                    case Jobs.Work.StoreTable work -> {
                        tables.store(job, work, model, position);
                        yield true;
                    }
                    case Jobs.Work.ScoreTable work -> {
                        tables.score(job, work, model, position);
                        yield true;
                    }
                };
                if (done) {
                    return;
                }
            } catch (ProtocolAbort e) {
                if (e.reason() == ProtocolAbort.Reason.CHECK_FAILED && ++checks >= FAILED_CHECKS) {
                    throw e;
                }
                LOG.info("chunk {} of job {} will be tried again: {}", position, job.id(), e.getMessage());
            } catch (Refused e) {
                Refusal.Reason reason = e.refusal().reason();
                if (!PASSING.contains(reason)) {
                    throw e;
                }
                LOG.info("chunk {} of job {} will be tried again: {}", position, job.id(), e.getMessage());
            }
            backoff.pause();
        }
    }
}
