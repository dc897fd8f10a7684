package org.tallystick.protocol.rep4;

import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.random.SharedGenerator;
import org.tallystick.random.SharedSeed;

/** What one run of rep4 has at a party: its mesh, the generators it shares, and where in the run it is. */
final class Run {
    /** What a stream of the generators is for: the first byte of its label, so that no two uses overlap. */
    enum Domain {
        INPUT,
        MASK,
        DIGEST_KEY,
        DIGEST_PAD,
        PAD,
    }

    private final Mesh mesh;
    private final Terms terms;
    private final SharedGenerator[] generators = new SharedGenerator[4];
    private int round;
    private boolean exchanging;

    Run(Mesh mesh, SharedSeed[] seeds, byte[] proposalHash, Terms terms) {
        if (mesh.parties() != 4) {
            throw new IllegalArgumentException("rep4 takes four parties, not " + mesh.parties());
        }
        this.mesh = mesh;
        this.terms = terms;
        for (int j = 0; j < 4; j++) {
            if (j != mesh.self()) {
                generators[j] = seeds[j].generator(proposalHash);
            }
        }
    }

    int self() {
        return mesh.self();
    }

    Mesh mesh() {
        return mesh;
    }

    /** Who sends what to whom, the same at all four parties. */
    Terms terms() {
        return terms;
    }

    /**
     * Begins the exchange of a round. After one that did not end, the run is over: the masks of its round are spent,
     * and whoever went on would send what depends on a message that failed its check.
     */
    void beginExchange() {
        if (exchanging) {
            throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "this run has ended; start a new one");
        }
        exchanging = true;
    }

    /** Ends the exchange of a round in which all has been compared; rounds are numbered alike at all parties. */
    void endExchange() {
        round = Math.incrementExact(round);
        exchanging = false;
    }

    /**
     * Elements that all parties but {@code j} can generate. The label spells out domain, channel, item and round; the
     * element is the generator's own counter.
     */
    long[] shared(int j, Domain domain, int channel, int item, int count) {
        return generators[j].elements(label(domain, channel, item), count);
    }

    /** As {@link #shared}, the elements from {@code first}, an even number, on, into the whole of {@code target}. */
    void fill(int j, Domain domain, int channel, int item, int first, long[] target) {
        generators[j].fill(label(domain, channel, item), first, target);
    }

    private long label(Domain domain, int channel, int item) {
        if (item > 0xFFFF) {
            throw new IllegalStateException("more than 65536 items in one round");
        }
        return (long) domain.ordinal() << 56 | (long) channel << 48 | (long) item << 32 | round;
    }

    /** The number of the channel (sender, backup, receiver). */
    static int channel(int sender, int backup, int receiver) {
        return sender << 4 | backup << 2 | receiver;
    }

    @Override
    public String toString() {
        return "Run[party " + self() + ", round " + round + "]";
    }
}
