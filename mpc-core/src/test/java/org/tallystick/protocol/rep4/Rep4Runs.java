package org.tallystick.protocol.rep4;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.net.RecordingMesh;
import org.tallystick.protocol.Adder;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/** Runs of rep4 for the tests that attack it: fixed seeds, any proposal, what each party saw and how it ended. */
final class Rep4Runs {
    static final int ROWS = 3;
    static final int WIDTH = 13;
    /** The length of what party 2 sends in the second round of inputs, unlike that of any other message. */
    static final int SECOND_INPUT_BYTES = 2 * ((ROWS * WIDTH + 7) / 8) + (11 * WIDTH + 7) / 8;

    static final Duration LONG = Duration.ofSeconds(60);

    private Rep4Runs() {}

    /** How a run ended at one party, and all that party sent and received. */
    record Ending(Optional<List<Long>> answer, Optional<ProtocolAbort> abort, List<RecordingMesh.Entry> entries) {
        boolean aborted() {
            return abort.isPresent();
        }
    }

    static SharedSeed[] seeds(int self) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                byte[] seed = new byte[SharedSeed.BYTES];
                new Random(100 + j).nextBytes(seed);
                seeds[j] = SharedSeed.of(seed);
            }
        }
        return seeds;
    }

    static byte[] hash(int proposal) {
        return ByteBuffer.allocate(32).putInt(proposal).array();
    }

    static Rep4 start(Mesh mesh, int proposal) {
        return start(mesh, proposal, Terms.STANDARD);
    }

    static Rep4 start(Mesh mesh, int proposal, Terms terms) {
        return new Rep4(mesh, seeds(mesh.self()), hash(proposal), Adder::choose, terms);
    }

    /** Runs {@code body} at all parties; {@code wrap} may put a cheater's mesh around a party's own. */
    static List<Ending> run(Duration deadline, UnaryOperator<Mesh> wrap, Function<Mesh, List<Long>> body) {
        return InProcessMesh.run(InProcessMesh.of(4, deadline), mesh -> {
            RecordingMesh recording = new RecordingMesh(mesh);
            try {
                List<Long> answer = body.apply(wrap.apply(recording));
                return new Ending(Optional.of(answer), Optional.empty(), recording.entries());
            } catch (ProtocolAbort e) {
                InProcessMesh.stopPeers(mesh);
                return new Ending(Optional.empty(), Optional.of(e), recording.entries());
            }
        });
    }

    static Rep4Vector input(Rep4 p, int owner, int rows, int columns, int width, long[] values) {
        return p.inputs(List.of(input(p.self(), owner, rows, columns, width, values)))
                .getFirst();
    }

    static OwnerInput input(int self, int owner, int rows, int columns, int width, long[] values) {
        return new OwnerInput(owner, rows, columns, width, self == owner ? values.clone() : null);
    }

    static long[] inputs(int owner, int count) {
        return new Random(owner).longs(count, 0, 1 << 5).toArray();
    }

    /** What is open to be told of a run of every operation. */
    record Results(Rep4Vector sum, Rep4Vector quotient, Rep4Bits ripple, Rep4Bits both) {}

    /** Every operation that computes, once; nothing is opened. */
    static Results compute(Rep4 p, Function<Integer, long[]> secret) {
        List<Rep4Vector> x = p.inputs(List.of(
                input(p.self(), 0, 1, 3, WIDTH, secret.apply(0)),
                input(p.self(), 1, ROWS, 1, WIDTH, secret.apply(1)),
                input(p.self(), 2, ROWS, 1, WIDTH, secret.apply(2)),
                input(p.self(), 3, ROWS, 1, WIDTH, secret.apply(3))));
        Rep4Vector score = p.dot(p.concat(x.subList(1, 4)), x.getFirst());
        Rep4Vector quotient = p.truncate(p.multiply(score, x.get(1)), 3);
        Rep4Bits tree = p.toBits(quotient, 1, 6);
        Rep4Bits ripple = p.toBits(p.narrow(score, 3), 0, 3);
        Rep4Bits both = p.and(p.wires(tree, new int[] {4, 0, 1}), ripple);
        Rep4Vector fresh = p.fromBit(p.wires(both, new int[] {1}), WIDTH);
        Rep4Bits comparisons = p.sign(p.concat(x.subList(1, 4)), 6);
        Rep4Vector chosen = p.dotBits(comparisons, p.concat(List.of(score, quotient, x.get(3))));
        fresh = p.add(fresh, p.multiplyBits(p.wires(ripple, new int[] {0}), chosen));
        long[] again = secret.apply(2);
        List<Rep4Vector> two = p.inputs(List.of(
                input(p.self(), 2, ROWS, 1, WIDTH, again),
                input(p.self(), 2, ROWS, 1, WIDTH, new long[] {again[2], again[0], again[1]}),
                input(p.self(), 2, 11, 1, WIDTH, new long[11])));
        // A matrix product, which carries the checks of these inputs.
        Rep4Vector matrix = p.product(
                p.concat(two.subList(0, 2)), p.concatRows(List.of(p.transpose(two.get(0)), p.transpose(x.get(3)))));
        // Products of inputs, in rounds of the same form: their masks must differ.
        Rep4Vector products = p.subtract(p.multiply(x.get(1), x.get(2)), p.multiply(x.get(3), x.get(2)));
        Rep4Vector sum = p.add(p.add(fresh, p.subtract(two.get(0), two.get(1))), products);
        sum = p.add(sum, p.columns(matrix, 1, 1));
        return new Results(sum, quotient, ripple, both);
    }

    /** Every interactive operation: what this party learns of the results. */
    static List<Long> everything(Rep4 p) {
        Results results = compute(p, owner -> inputs(owner, 3));
        List<Long> answers = new ArrayList<>();
        add(answers, p.open(results.sum()));
        answers.addAll(words(Optional.of(p.open(p.not(results.ripple())))));
        p.reveal(results.quotient(), 1).ifPresent(values -> add(answers, values));
        answers.addAll(words(p.reveal(results.both(), 2)));
        return answers;
    }

    private static List<Long> words(Optional<BitMatrix> bits) {
        return bits.map(matrix -> Arrays.stream(matrix.words()).boxed().toList())
                .orElse(List.of());
    }

    static void add(List<Long> answers, long[] values) {
        Arrays.stream(values).forEach(answers::add);
    }
}
