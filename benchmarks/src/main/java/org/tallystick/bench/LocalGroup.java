package org.tallystick.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.tallystick.random.SharedSeed;

/** Four parties in this process. */
final class LocalGroup implements Group {
    private final LocalSessions sessions;
    private final List<Party> parties = new ArrayList<>();
    private final Path folder;
    private final Cleanup cleanup = new Cleanup(this::end);
    private long next;

    LocalGroup(boolean counting) {
        sessions = new LocalSessions(counting);
        try {
            folder = Files.createTempDirectory("tally-bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Random random = new Random(1);
        SharedSeed[] seeds = new SharedSeed[ScoreWork.PARTIES];
        for (int j = 0; j < seeds.length; j++) {
            byte[] secret = new byte[SharedSeed.BYTES];
            random.nextBytes(secret);
            seeds[j] = SharedSeed.of(secret);
        }
        for (int self = 0; self < seeds.length; self++) {
            SharedSeed[] own = seeds.clone();
            own[self] = null;
            parties.add(new Party(sessions.of(self), own, folder.resolve("party" + self)));
        }
    }

    @Override
    public double[] run(Job job) {
        Job numbered = job.from(next);
        next += numbered.runs();
        List<CompletableFuture<double[]>> results = new ArrayList<>();
        for (Party party : parties) {
            results.add(CompletableFuture.supplyAsync(() -> party.run(numbered), Thread::startVirtualThread));
        }
        results.forEach(CompletableFuture::join);
        return results.get(ScoreWork.BANK).join();
    }

    /** What one repetition of a job costs, without what prepares it. */
    static Traffic traffic(Job job) {
        try (LocalGroup group = new LocalGroup(true)) {
            Job once = job.times(1).from(group.next);
            group.run(once);
            return group.sessions.traffic(once.firstOf(0), once.endOf(0));
        }
    }

    @Override
    public void close() {
        cleanup.close();
    }

    private void end() {
        parties.forEach(Party::close);
        Cleanup.delete(folder);
    }
}
