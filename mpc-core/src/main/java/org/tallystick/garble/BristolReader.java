package org.tallystick.garble;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads circuits in Bristol Fashion (XOR, AND, INV or NOT, EQ, EQW, MAND) and in the older Bristol format, told apart
 * by the third line that is not blank. The input may come from anyone: lines, gates and wires are bounded, every wire
 * is checked to have exactly one writer before its readers, and every complaint names its line.
 *
 * <p>The first wire of a value is its lowest bit here; what a published circuit means by its bits is its author's
 * choice.
 */
public final class BristolReader {
    private static final int MOST_WIDTHS = 1 << 16;
    private static final int UNSET = -1;

    private final BristolLines lines;
    private final int mostWires;
    private final CircuitBuilder builder = new CircuitBuilder();
    private int gates;
    private int wires;
    private int[] wireOf = new int[1024];

    private BristolReader(BristolLines lines, int mostWires) {
        this.lines = lines;
        this.mostWires = mostWires;
        Arrays.fill(wireOf, UNSET);
    }

    /**
     * Reads one circuit, to the end of the stream.
     *
     * @param mostWires more are refused; memory grows with the wires that are there, up to about 40 bytes each
     * @throws BristolFormatException naming the line
     */
    public static Circuit read(InputStream in, Circuit.Order order, int mostWires) throws IOException {
        return new BristolReader(new BristolLines(in), mostWires).circuit(order);
    }

    private Circuit circuit(Circuit.Order order) throws IOException {
        long[] sizes = numbers(lines.due("the numbers of gates and wires"));
        if (sizes.length != 2) {
            throw lines.wrong("the first line has the numbers of gates and wires, not " + sizes.length + " numbers");
        }
        wires = size(sizes[1], "wires");
        gates = size(sizes[0], "gates");
        long[] second = numbers(lines.due("the widths of the inputs"));
        long secondLine = lines.number();
        List<String> third = lines.due("the widths of the outputs, or a gate");
        int[] outputWidths;
        boolean old = !third.getLast().chars().allMatch(c -> c >= '0' && c <= '9');
        if (old) {
            if (second.length != 3) {
                throw new BristolFormatException(
                        secondLine, "an older file has the widths of two inputs and of the output");
            }
            int first = size(second[0], "input bits");
            int other = size(second[1], "input bits");
            inputs(other == 0 ? new int[] {first} : new int[] {first, other});
            outputWidths = new int[] {size(second[2], "output bits")};
        } else {
            inputs(widths(second, secondLine, "input"));
            outputWidths = widths(numbers(third), lines.number(), "output");
        }
        for (int g = 0; g < gates; g++) {
            gate(old && g == 0 ? third : lines.due("gate " + g + " of " + gates));
        }
        if (lines.next().isPresent()) {
            throw lines.wrong("more lines than the " + gates + " gates that the first line names");
        }
        outputs(outputWidths);
        return builder.build(order);
    }

    private int size(long number, String what) throws BristolFormatException {
        if (number > mostWires) {
            throw lines.wrong(number + " " + what + " are more than the " + mostWires + " allowed");
        }
        return (int) number;
    }

    private int[] widths(long[] line, long number, String what) throws BristolFormatException {
        if (line[0] != line.length - 1 || line[0] < 1 || line[0] > MOST_WIDTHS) {
            throw new BristolFormatException(number, "a line of " + what + " widths has their number, then each");
        }
        int[] widths = new int[line.length - 1];
        for (int i = 0; i < widths.length; i++) {
            if (line[i + 1] == 0 || line[i + 1] > mostWires) {
                throw new BristolFormatException(number, "an " + what + " of " + line[i + 1] + " bits");
            }
            widths[i] = (int) line[i + 1];
        }
        return widths;
    }

    private long[] numbers(List<String> tokens) throws BristolFormatException {
        long[] numbers = new long[tokens.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(tokens.get(i));
        }
        return numbers;
    }

    private long number(String token) throws BristolFormatException {
        if (token.isEmpty() || token.length() > 10 || !token.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw lines.wrong("\"" + BristolLines.shown(token) + "\" is not a number of at most ten digits");
        }
        return Long.parseLong(token);
    }

