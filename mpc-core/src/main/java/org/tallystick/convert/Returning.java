package org.tallystick.convert;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tallystick.convert.GarbledFunction.Target;
import org.tallystick.garble.Labels;
import org.tallystick.net.Mesh;
import org.tallystick.random.SharedGenerator;
import org.tallystick.random.SharedSeed;
import org.tallystick.random.UniversalHash;
import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.Ring;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/** The way back from a garbled circuit into shares: see {@link GarbledWorld}. */
final class Returning {
    private final Mesh mesh;
    private final Roles roles;
    private final GarbledStock stock;
    private final GarbledFunction function;
    private final Masks masks;
    private final int[] wires;
    private final int self;
    private final int rows;

    Returning(Mesh mesh, Roles roles, GarbledStock stock, SharedSeed[] seeds) {
        this.mesh = mesh;
        this.roles = roles;
        this.stock = stock;
        this.function = stock.function();
        this.masks = new Masks(seeds, stock.context());
        this.wires = function.sharedWires();
        this.self = mesh.self();
        this.rows = stock.instances();
    }

    static BitMatrix xor(BitMatrix x, BitMatrix y) {
        return new BitMatrix(x.wires(), x.rows(), Ring.xor(x.words(), y.words()));
    }

    /** The evaluator's part: tells i and j the colours, and shows that it has the labels. */
    List<SharedOutput> evaluator(Labels outputs, BitMatrix revealed) {
        Labels shared = outputs.wires(wires);
        BitMatrix colours = shared.colours();
        if (wires.length > 0) {
            byte[] proof = Transcript.digest(stock.context(), "back", shared.bytes());
            for (int garbler : new int[] {roles.i(), roles.j()}) {
                Frame frame = new Frame();
                frame.write(Frame.packed(colours));
                frame.write(proof);
                mesh.to(garbler).send(frame.written());
            }
        }
        return outputs(revealed, Optional.of(colours), none(), new long[0]);
    }

    /** A garbler's part. */
    List<SharedOutput> garbler(GarbledStock.Made made) {
        Labels falseLabels = made.outputs().wires(wires);
        BitMatrix decoding = falseLabels.colours();
        Optional<BitMatrix> colours = none();
        long[] open = new long[0];
        if (wires.length > 0 && self != roles.k()) {
            BitMatrix told = colours(made, falseLabels, decoding);
            colours = Optional.of(told);
            open = numbers(xor(told, decoding));
        }
        int count = (int) function.targets().stream()
                .filter(target -> target == Target.NUMBER)
                .count();
        long[] rest = count == 0 ? open : share(open, count);
        BitMatrix nothing = new BitMatrix(0, rows, new long[0]);
        return outputs(nothing, colours, Optional.of(decoding), rest);
    }

    private static Optional<BitMatrix> none() {
        return Optional.empty();
    }

    private BitMatrix colours(GarbledStock.Made made, Labels falseLabels, BitMatrix decoding) {
        int bytes = (int) GarbledFunction.bitBytes(wires.length, rows);
        Frame frame = new Frame(mesh.to(roles.evaluator()).receive(bytes + Transcript.BYTES));
        BitMatrix colours = Frame.unpacked(frame.read(bytes), wires.length, rows);
        Labels active = made.offsets().active(falseLabels, xor(colours, decoding));
        byte[] expected = Transcript.digest(stock.context(), "back", active.bytes());
        GarbledWorld.check(MessageDigest.isEqual(expected, frame.read(Transcript.BYTES)));
        return colours;
    }

    /** The masked numbers v, output after output, out of the bits of all shared wires. */
    private long[] numbers(BitMatrix values) {
        List<Long> numbers = new ArrayList<>();
        int wire = function.outputWires(Target.BITS).length;
        for (int n = 0; n < function.targets().size(); n++) {
            if (function.targets().get(n) == Target.NUMBER) {
                int width = width(n);
                for (int row = 0; row < rows; row++) {
                    long number = 0;
                    for (int bit = 0; bit < width; bit++) {
                        number |= (values.get(wire + bit, row) ? 1L : 0) << bit;
                    }
                    numbers.add(number);
                }
                wire += width;
            }
        }
        return numbers.stream().mapToLong(number -> number).toArray();
    }

    private int width(int output) {
        int[] range = function.outputRange(output);
        return range[1] - range[0];
    }

