package org.tallystick.protocol;

/** A matrix of shares that is asked for some rows at a time, so that it need never be in memory as a whole. */
@FunctionalInterface
public interface RowBlocks<A> {
    /**
     * Rows {@code from} to {@code from + count − 1}. The share may be overwritten by the next call.
     *
     * @param from from 0 on, each call where the last one ended
     */
    A block(int from, int count);
}
