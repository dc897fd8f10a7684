package org.tallystick.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
import org.tallystick.garble.Circuit;
import org.tallystick.garble.CircuitBuilder;
import org.tallystick.garble.Evaluator;
import org.tallystick.garble.Garbler;
import org.tallystick.garble.Garbler.Offset;
import org.tallystick.garble.Hashing;
import org.tallystick.garble.Labels;
import org.tallystick.garble.Tables;
import org.tallystick.garble.Words;
import org.tallystick.random.SharedGenerator;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;

/** Circuits that are garbled and evaluated for their speed, and the two roles on a pair of channels. */
final class GarbleWork {
    /** Instances of a batch. */
    static final int BATCH = 1024;

    private GarbleWork() {}

    /** 1 024 ANDs, each of the one before and an input, and nothing else: half gates alone. */
    static Circuit chain() {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(16);
        int last = x[0];
        for (int i = 1; i <= 1024; i++) {
            last = b.and(last, x[i % x.length]);
        }
        b.output(last);
        return b.build(Circuit.Order.AS_BUILT);
    }

    /** x ≥ y on 64 bits: an AND and three XORs a bit. */
    static Circuit comparison() {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(64);
        b.output(Words.atLeast(b, x, b.input(64)));
        return b.build(Circuit.Order.AS_BUILT);
    }

    /** All products of two words' bits, in one layer: 65 536 ANDs. */
    static Circuit wideLayer() {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(256);
        int[] y = b.input(256);
        for (int bit : x) {
            b.output(Words.and(b, bit, y));
        }
        return b.build(Circuit.Order.LAYERED);
    }

    /** x · y on 64 bits: 4 033 ANDs, an AND depth of 190 or so, so layers of a few dozen. */
    static Circuit product() {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(64);
        b.output(Words.multiply(b, x, b.input(64), 64));
        return b.build(Circuit.Order.LAYERED);
    }

    static Garbler garbler(int instances, Offset offset) {
        byte[] seed = new byte[SharedSeed.BYTES];
        new Random(1).nextBytes(seed);
        SharedGenerator generator = SharedSeed.of(seed).generator(new byte[32]);
        return new Garbler(generator, instances, offset, Hashing.of(instances));
    }

    /** Bits of every input, the same each time. */
    static BitMatrix bits(int wires, int instances) {
        long[] words = new Random(2)
                .longs((long) wires * BitMatrix.wordsPerWire(instances))
                .toArray();
        for (int i = BitMatrix.wordsPerWire(instances) - 1; i < words.length; i += BitMatrix.wordsPerWire(instances)) {
            words[i] &= BitMatrix.lastWordMask(instances);
        }
        return new BitMatrix(wires, instances, words);
    }

    /** Garbles the circuit many times; tables, and at the end the decoding bits' labels, go to the channel. */
    static void garble(WritableByteChannel out, Circuit circuit, int instances, int times) throws IOException {
        Garbler garbler = garbler(instances, Offset.OF_BATCH);
        Labels inputs = garbler.inputs(circuit.inputBits());
        write(out, ByteBuffer.wrap(garbler.key()));
        write(
                out,
                ByteBuffer.wrap(garbler.active(inputs, bits(circuit.inputBits(), instances))
                        .bytes()));
        ByteBuffer buffer = ByteBuffer.allocateDirect(Tables.PIECE);
        for (int run = 0; run < times; run++) {
            Labels outputs = garbler.garble(circuit, inputs, (piece, length) -> {
                buffer.clear().put(piece, 0, length).flip();
                write(out, buffer);
                return piece;
            });
            if (run == times - 1) {
                write(out, ByteBuffer.wrap(outputs.bytes()));
            }
        }
    }

    /** Evaluates what {@link #garble} sends; the bits that come of the last run. */
    static BitMatrix evaluate(ReadableByteChannel in, Circuit circuit, int instances, int times) throws IOException {
        byte[] key = read(in, 16);
        Labels active =
                Labels.of(read(in, Labels.BYTES * circuit.inputBits() * instances), 0, circuit.inputBits(), instances);
        Evaluator evaluator = new Evaluator(key, instances, Hashing.of(instances));
        ByteBuffer buffer = ByteBuffer.allocateDirect(Tables.PIECE);
        byte[] piece = new byte[Tables.PIECE];
        Labels outputs = active;
        for (int run = 0; run < times; run++) {
            outputs = evaluator.evaluate(circuit, active, length -> {
                fill(in, buffer.clear().limit(length));
                buffer.flip().get(piece, 0, length);
                return piece;
            });
        }
        int count = circuit.outputBits();
        Labels decoding = Labels.of(read(in, Labels.BYTES * count * instances), 0, count, instances);
        long[] words = outputs.colours().words();
        for (int i = 0; i < words.length; i++) {
            words[i] ^= decoding.colours().words()[i];
        }
        return new BitMatrix(count, instances, words);
    }

    private static byte[] read(ReadableByteChannel in, int bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        fill(in, buffer);
        return buffer.array();
    }

    private static void fill(ReadableByteChannel in, ByteBuffer buffer) {
        try {
            while (buffer.hasRemaining()) {
                if (in.read(buffer) < 0) {
                    throw new IllegalStateException("the garbler ended before all tables were sent");
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void write(WritableByteChannel out, ByteBuffer buffer) {
        try {
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
