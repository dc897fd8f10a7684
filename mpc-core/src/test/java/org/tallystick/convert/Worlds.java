package org.tallystick.convert;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.tallystick.convert.GarbledFunction.Input;
import org.tallystick.convert.GarbledFunction.Target;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.garble.Circuit;
import org.tallystick.garble.Words;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.net.RecordingMesh;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.Ring;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/** Runs of the garbled world for its tests: dealt shares, any seeds, what each party saw and how it ended. */
final class Worlds {
    static final int WIDTH = 9;
    static final Duration LONG = Duration.ofSeconds(60);

    private Worlds() {}

    /** How a run ended at one party, and all that it sent and received. */
    record Ending(List<SharedOutput> outputs, Optional<ProtocolAbort> abort, List<RecordingMesh.Entry> entries) {}

    /** A comparison, the exclusive or with shared bits, the sum; to the evaluator, into bits, into numbers. */
    static GarbledFunction function(Way way) {
        return GarbledFunction.of(
                way,
                List.of(Input.number(WIDTH), Input.number(WIDTH), Input.bits(3)),
                List.of(Target.EVALUATOR, Target.BITS, Target.NUMBER, Target.EVALUATOR),
                new int[] {1, 3, WIDTH, 2},
                Circuit.Order.LAYERED,
                (b, in) -> List.of(
                        new int[] {Words.atLeastSigned(b, in.get(0), in.get(1))},
                        Words.and(b, in.get(0)[0], in.get(2)),
                        Words.add(b, in.get(0), in.get(1)),
                        Words.bits(in.get(1), 0, 2)));
    }

    /** What the function is to give. */
    static List<long[]> expected(long[] x, long[] y, long[] bits) {
        List<long[]> all = List.of(new long[x.length], new long[x.length], new long[x.length], new long[x.length]);
        for (int row = 0; row < x.length; row++) {
            all.get(0)[row] = Ring.signed(x[row], WIDTH) >= Ring.signed(y[row], WIDTH) ? 1 : 0;
            all.get(1)[row] = (x[row] & 1) * bits[row];
            all.get(2)[row] = x[row] + y[row] & Ring.mask(WIDTH);
            all.get(3)[row] = y[row] & 3;
        }
        return all;
    }

    static SharedSeed[] seeds(int self, long from) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                byte[] seed = new byte[SharedSeed.BYTES];
                new Random(from + 7919L * j).nextBytes(seed);
                seeds[j] = SharedSeed.of(seed);
            }
        }
        return seeds;
    }

    /** One party's share of dealt numbers. */
    static SharedInput number(int self, long[] values, int width, long deal) {
        return new SharedInput.Numbers(
                new Rep4Vector(values.length, 1, width, parts(self, values, deal, -1L >>> (64 - width), false)));
    }

    /** One party's share of dealt bits, of {@code wires} bits a row. */
    static SharedInput bits(int self, long[] values, int wires, long deal) {
        int words = BitMatrix.wordsPerWire(values.length);
        long[] sliced = new long[wires * words];
        for (int row = 0; row < values.length; row++) {
            for (int wire = 0; wire < wires; wire++) {
                sliced[wire * words + (row >>> 6)] |= (values[row] >>> wire & 1) << row;
            }
        }
        long[][] parts = parts(self, sliced, deal, -1, true);
        for (long[] part : parts) {
            for (int last = words - 1; part != null && last < part.length; last += words) {
                part[last] &= BitMatrix.lastWordMask(values.length);
            }
        }
        return new SharedInput.Bits(new Rep4Bits(wires, values.length, parts));
    }

    private static long[][] parts(int self, long[] values, long deal, long mask, boolean xor) {
        Random random = new Random(deal);
        long[][] parts = new long[4][values.length];
        for (int e = 0; e < values.length; e++) {
            long rest = values[e];
            for (int j = 0; j < 3; j++) {
                parts[j][e] = random.nextLong() & mask;
                rest = xor ? rest ^ parts[j][e] : rest - parts[j][e];
            }
            parts[3][e] = rest & mask;
        }
        parts[self] = null;
        return parts;
    }

    static List<SharedInput> inputs(int self, long[] x, long[] y, long[] bits, long deal) {
        return List.of(number(self, x, WIDTH, deal), number(self, y, WIDTH, deal + 1), bits(self, bits, 3, deal + 2));
    }

    /** The function once, at all parties; {@code wrap} may put a cheater's mesh around a party's own. */
    static List<Ending> run(
            Duration deadline, Roles roles, Way way, long seed, List<long[]> values, UnaryOperator<Mesh> wrap) {
        return InProcessMesh.run(InProcessMesh.of(4, deadline), mesh -> {
            RecordingMesh recording = new RecordingMesh(mesh);
            try {
                int self = mesh.self();
                GarbledWorld world = new GarbledWorld(
                        wrap.apply(recording),
                        seeds(self, seed),
                        ByteBuffer.allocate(32).putLong(seed).array(),
                        roles);
                GarbledStock stock = world.prepare(function(way), values.getFirst().length, 1);
                List<SharedOutput> outputs =
                        world.run(stock, inputs(self, values.get(0), values.get(1), values.get(2), seed));
                return new Ending(outputs, Optional.empty(), recording.entries());
            } catch (ProtocolAbort e) {
                InProcessMesh.stopPeers(mesh);
                return new Ending(List.of(), Optional.of(e), recording.entries());
            }
        });
    }

    /** A row of revealed bits as a number. */
    static long[] numbers(BitMatrix bits) {
        long[] numbers = new long[bits.rows()];
        for (int row = 0; row < numbers.length; row++) {
            numbers[row] = bits.number(row);
        }
        return numbers;
    }

    /** What an output says, from the shares of the parties in {@code from}, which must agree on every part. */
    static long[] opened(List<List<SharedOutput>> all, int output, List<Integer> from) {
        List<long[][]> parts = new ArrayList<>();
        for (int party : from) {
            parts.add(
                    switch (all.get(party).get(output)) {
                        case SharedOutput.Bits(Rep4Bits x) -> new long[][] {x.part(0), x.part(1), x.part(2), x.part(3)};
                        case SharedOutput.Numbers(Rep4Vector x) ->
                            new long[][] {x.part(0), x.part(1), x.part(2), x.part(3)};
                        case SharedOutput.Revealed _ -> throw new AssertionError("not shared");
                    });
        }
        boolean bits = all.get(from.getFirst()).get(output) instanceof SharedOutput.Bits;
        long[] sum = new long[0];
        for (int j = 0; j < 4; j++) {
            long[] part = null;
            for (long[][] held : parts) {
                if (held[j] != null && part != null && !java.util.Arrays.equals(part, held[j])) {
                    throw new AssertionError("parties hold different parts " + j);
                }
                part = held[j] == null ? part : held[j];
            }
            if (part == null) {
                throw new AssertionError("nobody holds part " + j);
            }
            sum = sum.length == 0 ? part.clone() : bits ? Ring.xor(sum, part) : Ring.add(sum, part);
        }
        if (all.get(from.getFirst()).get(output) instanceof SharedOutput.Bits(Rep4Bits x)) {
            return numbers(new BitMatrix(x.wires(), x.rows(), sum));
        }
        for (int row = 0; row < sum.length; row++) {
            sum[row] &= Ring.mask(WIDTH);
        }
        return sum;
    }
}
