package org.tallystick.node.session;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.tallystick.net.ProtocolAbort;

/**
 * Who has accepted which proposal. An acceptance may arrive before the proposal itself, so a bounded number of hashes
 * is kept for proposals that are not known yet, the oldest forgotten first.
 */
final class Acceptances {
    private static final int MOST = 4096;

    private final int parties;
    private final Map<Hash, Gathering> gatherings = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Gathering> eldest) {
            return size() > MOST;
        }
    };

    private static final class Gathering {
        private int accepted;
        private final CompletableFuture<Void> all = new CompletableFuture<>();
        private final CompletableFuture<Refused> refused = new CompletableFuture<>();
    }

    Acceptances(int parties) {
        this.parties = parties;
    }

    private synchronized Gathering of(Hash proposal) {
        return gatherings.computeIfAbsent(proposal, hash -> new Gathering());
    }

    /** Party {@code party} accepts the proposal with exactly this hash. */
    void accept(Hash proposal, int party) {
        Gathering gathering = of(proposal);
        boolean complete;
        synchronized (gathering) {
            gathering.accepted |= 1 << party;
            complete = gathering.accepted == (1 << parties) - 1;
        }
        if (complete) {
            gathering.all.complete(null);
        }
    }

    void refuse(Hash proposal, int party, Refusal refusal) {
        Gathering gathering = of(proposal);
        Refused refused = new Refused(party, refusal);
        gathering.refused.complete(refused);
        gathering.all.completeExceptionally(refused);
    }

    /**
     * Throws the first refusal of this proposal, if there is one; a node that has accepted may still find that its
     * storage fails.
     *
     * @param wait for a refusal that may be on its way behind the stop of the run
     */
    void throwIfRefused(Hash proposal, Duration wait) {
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
            of(proposal).all.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw (Refused) e.getCause();
        } catch (TimeoutException e) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.DEADLINE, "not every node has answered the proposal within " + deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "interrupted while waiting for acceptances");
        }
    }

    synchronized void forget(Hash proposal) {
        gatherings.remove(proposal);
    }
}
