package org.tallystick.node.session;

import java.util.Optional;
import org.tallystick.node.transport.Epoch;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Program;

/** What an agency decides about stock that the bank wants made, what is cheap to see first. */
final class StockDecisions {
    private final Programs programs;
    private final Participation participation;
    private final StockRoom room;
    private final GarbledPrograms garbled = new GarbledPrograms();

    StockDecisions(Programs programs, Participation participation, StockRoom room) {
        this.programs = programs;
        this.participation = participation;
        this.room = room;
    }

    /** Drops what the bank will not name again, and takes part in making what it wants, or refuses. Blocks. */
    void decide(Sealed sealed, Epoch epoch, Proposal.Stock stock) {
        Hash hash = sealed.proposal().program();
        Optional<Program> program = programs.approved(hash);
        if (program.isEmpty()) {
            room.drop(hash);
            refuse(sealed, Refusal.Reason.PROGRAM_NOT_APPROVED);
            return;
        }
        room.dropBefore(epoch.id(), hash, stock.oldest());
        if (stock.count() == 0) {
            return;
        }
        Optional<Refusal.Reason> early = room.refusal(epoch.id(), hash, stock.first(), stock.count());
        if (early.isPresent()) {
            refuse(sealed, early.get());
            return;
        }
        if (!(garbled.of(hash, program.get()) instanceof GarbledProgram.Found.Possible(GarbledProgram compiled))
                || compiled.evaluator() != sealed.proposal().proposer()) {
            refuse(sealed, Refusal.Reason.STOCK_PROGRAM);
            return;
        }
        switch (room.reserve(epoch.id(), hash, compiled, stock.first(), stock.count())) {
            case StockRoom.Reserved.Kept(StockRoom.Promise promise) -> make(sealed, epoch, stock, promise);
            case StockRoom.Reserved.Refused(Refusal.Reason reason) -> refuse(sealed, reason);
        }
    }

    private void make(Sealed sealed, Epoch epoch, Proposal.Stock stock, StockRoom.Promise promise) {
        // An approval withdrawn from here on finds the promise; one that was withdrawn just before is found here.
        if (programs.approved(sealed.proposal().program()).isEmpty()) {
            room.end(promise);
            refuse(sealed, Refusal.Reason.PROGRAM_NOT_APPROVED);
            return;
        }
        participation.makeStock(sealed, epoch, stock, promise);
    }

    private void refuse(Sealed sealed, Refusal.Reason reason) {
        participation.refuse(sealed.hash(), sealed.proposal().proposer(), Refusal.of(reason));
    }
}
