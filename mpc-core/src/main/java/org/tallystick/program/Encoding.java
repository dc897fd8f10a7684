package org.tallystick.program;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tallystick.protocol.Profile;

/**
 * The canonical encoding of a program: one program, one sequence of bytes, and the reverse. Big-endian and of fixed
 * sizes, so that nothing can be written in two ways: a text is two bytes of length and UTF-8, a list four bytes of
 * length and its elements, an operation one byte of kind and its fields in the order of the record.
 */
public final class Encoding {
    /** The most bytes of an encoded program. */
    public static final int MAX_BYTES = 1 << 22;

    private static final String MAGIC = "tallystick program";
    private static final int VERSION = 1;

    private static final int INPUT = 1;
    private static final int STORED = 2;
    private static final int CONSTANT = 3;
    private static final int CONCAT = 4;
    private static final int DOT = 5;
    private static final int ADD = 6;
    private static final int BAND = 7;
    private static final int FLOOR_BITS = 8;
    private static final int REVEAL = 9;
    private static final int CONTRIBUTIONS = 10;
    private static final int REASONS = 11;

    private Encoding() {}

    /** @throws IllegalArgumentException when the encoding would exceed {@link #MAX_BYTES} */
    public static byte[] encode(Program program) {
        var out = new EncodingWriter();
        out.text(MAGIC);
        out.octet(VERSION);
        out.text(program.name());
        out.text(program.profile().id());
        out.list(program.parties(), out::text);
        out.octet(program.width());
        out.list(program.operations(), operation -> write(out, operation));
        byte[] bytes = out.bytes();
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "the program takes " + bytes.length + " bytes; at most " + MAX_BYTES + " are possible");
        }
        return bytes;
    }

    /**
     * Reads what another wrote. Refuses whatever {@link #encode} would not have written.
     *
     * @throws MalformedProgram for anything that is not the encoding of a valid program
     */
    public static Program decode(byte[] bytes) throws MalformedProgram {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedProgram(bytes.length + " bytes; at most " + MAX_BYTES + " are possible");
        }
        var in = new EncodingReader(bytes);
        Program program;
        try {
            in.expect(in.text(MAGIC.length()).equals(MAGIC), "it does not start as one");
            in.expect(in.octet() == VERSION, "its version is not " + VERSION);
            String name = in.text(Program.MAX_NAME);
            Profile profile = profile(in);
            List<String> parties = in.list(Program.MAX_PARTIES, () -> in.text(Program.MAX_NAME));
            int width = in.octet();
            List<Operation> operations = in.list(Program.MAX_OPERATIONS, () -> operation(in));
            in.end();
            program = new Program(name, profile, parties, width, operations);
        } catch (IllegalArgumentException e) {
            throw new MalformedProgram(e.getMessage());
        }
        in.expect(Arrays.equals(encode(program), bytes), "it is not in canonical form");
        return program;
    }

    private static Profile profile(EncodingReader in) throws MalformedProgram {
        String id = in.text(Program.MAX_NAME);
        Optional<Profile> profile =
                Arrays.stream(Profile.values()).filter(p -> p.id().equals(id)).findFirst();
        in.expect(profile.isPresent(), "its profile is unknown here");
        return profile.get();
    }

    private static void write(EncodingWriter out, Operation operation) {
        switch (operation) {
            case Operation.Input(int owner, List<Operation.Column> columns) -> {
                out.octet(INPUT);
                out.number(owner);
                out.list(columns, column -> {
                    out.text(column.name());
                    out.text(column.meaning());
                    out.octet(column.scale());
                    write(out, column.bounds());
                });
            }
            case Operation.Stored(String name, List<Operation.Interval> bounds) -> {
                out.octet(STORED);
                out.text(name);
                out.list(bounds, interval -> write(out, interval));
            }
            case Operation.Constant(List<Long> values) -> {
                out.octet(CONSTANT);
                out.list(values, out::element);
            }
            case Operation.Concat(List<Integer> parts) -> {
                out.octet(CONCAT);
                out.list(parts, out::number);
            }
            case Operation.Dot(int x, int y) -> out.pair(DOT, x, y);
            case Operation.Add(int x, int y) -> out.pair(ADD, x, y);
            case Operation.Band(int x, int thresholds) -> out.pair(BAND, x, thresholds);
            case Operation.FloorBits(int x, int dropped) -> out.pair(FLOOR_BITS, x, dropped);
            case Operation.Reveal(int x, int party) -> out.pair(REVEAL, x, party);
            case Operation.Contributions(int x, int y, List<Integer> groups) -> {
                out.pair(CONTRIBUTIONS, x, y);
                out.list(groups, out::number);
            }
            case Operation.Reasons(int x, int reference, int count, boolean above) -> {
                out.pair(REASONS, x, reference);
                out.octet(count);
                out.octet(above ? 1 : 0);
            }
        }
    }

    private static void write(EncodingWriter out, Operation.Interval interval) {
        out.element(interval.low());
        out.element(interval.high());
    }

    private static Operation operation(EncodingReader in) throws MalformedProgram {
        int kind = in.octet();
        return switch (kind) {
            case INPUT -> new Operation.Input(in.number(), in.list(Program.MAX_COLUMNS, () -> column(in)));
            case STORED ->
                new Operation.Stored(in.text(Program.MAX_NAME), in.list(Program.MAX_COLUMNS, () -> interval(in)));
            case CONSTANT -> new Operation.Constant(in.list(Program.MAX_COLUMNS, in::element));
            case CONCAT -> new Operation.Concat(in.list(Program.MAX_COLUMNS, in::number));
            case DOT -> new Operation.Dot(in.number(), in.number());
            case ADD -> new Operation.Add(in.number(), in.number());
            case BAND -> new Operation.Band(in.number(), in.number());
            case FLOOR_BITS -> new Operation.FloorBits(in.number(), in.number());
            case REVEAL -> new Operation.Reveal(in.number(), in.number());
            case CONTRIBUTIONS ->
                new Operation.Contributions(in.number(), in.number(), in.list(Program.MAX_COLUMNS, in::number));
            case REASONS -> new Operation.Reasons(in.number(), in.number(), in.octet(), in.octet() == 1);
            default -> throw new MalformedProgram("an operation of the unknown kind " + kind);
        };
    }

    private static Operation.Column column(EncodingReader in) throws MalformedProgram {
        return new Operation.Column(in.text(Program.MAX_NAME), in.text(Program.MAX_MEANING), in.octet(), interval(in));
    }

    private static Operation.Interval interval(EncodingReader in) throws MalformedProgram {
        return new Operation.Interval(in.element(), in.element());
    }
}