    /** The joint input of v by i and j: v − r to k, which e and it will not both know. */
    private long[] share(long[] open, int count) {
        SharedGenerator key = self == roles.i() ? null : masks.generator(roles.i(), "numbers");
        if (self == roles.k()) {
            ByteBuffer message = ByteBuffer.wrap(mesh.to(roles.i()).receive(8 * count * rows));
            long[] rest = new long[count * rows];
            message.asLongBuffer().get(rest);
            byte[] digest = mesh.to(roles.j()).receive(UniversalHash.BYTES);
            GarbledWorld.check(MessageDigest.isEqual(digest, digest(key, rest)));
            return rest;
        }
        long[] rest = new long[open.length];
        int at = 0;
        for (int n = 0; n < function.targets().size(); n++) {
            if (function.targets().get(n) == Target.NUMBER) {
                long[] r = masks.numbers(roles.k(), "input", n, width(n), rows);
                for (int row = 0; row < rows; row++, at++) {
                    rest[at] = open[at] - r[row] & Ring.mask(width(n));
                }
            }
        }
        if (self == roles.i()) {
            ByteBuffer message = ByteBuffer.allocate(8 * rest.length);
            message.asLongBuffer().put(rest);
            mesh.to(roles.k()).send(message.array());
        } else {
            mesh.to(roles.k()).send(digest(key, rest));
        }
        return rest;
    }

    private static byte[] digest(SharedGenerator key, long[] words) {
        long[] digest = UniversalHash.digest(words, (first, target) -> key.fill(0, first, target));
        return ByteBuffer.allocate(UniversalHash.BYTES)
                .putLong(digest[0])
                .putLong(digest[1])
                .array();
    }

    private List<SharedOutput> outputs(
            BitMatrix revealed, Optional<BitMatrix> colours, Optional<BitMatrix> decoding, long[] rest) {
        List<SharedOutput> outputs = new ArrayList<>();
        int answer = 0;
        int bit = 0;
        int number = 0;
        for (int n = 0; n < function.targets().size(); n++) {
            int width = width(n);
            switch (function.targets().get(n)) {
                case EVALUATOR -> {
                    boolean mine = self == roles.evaluator();
                    outputs.add(new SharedOutput.Revealed(
                            mine ? Optional.of(range(revealed, answer, width)) : Optional.empty()));
                    answer += width;
                }
                case BITS -> {
                    outputs.add(new SharedOutput.Bits(bits(n, width, bit, colours, decoding)));
                    bit += width;
                }
                case NUMBER -> outputs.add(new SharedOutput.Numbers(number(n, width, number++, rest)));
            }
        }
        return List.copyOf(outputs);
    }

    private static BitMatrix range(BitMatrix bits, int from, int count) {
        int words = BitMatrix.wordsPerWire(bits.rows());
        return new BitMatrix(
                count, bits.rows(), Arrays.copyOfRange(bits.words(), from * words, (from + count) * words));
    }

    private Rep4Bits bits(int n, int width, int from, Optional<BitMatrix> colours, Optional<BitMatrix> decoding) {
        long[][] parts = new long[4][];
        if (self != roles.i()) {
            parts[roles.i()] = masks.bits(roles.i(), n, width, rows).words();
        }
        if (self != roles.j()) {
            parts[roles.j()] = masks.bits(roles.j(), n, width, rows).words();
        }
        colours.ifPresent(told -> parts[roles.k()] = range(told, from, width).words());
        decoding.ifPresent(
                known -> parts[roles.evaluator()] = range(known, from, width).words());
        return new Rep4Bits(width, rows, parts);
    }

    private Rep4Vector number(int n, int width, int index, long[] rest) {
        long[][] parts = new long[4][];
        if (self != roles.i()) {
            parts[roles.i()] = masks.numbers(roles.i(), "mask", n, width, rows);
        }
        if (self != roles.j()) {
            parts[roles.j()] = masks.numbers(roles.j(), "mask", n, width, rows);
        }
        if (self != roles.k()) {
            parts[roles.k()] = masks.numbers(roles.k(), "input", n, width, rows);
        }
        if (self != roles.evaluator()) {
            parts[roles.evaluator()] = Arrays.copyOfRange(rest, index * rows, (index + 1) * rows);
        }
        return new Rep4Vector(rows, 1, width, parts);
    }
}
