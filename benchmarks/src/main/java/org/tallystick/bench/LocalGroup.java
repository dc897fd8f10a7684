package org.tallystick.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.tallystick.random.SharedSeed;

/** Four parties in this process. */
final class LocalGroup implements Group {
    private final LocalSessions sessions;
    private final List<Party> parties = new ArrayList<>();
    private long next;

    LocalGroup(boolean counting) {
        sessions = new LocalSessions(counting);
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
            parties.add(new Party(sessions.of(self), own));
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
            return group.sessions.traffic(once.firstOf(0), once.firstOf(1));
        }
    }

    @Override
    public void close() {
        parties.forEach(Party::close);
    }
}
