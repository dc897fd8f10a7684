package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.tallystick.protocol.Profile;

class EncodingTest {
    private static final Program SAMPLE = Programs.score(Profile.REP4, 3);
    private static final Program REASONS = Programs.reasons(Profile.REP4, true);

    @Property
    void decodingUndoesEncoding(@ForAll("programs") Program program) throws MalformedProgram {
        byte[] bytes = Encoding.encode(program);
        Program back = Encoding.decode(bytes);
        assertEquals(program, back);
        assertArrayEquals(bytes, Encoding.encode(back));
        assertEquals(ProgramHash.of(program), ProgramHash.of(back));
    }

    @Property
    void differentProgramsHaveDifferentEncodings(@ForAll("programs") Program one, @ForAll("programs") Program other) {
        boolean same = Arrays.equals(Encoding.encode(one), Encoding.encode(other));
        assertEquals(one.equals(other), same);
        assertEquals(same, ProgramHash.of(one).equals(ProgramHash.of(other)));
    }

    @Property
    void randomBytesAreRefusedAndNothingElse(@ForAll byte[] bytes) {
        assertThrows(MalformedProgram.class, () -> Encoding.decode(bytes));
    }

    @Property(tries = 5000)
    void changedBytesAreRefusedOrAreAnotherProgramsEncoding(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = mutated(Encoding.encode(random.nextBoolean() ? SAMPLE : REASONS), random);
        try {
            Program program = Encoding.decode(bytes);
            assertArrayEquals(bytes, Encoding.encode(program));
        } catch (MalformedProgram e) {
            assertTrue(e.getMessage().startsWith("the bytes are no program: "), e.getMessage());
        }
    }

