package org.tallystick.protocol.rep4;

import org.tallystick.protocol.rep4.Lanes.Parity;
import org.tallystick.protocol.rep4.Run.Domain;

/** Opening to all, and to one party with a veto for every other. */
final class Openings {
    private Openings() {}

    /** Each party gets the part it lacks from the next one, with a digest from the one after. One round. */
    static long[] toAll(Run run, Lanes lanes, long[][] parts) {
        long[] value = known(run.self(), lanes, parts);
        Round round = new Round(run);
        for (int receiver = 0; receiver < 4; receiver++) {
            int sender = receiver + 1 & 3;
            int backup = receiver + 2 & 3;
            long[] packed = run.self() == sender || run.self() == backup ? packed(lanes, parts[receiver]) : null;
            round.joint(sender, backup, receiver, lanes, Parity.ALL, packed, words -> add(lanes, value, words));
        }
        round.exchange();
        lanes.trim(value, Parity.ALL);
        return value;
    }

    /**
     * To party r alone, with pads s and t that all but r know: u sends x_r + s + t, v sends s, w sends t, each with a
     * veiled digest from the next of the three. r learns nothing while one of the three is silent: without the veil,
     * the digest of a short pad would give it away. One round, three elements.
     *
     * @return the value at {@code r}, null elsewhere
     */
    static long[] toOne(Run run, Lanes lanes, long[][] parts, int r) {
        int u = r + 1 & 3;
        int v = r + 2 & 3;
        int w = r + 3 & 3;
        boolean receives = run.self() == r;
        long[] value = receives ? known(r, lanes, parts) : null;
        long[] s = receives ? null : pad(run, lanes, r, Run.channel(v, w, r));
        long[] t = receives ? null : pad(run, lanes, r, Run.channel(w, u, r));
        long[] hidden = null;
        if (!receives) {
            hidden = parts[r].clone();
            lanes.accumulate(hidden, s, Parity.ALL);
            lanes.accumulate(hidden, t, Parity.ALL);
        }
        Round round = new Round(run);
        round.veiledJoint(u, v, r, lanes, receives ? null : packed(lanes, hidden), words -> add(lanes, value, words));
        round.veiledJoint(v, w, r, lanes, receives ? null : packed(lanes, s), words -> subtract(lanes, value, words));
        round.veiledJoint(w, u, r, lanes, receives ? null : packed(lanes, t), words -> subtract(lanes, value, words));
        round.exchange();
        if (receives) {
            lanes.trim(value, Parity.ALL);
        }
        return value;
    }

    private static long[] pad(Run run, Lanes lanes, int r, int channel) {
        long[] pad = run.shared(r, Domain.PAD, channel, 0, lanes.words());
        lanes.trim(pad, Parity.ALL);
        return pad;
    }

    private static long[] packed(Lanes lanes, long[] words) {
        long[] trimmed = words.clone();
        lanes.trim(trimmed, Parity.ALL);
        return lanes.pack(trimmed, Parity.ALL);
    }

    private static long[] known(int self, Lanes lanes, long[][] parts) {
        long[] sum = new long[lanes.words()];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                lanes.accumulate(sum, parts[j], Parity.ALL);
            }
        }
        return sum;
    }

    private static void add(Lanes lanes, long[] value, long[] words) {
        lanes.accumulate(value, lanes.unpack(words, Parity.ALL), Parity.ALL);
    }

    private static void subtract(Lanes lanes, long[] value, long[] words) {
        long[] part = lanes.unpack(words, Parity.ALL);
        if (!lanes.xor()) {
            for (int e = 0; e < part.length; e++) {
                part[e] = -part[e];
            }
        }
        lanes.accumulate(value, part, Parity.ALL);
    }
}
