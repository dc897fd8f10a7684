package org.tallystick.convert;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tallystick.garble.Circuit;
import org.tallystick.garble.CircuitBuilder;
import org.tallystick.garble.Labels;
import org.tallystick.garble.Tables;
import org.tallystick.garble.Words;
import org.tallystick.protocol.Cost;
import org.tallystick.random.UniversalHash;

/**
 * A function of shared values as a circuit, with the ways in and out that {@link GarbledWorld} needs: addends that are
 * known to two garblers come in as labels, are added up inside, and what goes back into shares leaves masked.
 */
public final class GarbledFunction {
    /** How many labelled inputs a shared value becomes. */
    public enum Way {
        /** x_j + x_k, which the evaluator knows too, and x_i + x_e: n − 1 ANDs a number of n bits. */
        TWO,
        /** x_i + x_e, x_j and x_k: 2n − 3 ANDs, and no commitments to labels beforehand. */
        THREE,
    }

    /** A shared value: a number of {@code width} bits, or as many bits one by one. */
    public record Input(int width, boolean bits) {
        public static Input number(int width) {
            return new Input(width, false);
        }

        public static Input bits(int count) {
            return new Input(count, true);
        }
    }

    /** Where an output goes. */
    public enum Target {
        /** To the evaluator alone. */
        EVALUATOR,
        /** Into bit shares. */
        BITS,
        /** Into shares of a number as wide as the output. */
        NUMBER,
    }

    /** What is computed: words of wires in, one word for each target out. */
    @FunctionalInterface
    public interface Body {
        List<int[]> of(CircuitBuilder builder, List<int[]> inputs);
    }

    /** Who sends the labels of a range of input wires, and how they are checked. */
    enum Source {
        /** x_j + x_k, by i, against commitments. */
        LOW,
        /** x_i + x_e, by j, digest k. */
        HIGH,
        /** x_j, by k, digest i. */
        PART_J,
        /** x_k, by i, digest j. */
        PART_K,
        /** ρ_i, by j, digest k. */
        MASK_I,
        /** ρ_j, by i, digest k. */
        MASK_J;

        int sender(Roles roles) {
            return switch (this) {
                case LOW, PART_K, MASK_J -> roles.i();
                case HIGH, MASK_I -> roles.j();
                case PART_J -> roles.k();
            };
        }

        /** Who sends a digest; nobody for {@link #LOW}. */
        int backup(Roles roles) {
            return switch (this) {
                case LOW -> -1;
                case HIGH, MASK_I, MASK_J -> roles.k();
                case PART_J -> roles.i();
                case PART_K -> roles.j();
            };
        }
    }

    /** Input wires {@code from} to {@code to − 1}, of a shared input or for an output's mask. */
    record Section(Source source, int from, int to, int number) {
        int wires() {
            return to - from;
        }

        /** The context of these wires' digests. */
        byte[] bound(byte[] context) {
            return Transcript.digest(
                    context, "section", ByteBuffer.allocate(4).putInt(from).array());
        }
    }

    private final Way way;
    private final List<Input> inputs;
    private final List<Target> targets;
    private final List<Section> sections;
    private final Circuit circuit;

    private GarbledFunction(
            Way way, List<Input> inputs, List<Target> targets, List<Section> sections, Circuit circuit) {
        this.way = way;
        this.inputs = inputs;
        this.targets = targets;
        this.sections = sections;
        this.circuit = circuit;
    }

    /**
     * Makes the circuit.
     *
     * @param outputWidths bits of each output of the body, in order
     */
    public static GarbledFunction of(
            Way way, List<Input> inputs, List<Target> targets, int[] outputWidths, Circuit.Order order, Body body) {
        if (targets.size() != outputWidths.length) {
            throw new IllegalArgumentException(targets.size() + " targets for " + outputWidths.length + " outputs");
        }
        CircuitBuilder b = new CircuitBuilder();
        List<Section> sections = new ArrayList<>();
        List<List<int[]>> addends = new ArrayList<>();
        Source[] sources = way == Way.TWO
                ? new Source[] {Source.LOW, Source.HIGH}
                : new Source[] {Source.HIGH, Source.PART_J, Source.PART_K};
        for (int n = 0; n < inputs.size(); n++) {
            addends.add(words(b, sections, sources, inputs.get(n).width(), n));
        }
        List<List<int[]>> masks = new ArrayList<>();
        for (int n = 0; n < targets.size(); n++) {
            Source[] mask =
                    targets.get(n) == Target.EVALUATOR ? new Source[0] : new Source[] {Source.MASK_I, Source.MASK_J};
            masks.add(words(b, sections, mask, outputWidths[n], n));
        }
        List<int[]> values = new ArrayList<>();
        for (int n = 0; n < inputs.size(); n++) {
            values.add(sum(b, inputs.get(n).bits(), addends.get(n)));
        }
        List<int[]> outputs = body.of(b, values);
        for (int n = 0; n < targets.size(); n++) {
            if (outputs.get(n).length != outputWidths[n]) {
                throw new IllegalArgumentException(
                        "output " + n + " has " + outputs.get(n).length + " bits, not " + outputWidths[n]);
            }
            b.output(masked(b, targets.get(n), outputs.get(n), masks.get(n)));
        }
        return new GarbledFunction(
                way, List.copyOf(inputs), List.copyOf(targets), List.copyOf(sections), b.build(order));
    }

