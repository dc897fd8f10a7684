package org.tallystick.node.bank;

import java.util.Optional;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Stocks;
import org.tallystick.node.transport.EpochId;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Program;

/** Where a keeper's stock comes from: {@link Stocks}, or a test. */
interface StockSource {
    /** The live epoch. */
    Optional<EpochId> epoch();

    GarbledProgram.Found garbled(Program program);

    /** As {@link Stocks#make}. */
    Stocks.Made make(GarbledProgram program, Hash hash, int count);

    Optional<Stocks.Picked> pick(Hash program, int rows);

    /** Items of a program in the live epoch. */
    int rows(Hash program);

    /** Items of any program that there is room for. */
    int space();

    /** Drops what there is of a program, here and at the agencies. */
    void release(Hash program);

    static StockSource of(Stocks stocks) {
        return new StockSource() {
            @Override
            public Optional<EpochId> epoch() {
                return stocks.epoch();
            }

            @Override
            public GarbledProgram.Found garbled(Program program) {
                return stocks.garbled(program);
            }

            @Override
            public Stocks.Made make(GarbledProgram program, Hash hash, int count) {
                return stocks.make(program, hash, count);
            }

            @Override
            public Optional<Stocks.Picked> pick(Hash program, int rows) {
                return stocks.pick(program, rows);
            }

            @Override
            public int rows(Hash program) {
                return stocks.rows(program);
            }

            @Override
            public int space() {
                return stocks.space();
            }

            @Override
            public void release(Hash program) {
                stocks.release(program);
            }
        };
    }
}
