package org.tallystick.protocol.rep4;

import java.util.ArrayList;
import java.util.List;
import org.tallystick.protocol.RowBlocks;
import org.tallystick.protocol.WholeRows;
import org.tallystick.share.Rep4Vector;

/** Columns of a shared matrix whose parts are asked for some rows at a time. */
interface PartColumns {
    int rows();

    int columns();

    /** Bits of an element. */
    int width();

    /** The part of column k that is known to be zero; −1 where none is. */
    int zeroPart(int k);

    /**
     * Writes rows of column k into the parts that this party has of it, from {@code at} on; a zero part is left as it
     * is.
     *
     * @param from even
     */
    void load(int k, int from, int count, long[][] parts, int at);

    /** As {@link RowBlocks} come, side by side: those that are no columns are asked for as a whole. */
    static PartColumns of(int rows, List<RowBlocks<Rep4Vector>> beside) {
        List<PartColumns> all = new ArrayList<>();
        for (RowBlocks<Rep4Vector> blocks : beside) {
            all.add(
                    switch (blocks) {
                        case PartColumns columns -> columns;
                        case WholeRows<Rep4Vector, ?> whole -> new Held(whole.share());
                        default -> new Held(blocks.block(0, rows));
                    });
        }
        return all.size() == 1 ? all.getFirst() : Beside.of(all);
    }

    /** A matrix in memory. */
    record Held(Rep4Vector x) implements PartColumns {
        @Override
        public int rows() {
            return x.rows();
        }

        @Override
        public int columns() {
            return x.columns();
        }

        @Override
        public int width() {
            return x.width();
        }

        @Override
        public int zeroPart(int k) {
            return x.zeroPart();
        }

        @Override
        public void load(int k, int from, int count, long[][] parts, int at) {
            for (int j = 0; j < 4; j++) {
                if (x.part(j) != null && j != x.zeroPart()) {
                    System.arraycopy(x.part(j), k * rows() + from, parts[j], at, count);
                }
            }
        }
    }

    /**
     * Several side by side.
     *
     * @param partOf by column, whose it is
     * @param number by column, its number there
     */
    record Beside(List<PartColumns> all, int[] partOf, int[] number) implements PartColumns {
        static Beside of(List<PartColumns> all) {
            int columns = all.stream().mapToInt(PartColumns::columns).sum();
            int[] partOf = new int[columns];
            int[] number = new int[columns];
            int at = 0;
            for (int part = 0; part < all.size(); part++) {
                if (all.get(part).rows() != all.getFirst().rows()) {
                    throw new IllegalArgumentException("matrices of different rows side by side");
                }
                for (int k = 0; k < all.get(part).columns(); k++) {
                    partOf[at] = part;
                    number[at++] = k;
                }
            }
            return new Beside(List.copyOf(all), partOf, number);
        }

        @Override
        public int rows() {
            return all.getFirst().rows();
        }

        @Override
        public int columns() {
            return partOf.length;
        }

        @Override
        public int width() {
            return all.stream().mapToInt(PartColumns::width).min().orElseThrow();
        }

        @Override
        public int zeroPart(int k) {
            return all.get(partOf[k]).zeroPart(number[k]);
        }

        @Override
        public void load(int k, int from, int count, long[][] parts, int at) {
            all.get(partOf[k]).load(number[k], from, count, parts, at);
        }
    }
}
