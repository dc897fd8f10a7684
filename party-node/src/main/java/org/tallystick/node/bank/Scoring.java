package org.tallystick.node.bank;

import org.tallystick.models.Answer;
import org.tallystick.program.Encoder;
import org.tallystick.program.Program;

/** A program as the bank uses it: what it brings in itself, and what the answer's bits mean. */
interface Scoring {
    Program program();

    /** Makes the bank's own columns. */
    Encoder encoder();

    /** The answer in all revealed bits of one row, those of the first answer lowest, read as an unsigned number. */
    Answer decode(long number);

    /** What it answers: {@code band}, {@code points} or {@code pd}. */
    String output();
}