    private void inputs(int[] widths) throws BristolFormatException {
        long bits = Arrays.stream(widths).asLongStream().sum();
        if (bits > wires || widths[0] == 0) {
            throw lines.wrong(bits + " input bits in a circuit of " + wires + " wires");
        }
        int at = 0;
        for (int width : widths) {
            for (int wire : builder.input(width)) {
                define(at++, wire);
            }
        }
    }

    private void define(int wire, int as) throws BristolFormatException {
        if (wire >= wireOf.length) {
            int before = wireOf.length;
            wireOf = Arrays.copyOf(wireOf, (int) Math.min(wires, 2L * Math.max(wire, before)));
            Arrays.fill(wireOf, before, wireOf.length, UNSET);
        }
        if (wireOf[wire] != UNSET) {
            throw lines.wrong("wire " + wire + " is written a second time");
        }
        wireOf[wire] = as;
    }

    private int named(String token) throws BristolFormatException {
        long wire = number(token);
        if (wire >= wires) {
            throw lines.wrong("wire " + wire + " in a circuit of " + wires + " wires");
        }
        return (int) wire;
    }

    private int value(String token) throws BristolFormatException {
        int wire = named(token);
        if (wire >= wireOf.length || wireOf[wire] == UNSET) {
            throw lines.wrong("wire " + wire + " is read before it is written");
        }
        return wireOf[wire];
    }

    private void gate(List<String> tokens) throws BristolFormatException {
        String name = tokens.getLast();
        if (tokens.size() < 5) {
            throw lines.wrong("a gate has numbers of inputs and outputs, wires and a name");
        }
        long in = number(tokens.get(0));
        long out = number(tokens.get(1));
        if (in + out + 3 != tokens.size()) {
            throw lines.wrong(
                    "a gate of " + in + " inputs and " + out + " outputs names " + (tokens.size() - 3) + " wires");
        }
        List<String> named = tokens.subList(2, tokens.size() - 1);
        boolean fits = switch (name) {
            case "XOR", "AND" -> in == 2 && out == 1;
            case "INV", "NOT", "EQ", "EQW" -> in == 1 && out == 1;
            case "MAND" -> out >= 1 && in == 2 * out;
            default -> throw lines.wrong("a gate \"" + BristolLines.shown(name) + "\" is not known");
        };
        if (!fits) {
            throw lines.wrong("a gate " + name + " of " + in + " inputs and " + out + " outputs");
        }
        switch (name) {
            case "XOR" -> define(named(named.get(2)), builder.xor(value(named.get(0)), value(named.get(1))));
            case "AND" -> define(named(named.get(2)), builder.and(value(named.get(0)), value(named.get(1))));
            case "INV", "NOT" -> define(named(named.get(1)), builder.not(value(named.get(0))));
            case "EQW" -> define(named(named.get(1)), value(named.get(0)));
            case "EQ" -> define(named(named.get(1)), constant(named.get(0)));
            default -> ands(named, (int) out);
        }
    }

    private int constant(String token) throws BristolFormatException {
        return switch (token) {
            case "0" -> CircuitBuilder.FALSE;
            case "1" -> CircuitBuilder.TRUE;
            default -> throw lines.wrong("EQ takes 0 or 1, not \"" + BristolLines.shown(token) + "\"");
        };
    }

    private void ands(List<String> named, int count) throws BristolFormatException {
        int[] results = new int[count];
        for (int i = 0; i < count; i++) {
            results[i] = builder.and(value(named.get(i)), value(named.get(count + i)));
        }
        for (int i = 0; i < count; i++) {
            define(named(named.get(2 * count + i)), results[i]);
        }
    }

    /** The last wires are the outputs. */
    private void outputs(int[] widths) throws BristolFormatException {
        long bits = Arrays.stream(widths).asLongStream().sum();
        if (bits > wires || bits == 0) {
            throw lines.wrong(bits + " output bits in a circuit of " + wires + " wires");
        }
        int at = wires - (int) bits;
        for (int width : widths) {
            List<Integer> word = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                word.add(value(Integer.toString(at++)));
            }
            builder.output(word.stream().mapToInt(wire -> wire).toArray());
        }
    }
}