    /** Flips, overwrites with extremes, cuts, doubles or moves some bytes. */
    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int k = random.nextInt(1, 4); k > 0; k--) {
            int at = random.nextInt(bytes.length);
            int to = random.nextInt(at, Math.min(bytes.length, at + 9));
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = new byte[] {0, 1, 127, -128, -1}[random.nextInt(5)];
                case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 3 -> bytes = joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, at, bytes.length));
                default -> bytes = joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, to, bytes.length));
            }
            if (bytes.length == 0) {
                return new byte[1];
            }
        }
        return bytes;
    }

    @Example
    void everyPrefixAndEveryExtensionIsRefused() {
        byte[] bytes = Encoding.encode(SAMPLE);
        for (int length = 0; length < bytes.length; length++) {
            byte[] prefix = Arrays.copyOf(bytes, length);
            assertThrows(MalformedProgram.class, () -> Encoding.decode(prefix));
        }
        for (int next = 0; next < 256; next++) {
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            longer[bytes.length] = (byte) next;
            assertThrows(MalformedProgram.class, () -> Encoding.decode(longer));
        }
    }

    @Example
    void everyBitCounts() {
        everyBitCounts(SAMPLE);
        everyBitCounts(REASONS);
    }

    private static void everyBitCounts(Program program) {
        byte[] bytes = Encoding.encode(program);
        ProgramHash hash = ProgramHash.of(program);
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                Program other = Encoding.decode(flipped);
                assertNotEquals(program, other);
                assertNotEquals(hash, ProgramHash.of(other));
            } catch (MalformedProgram e) {
                assertTrue(e.getMessage().length() < 600, e.getMessage());
            }
        }
    }

    @Example
    void textsMustBeUtf8() {
        byte[] bytes = Encoding.encode(SAMPLE);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("weights");
        // An overlong slash, a surrogate in UTF-8, a lone continuation byte, a truncated sequence at the text's end.
        for (String bad : List.of("c0af", "eda080", "80", "f5808080")) {
            byte[] broken = bytes.clone();
            byte[] sequence = HexFormat.of().parseHex(bad);
            System.arraycopy(sequence, 0, broken, at, sequence.length);
            assertRefused("a text is not UTF-8", broken);
        }
        byte[] cut = bytes.clone();
        cut[at + 6] = (byte) 0xe4;
        assertRefused("a text is not UTF-8", cut);
    }

    @Example
    void sizesAreBoundedBeforeAnythingIsReserved() {
        assertRefused("at most", new byte[Encoding.MAX_BYTES + 1]);
        byte[] bytes = Encoding.encode(SAMPLE);
        int parties = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("rep4") + 4;
        byte[] huge = bytes.clone();
        huge[parties] = 0x7f;
        assertRefused("a list of 2130706436 where 64 are possible", huge);
        huge[parties] = -1;
        assertRefused("where 64 are possible", huge);
    }

    @Example
    void theHashIsFixedForEver() {
        // Agencies have approved hashes: a change of this value breaks every agreement in force.
        Program program = new Program(
                "fixed",
                Profile.REP4,
                Programs.ROLES,
                9,
                List.of(
                        new Operation.Input(0, Programs.columns("列", 1, 100)),
                        new Operation.FloorBits(0, 3),
                        new Operation.Reveal(1, 3)));
        assertEquals(
                "2fc33990737fd09633b764b78a2221ba802345f424c405e73e29ef5fbb5b1095",
                ProgramHash.of(program).hex());
        assertEquals(32, ProgramHash.of(program).bytes().length);
        assertThrows(IllegalArgumentException.class, () -> new ProgramHash("AB".repeat(32)));
        assertThrows(IllegalArgumentException.class, () -> new ProgramHash("ab".repeat(31)));
    }

    private static void assertRefused(String problem, byte[] bytes) {
        var e = assertThrows(MalformedProgram.class, () -> Encoding.decode(bytes));
        assertTrue(e.getMessage().contains(problem), e.getMessage());
    }

    private static byte[] joined(byte[] left, byte[] right) {
        byte[] all = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, all, left.length, right.length);
        return all;
    }

    /** Valid programs of every operation. */
    @Provide
    Arbitrary<Program> programs() {
        Arbitrary<String> texts = Arbitraries.strings()
                .withChars("aZ 09.,税务局°€𝄞-_")
                .ofMinLength(1)
                .ofMaxLength(12)
                .filter(text -> !text.isBlank() && Text.problem(text, 256).isEmpty());
        Arbitrary<Operation.Interval> intervals = Combinators.combine(
                        Arbitraries.longs().between(-50_000, 50_000),
                        Arbitraries.longs().between(0, 1000))
                .as((low, span) -> new Operation.Interval(low, low + span));
        Arbitrary<List<Operation.Interval>> bounds =
                intervals.list().ofMinSize(1).ofMaxSize(4);
        return Combinators.combine(
                        texts, texts, bounds, bounds, Arbitraries.integers().between(0, 30), texts)
                .as((name, meaning, columns, thresholds, number, role) ->
                        program(name, meaning, columns, thresholds, number, role));
    }

    private static Program program(
            String name,
            String meaning,
            List<Operation.Interval> columns,
            List<Operation.Interval> thresholds,
            int number,
            String role) {
        List<Operation.Column> declared = new ArrayList<>();
        for (int k = 0; k < columns.size(); k++) {
            declared.add(new Operation.Column("column " + k, meaning, number, columns.get(k)));
        }
        List<Long> constants = columns.stream().map(Operation.Interval::low).toList();
        List<Operation> operations = List.of(
                new Operation.Input(number % 3, declared),
                new Operation.Stored(name, thresholds),
                new Operation.Constant(constants),
                new Operation.Constant(List.of((long) -number)),
                new Operation.Concat(List.of(0, 0)),
                new Operation.Concat(List.of(2, 2)),
                new Operation.Dot(4, 5),
                new Operation.Add(6, 3),
                new Operation.Band(7, 1),
                new Operation.FloorBits(7, number),
                new Operation.Contributions(4, 5, groups(2 * columns.size())),
                new Operation.Stored("reference", Programs.intervals(2, -number, number)),
                new Operation.Reasons(10, 11, 1 + number % 2, number % 3 == 0),
                new Operation.Reveal(8, number % 2),
                new Operation.Reveal(12, number % 2),
                new Operation.Reveal(9, 2));
        return new Program(name, Profile.CLEAR, List.of("tax", role + "!", "bank"), 50 + number % 15, operations);
    }

    /** Columns in turn to one of two. */
    private static List<Integer> groups(int columns) {
        return IntStream.range(0, columns).mapToObj(c -> c % 2).toList();
    }
}