    private static List<int[]> words(
            CircuitBuilder b, List<Section> sections, Source[] sources, int width, int number) {
        List<int[]> words = new ArrayList<>();
        for (Source source : sources) {
            int from = sections.isEmpty() ? 0 : sections.getLast().to();
            sections.add(new Section(source, from, from + width, number));
            words.add(b.input(width));
        }
        return words;
    }

    private static int[] sum(CircuitBuilder b, boolean bits, List<int[]> addends) {
        if (bits) {
            return addends.stream().reduce((x, y) -> Words.xor(b, x, y)).orElseThrow();
        }
        return addends.size() == 2
                ? Words.add(b, addends.get(0), addends.get(1))
                : Words.add3(b, addends.get(0), addends.get(1), addends.get(2));
    }

    private static int[] masked(CircuitBuilder b, Target target, int[] word, List<int[]> masks) {
        return switch (target) {
            case EVALUATOR -> word;
            case BITS -> Words.xor(b, Words.xor(b, word, masks.get(0)), masks.get(1));
            case NUMBER -> Words.subtract(b, Words.subtract(b, word, masks.get(0)), masks.get(1));
        };
    }

    public Way way() {
        return way;
    }

    public List<Input> inputs() {
        return inputs;
    }

    public List<Target> targets() {
        return targets;
    }

    public Circuit circuit() {
        return circuit;
    }

    List<Section> sections() {
        return sections;
    }

    /** The wires of an output, as a range of the circuit's outputs. */
    int[] outputRange(int number) {
        int from = Arrays.stream(circuit.outputWidths(), 0, number).sum();
        return new int[] {from, from + circuit.outputWidths()[number]};
    }

    /** The output wires that one target has, target after target. */
    int[] outputWires(Target target) {
        return java.util.stream.IntStream.range(0, targets.size())
                .filter(n -> targets.get(n) == target)
                .flatMap(n -> java.util.stream.IntStream.range(outputRange(n)[0], outputRange(n)[1]))
                .toArray();
    }

    int[] sharedWires() {
        int[] bits = outputWires(Target.BITS);
        int[] numbers = outputWires(Target.NUMBER);
        int[] all = Arrays.copyOf(bits, bits.length + numbers.length);
        System.arraycopy(numbers, 0, all, bits.length, numbers.length);
        return all;
    }

    /** What {@link GarbledWorld#prepare} sends: tables, and commitments where the way in has two inputs. */
    public Cost prepareCost(Roles roles, int instances) {
        long[] bytes = new long[4];
        bytes[roles.i()] += GarbledWorld.KEY_BYTES + Tables.bytes(circuit, instances);
        bytes[roles.j()] += UniversalHash.BYTES;
        if (way == Way.TWO) {
            bytes[roles.j()] += 2L * Commitments.BYTES * wires(Source.LOW) * instances;
            bytes[roles.k()] += Transcript.BYTES;
        }
        return new Cost(1, bytes);
    }

    /** What {@link GarbledWorld#run} sends: labels, digests, decoding bits, and what goes back into shares. */
    public Cost runCost(Roles roles, int instances) {
        long[] bytes = new long[4];
        for (Section section : sections) {
            bytes[section.source().sender(roles)] += (long) Labels.BYTES * section.wires() * instances;
            if (section.source() != Source.LOW) {
                bytes[section.source().backup(roles)] += Transcript.BYTES;
            }
        }
        int rounds = 1;
        int decoded = outputWires(Target.EVALUATOR).length;
        if (decoded > 0) {
            bytes[roles.k()] += Transcript.BYTES + bitBytes(decoded, instances);
            bytes[roles.j()] += Transcript.BYTES;
        }
        if (sharedWires().length > 0) {
            bytes[roles.evaluator()] += 2 * (bitBytes(sharedWires().length, instances) + Transcript.BYTES);
            rounds++;
        }
        long numbers =
                targets.stream().filter(target -> target == Target.NUMBER).count();
        if (numbers > 0) {
            bytes[roles.i()] += 8 * numbers * instances;
            bytes[roles.j()] += UniversalHash.BYTES;
            rounds++;
        }
        return new Cost(rounds, bytes);
    }

    /**
     * What {@link GarbledWorld#prepare} and {@link GarbledWorld#run} send when one follows the other at once: garblers
     * wait for nothing in between, so preparing takes no round of its own.
     */
    public Cost freshCost(Roles roles, int instances) {
        Cost run = runCost(roles, instances);
        long[] bytes = run.plus(prepareCost(roles, instances)).bytesSent();
        return new Cost(run.rounds(), bytes, toEvaluator(roles, bytes));
    }

    /** What garblers send goes to the evaluator, of each over a link of its own; what goes back is little. */
    private static long toEvaluator(Roles roles, long[] bytes) {
        return Math.max(bytes[roles.i()], Math.max(bytes[roles.j()], bytes[roles.k()]));
    }

    private int wires(Source source) {
        return sections.stream()
                .filter(section -> section.source() == source)
                .mapToInt(Section::wires)
                .sum();
    }

    static long bitBytes(int wires, int instances) {
        return ((long) wires * instances + 7) >>> 3;
    }

    @Override
    public String toString() {
        return "GarbledFunction[" + way + " inputs a value, " + circuit + "]";
    }
}
