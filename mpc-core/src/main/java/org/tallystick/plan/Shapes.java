package org.tallystick.plan;

import java.util.List;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Asks a question of shapes alone. */
final class Shapes {
    private Shapes() {}

    /** Of public zeros: the messages are those of any number. */
    static <A extends ArithmeticShare, B extends BitShare> void ask(
            Protocol<A, B> protocol, Question question, int rows, List<Integer> receivers) {
        A x = protocol.constant(new long[rows * question.columns()], rows, question.columns(), question.width());
        int count = question instanceof Question.Band(int _, int thresholds) ? thresholds : 1;
        A row = protocol.constant(new long[count], 1, count, question.width());
        B answer = question.bits(protocol, x, row);
        receivers.forEach(receiver -> protocol.reveal(answer, receiver));
    }
}
