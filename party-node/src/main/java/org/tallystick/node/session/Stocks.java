package org.tallystick.node.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.transport.Transport;
import org.tallystick.plan.RoundTrips;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Program;

/**
 * Garbled circuits that are made ahead of scores, one item a row: at the bank, which asks for them, and at the three
 * agencies, which decide alone and garble. An item belongs to one program and one connection epoch, is used once, and
 * is in memory alone.
 */
public final class Stocks {
    private final Transport transport;
    private final Identity identity;
    private final Admission admission;
    private final Participation participation;
    private final StockRoom room;
    private final SecureRandom random = new SecureRandom();

    /**
     * How stock has been used: what was made is waiting, taken or dropped.
     *
     * @param bytes that this node sets aside for what is waiting, an estimate from above
     */
    public record Counts(long made, long taken, long dropped, int waiting, long bytes) {}

    /**
     * What making stock has shown of the network.
     *
     * @param roundTrips of the group's links
     * @param bytes that came while the stock was made
     * @param took to make it, from the first table on
     */
    public record Made(RoundTrips roundTrips, long bytes, Duration took) {}

    /** Stock that one run of the bank's will use; close it when the run has ended, well or not. */
    public final class Picked implements AutoCloseable {
        private final StockRoom.Taken taken;

        private Picked(StockRoom.Taken taken) {
            this.taken = taken;
        }

        /** The epoch that it is of. */
        public EpochId epoch() {
            return taken.epoch();
        }

        /** The numbers that the proposal names, an item a row. */
        public List<Long> numbers() {
            return taken.numbers();
        }

        StockRoom.Taken taken() {
            return taken;
        }

        @Override
        public void close() {
            room.ended(taken);
        }
    }

    Stocks(Transport transport, Identity identity, Admission admission, Participation participation, StockRoom room) {
        this.transport = transport;
        this.identity = identity;
        this.admission = admission;
        this.participation = participation;
        this.room = room;
    }

    /** Whether a program's answers can be computed in garbled circuits by this node, and if not why. Compiles it. */
    public GarbledProgram.Found garbled(Program program) {
        GarbledProgram.Found found = GarbledProgram.of(program);
        if (found instanceof GarbledProgram.Found.Possible(GarbledProgram possible)
                && possible.evaluator() != identity.self()) {
            return new GarbledProgram.Found.Impossible("its answers go to another party");
        }
        return found;
    }

    /**
     * Has stock made: proposes, takes part, and returns when all four nodes have it in place. Blocks.
     *
     * @throws Refused when a node refuses
     * @throws ProtocolAbort when it ends early; nothing of it will be used
     */
    public Made make(GarbledProgram compiled, Hash hash, int count) {
        Epoch epoch = transport
                .epoch()
                .orElseThrow(() ->
                        new ProtocolAbort(ProtocolAbort.Reason.PEER_LOST, "the four nodes are not all connected"));
        Proposal.Stock stock = new Proposal.Stock(room.first(epoch.id()), count, room.oldest(epoch.id(), hash));
        StockRoom.Promise promise = switch (room.reserve(epoch.id(), hash, compiled, stock.first(), count)) {
            case StockRoom.Reserved.Kept(StockRoom.Promise kept) -> kept;
            case StockRoom.Reserved.Refused(Refusal.Reason reason) ->
                throw new Refused(identity.self(), Refusal.of(reason));
        };
        admission.enterOwn();
        try {
            Sealed sealed = Sealed.of(identity, random, epoch, hash, Optional.empty(), stock);
            StockRuns.Seen seen = participation.makeStock(sealed, epoch, stock, promise);
            return new Made(seen.roundTrips(), seen.bytes(), seen.took());
        } finally {
            admission.leave();
        }
    }

    /** Takes stock for a run of so many rows; empty when there is not enough of this epoch's. Never waits. */
    public Optional<Picked> pick(Hash program, int rows) {
        return transport
                .epoch()
                .flatMap(epoch -> room.next(epoch.id(), program, rows))
                .map(Picked::new);
    }

    /** The live epoch. */
    public Optional<EpochId> epoch() {
        return transport.epoch().map(Epoch::id);
    }

    /** Items of a program that wait to be used in the live epoch, those that are being made included. */
    public int rows(Hash program) {
        return transport.epoch().map(epoch -> room.rows(epoch.id(), program)).orElse(0);
    }

    /** Items of any program that this node has room for beside those it has. */
    public int space() {
        return room.space();
    }

    /** Drops the stock of a program here: its approval is withdrawn, or it is not asked for any more. */
    public void drop(Hash program) {
        room.drop(program);
    }

    /** At the bank: drops the stock of a program here and tells the agencies that they may. */
    public void release(Hash program) {
        Optional<Epoch> epoch = transport.epoch().filter(live -> room.first(live.id()) > 0);
        room.drop(program);
        epoch.ifPresent(live -> {
            long first = room.first(live.id());
            Proposal.Stock nothing = new Proposal.Stock(first, 0, first);
            participation.propose(Sealed.of(identity, random, live, program, Optional.empty(), nothing));
        });
    }

    /** Drops what an epoch had that has ended. */
    void end(EpochId epoch) {
        room.end(epoch);
    }

    public Counts counts() {
        StockRoom.Counts counts = room.counts();
        return new Counts(counts.made(), counts.taken(), counts.dropped(), counts.waiting(), counts.bytes());
    }
}
