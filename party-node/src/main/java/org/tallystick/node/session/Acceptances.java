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
        of(proposal).all.completeExceptionally(new Refused(party, refusal));
    }

    /** The first refusal of this proposal, if there is one by now. */
    void throwIfRefused(Hash proposal) {
        CompletableFuture<Void> all = of(proposal).all;
        if (all.isCompletedExceptionally()) {
            throw (Refused) all.exceptionNow();
        }
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
