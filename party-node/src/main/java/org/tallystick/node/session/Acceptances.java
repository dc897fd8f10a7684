package org.tallystick.node.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.tallystick.net.ProtocolAbort;

/**
 * Who has accepted which proposal. What is said of a proposal that this node looks at or runs is kept until it is over.
 * An acceptance may arrive before the proposal itself, so of others a bounded number is kept a peer, the oldest
 * forgotten first: whoever says much pushes out its own words alone.
 */
final class Acceptances {
    private static final int MOST_EARLY = 4096;

    private final int parties;
    private final ReentrantLock lock;
    private final Map<Hash, Gathering> gatherings = new HashMap<>();
    /** By party, what it has said of proposals that are not known here: a refusal, or that it accepts. */
    private final List<Map<Hash, Optional<Refused>>> early = new ArrayList<>();

    private static final class Gathering {
        private int holders;
        private int accepted;
        /** By party, what it has said; who has refused has not accepted, whatever it says besides. */
        private final Map<Integer, Optional<Refused>> said = new HashMap<>();

        private final CompletableFuture<Void> everybody = new CompletableFuture<>();
        private final CompletableFuture<Void> all = new CompletableFuture<>();
        private final CompletableFuture<Refused> refused = new CompletableFuture<>();
    }

    private static final class Early extends LinkedHashMap<Hash, Optional<Refused>> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Optional<Refused>> eldest) {
            return size() > MOST_EARLY;
        }
    }

    Acceptances(int parties) {
        this(parties, new ReentrantLock());
    }

    Acceptances(int parties, ReentrantLock lock) {
        this.parties = parties;
        this.lock = lock;
        for (int party = 0; party < parties; party++) {
            early.add(new Early());
        }
    }

    /** From now on to the matching {@link #forget} nothing that is said of the proposal is lost. */
    void expect(Hash proposal) {
        locked(() -> {
            Gathering gathering = gatherings.computeIfAbsent(proposal, hash -> new Gathering());
            gathering.holders++;
            for (int party = 0; party < parties; party++) {
                Optional<Refused> said = early.get(party).remove(proposal);
                if (said != null) {
                    take(gathering, party, said);
                }
            }
            return gathering;
        });
    }

    void forget(Hash proposal) {
        locked(() -> {
            Gathering gathering = find(proposal);
            gathering.holders--;
            if (gathering.holders == 0) {
                gatherings.remove(proposal);
            }
            return gathering;
        });
    }

    /** Whether this node looks at the proposal or runs it. */
    boolean isExpected(Hash proposal) {
        return locked(() -> gatherings.containsKey(proposal));
    }

    private Gathering of(Hash proposal) {
        return locked(() -> find(proposal));
    }

    /** Under the lock. */
    private Gathering find(Hash proposal) {
        return Optional.ofNullable(gatherings.get(proposal))
                .orElseThrow(() -> new IllegalStateException("nobody expects proposal " + proposal));
    }

    private <T> T locked(Supplier<T> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }

    /** Party {@code party} accepts the proposal with exactly this hash. */
    void accept(Hash proposal, int party) {
        said(proposal, party, Optional.empty());
    }

    /** The same on a thread that must not wait; false when others have the lock, and nothing is noted then. */
    boolean noteAccepted(Hash proposal, int party) {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            note(proposal, party, Optional.empty());
            return true;
        } finally {
            lock.unlock();
        }
    }

    void refuse(Hash proposal, int party, Refusal refusal) {
        said(proposal, party, Optional.of(new Refused(party, refusal)));
    }

    private void said(Hash proposal, int party, Optional<Refused> word) {
        lock.lock();
        try {
            note(proposal, party, word);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void note(Hash proposal, int party, Optional<Refused> word) {
        Gathering gathering = gatherings.get(proposal);
        if (gathering != null) {
            take(gathering, party, word);
            return;
        }
        // Who has refused has not accepted, whatever it says later.
        early.get(party).merge(proposal, word, (before, now) -> before.isPresent() ? before : now);
    }

    private void take(Gathering gathering, int party, Optional<Refused> word) {
        gathering.said.merge(party, word, (before, now) -> before.isPresent() ? before : now);
        if (gathering.said.size() == parties) {
            gathering.everybody.complete(null);
        }
        if (word.isPresent()) {
            gathering.refused.complete(word.get());
            gathering.all.completeExceptionally(word.get());
            return;
        }
        gathering.accepted |= 1 << party;
        if (gathering.accepted == (1 << parties) - 1) {
            gathering.all.complete(null);
        }
    }

    /** The first refusal of this proposal that is known, if there is one. */
    Optional<Refused> refusal(Hash proposal) {
        return Optional.ofNullable(of(proposal).refused.getNow(null));
    }

    /**
     * Throws the first refusal of this proposal, if there is one; a node that has accepted may still find that its
     * storage fails.
     *
     * @param wait for a refusal that may be on its way behind the stop of the run
     */
    void throwIfRefused(Hash proposal, Duration wait) {
        if (wait.isZero()) {
            refusal(proposal).ifPresent(found -> {
                throw found;
            });
            return;
        }
        Refused refused;
        try {
            refused = of(proposal).refused.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a refusal does not fail", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        throw refused;
    }

    /**
     * Waits until every party has accepted.
     *
     * @throws Refused when one refuses
     * @throws ProtocolAbort when the deadline passes first
     */
    void await(Hash proposal, Duration deadline) {
        try {
            await(of(proposal).all, deadline);
        } catch (ExecutionException e) {
            throw (Refused) e.getCause();
        }
    }

    /**
     * Waits until every party has said what it does, and returns the refusals by party.
     *
     * @throws ProtocolAbort when the deadline passes first
     */
    Map<Integer, Refused> refusals(Hash proposal, Duration deadline) {
        Gathering gathering = of(proposal);
        try {
            await(gathering.everybody, deadline);
        } catch (ExecutionException e) {
            throw new IllegalStateException("what is said does not fail", e);
        }
        Map<Integer, Refused> refusals = new HashMap<>();
        return locked(() -> {
            gathering.said.forEach((party, word) -> word.ifPresent(refused -> refusals.put(party, refused)));
            return refusals;
        });
    }

    private static void await(CompletableFuture<Void> future, Duration deadline) throws ExecutionException {
        try {
            future.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.DEADLINE, "not every node has answered the proposal within " + deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "interrupted while waiting for acceptances");
        }
    }
}
