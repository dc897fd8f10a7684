package org.tallystick.bench;

/** Four parties that do jobs together. */
interface Group extends AutoCloseable {
    /** The seconds of each repetition as the bank saw them; the run numbers in the job are the group's to choose. */
    double[] run(Job job);

    @Override
    void close();
}
