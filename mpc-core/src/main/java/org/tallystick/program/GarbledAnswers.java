package org.tallystick.program;

import java.util.ArrayList;
import java.util.List;
import org.tallystick.convert.SharedOutput;
import org.tallystick.ring.BitMatrix;

/** The answers of a garbled run at the evaluator, put together from what each stock gave. */
final class GarbledAnswers {
    private final List<BitMatrix> answers = new ArrayList<>();

    GarbledAnswers(List<GarbledTail> tails, int rows) {
        for (GarbledTail tail : tails) {
            int words = tail.answerBits() * BitMatrix.wordsPerWire(rows);
            answers.add(new BitMatrix(tail.answerBits(), rows, new long[words]));
        }
    }

    /** What the rows from {@code first} on have given; nothing at a garbler. */
    void put(int first, List<SharedOutput> outputs) {
        for (int n = 0; n < outputs.size(); n++) {
            if (outputs.get(n) instanceof SharedOutput.Revealed revealed) {
                BitMatrix answer = answers.get(n);
                revealed.bits().ifPresent(bits -> copy(bits, answer, first));
            }
        }
    }

    private static void copy(BitMatrix from, BitMatrix to, int first) {
        int words = BitMatrix.wordsPerWire(to.rows());
        for (int wire = 0; wire < from.wires(); wire++) {
            for (int row = 0; row < from.rows(); row++) {
                int at = first + row;
                if (from.get(wire, row)) {
                    to.words()[wire * words + (at >>> 6)] |= 1L << at;
                }
            }
        }
    }

    BitMatrix of(int tail) {
        return answers.get(tail);
    }
}
