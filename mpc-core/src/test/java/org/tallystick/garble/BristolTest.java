package org.tallystick.garble;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.ring.BitMatrix;

/** Circuits of others read, evaluated and written; files that lie are refused with their line. */
class BristolTest {
    private static Circuit read(String text) throws IOException {
        return BristolReader.read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), Circuit.Order.LAYERED, 1000);
    }

    private static Circuit published(String name, Circuit.Order order) throws IOException {
        Path file = PublishedCircuits.file(name);
        assumeTrue(Files.exists(file), "the published circuits are not beside this checkout");
        try (InputStream in = Files.newInputStream(file)) {
            return BristolReader.read(in, order, 1 << 20);
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePublishedAdderAndMultiplier(Circuit.Order order) throws IOException {
        long[][] rows = Evaluated.rows(500, 2, 64, 1);
        Circuit adder = published("adder64", order);
        Circuit multiplier = published("mult64", order);
        long[][] sums = Evaluated.run(adder, rows);
        long[][] products = Evaluated.run(multiplier, rows);
        for (int row = 0; row < rows.length; row++) {
            assertEquals(rows[row][0] + rows[row][1], sums[row][0]);
            assertEquals(rows[row][0] * rows[row][1], products[row][0]);
        }
        assertEquals(63, adder.ands());
        assertEquals(4033, multiplier.ands());
    }

    @Test
    void thePublishedTestForZero() throws IOException {
        Circuit zero = published("zero_equal", Circuit.Order.LAYERED);
        for (long value : new long[] {0, 1, -1, Long.MIN_VALUE, 1L << 33}) {
            assertEquals(value == 0 ? 1 : 0, Evaluated.run(zero, new long[][] {{value}})[0][0]);
        }
        assertEquals(6, zero.depth());
    }

    /** FIPS-197, appendices B and C.1. */
    @ParameterizedTest
    @CsvSource({
        "AES-non-expanded, 2b7e151628aed2a6abf7158809cf4f3c, 3243f6a8885a308d313198a2e0370734, "
                + "3925841d02dc09fbdc118597196a0b32",
        "aes_128, 2b7e151628aed2a6abf7158809cf4f3c, 3243f6a8885a308d313198a2e0370734, 3925841d02dc09fbdc118597196a0b32",
        "AES-non-expanded, 000102030405060708090a0b0c0d0e0f, 00112233445566778899aabbccddeeff, "
                + "69c4e0d86a7b0430d8cdb78070b4c55a",
        "aes_128, 000102030405060708090a0b0c0d0e0f, 00112233445566778899aabbccddeeff, 69c4e0d86a7b0430d8cdb78070b4c55a",
    })
    void thePublishedAes(String name, String key, String block, String expected) throws IOException {
        Circuit aes = published(name, Circuit.Order.LAYERED);
        BitMatrix result = PlainEvaluator.evaluate(aes, PublishedCircuits.aesInput(name, key, block));
        assertEquals(expected, PublishedCircuits.hex(result, 0, name.equals("aes_128")));
    }

    @Test
    void thePublishedCompressionOfSha256() throws IOException {
        Circuit sha = published("sha256", Circuit.Order.AS_BUILT);
        byte[] abc = new byte[64];
        System.arraycopy("abc".getBytes(StandardCharsets.US_ASCII), 0, abc, 0, 3);
        abc[3] = (byte) 0x80;
        abc[63] = 24;
        BitMatrix result = PlainEvaluator.evaluate(sha, PublishedCircuits.shaInput(abc));
        assertEquals(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                PublishedCircuits.hex(result, 0, true));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsWrittenIsReadAgain(boolean old) throws IOException {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(9);
        int[] y = b.input(9);
        int[] product = Words.multiply(b, x, y, 9);
        int[] result = Arrays.copyOf(product, 14);
        result[9] = x[3];
        result[10] = b.not(product[0]);
        result[11] = product[0];
        result[12] = CircuitBuilder.TRUE;
        result[13] = CircuitBuilder.FALSE;
        b.output(result);
        Circuit circuit = b.build(Circuit.Order.LAYERED);
        StringBuilder text = new StringBuilder();
        if (old) {
            BristolWriter.old(circuit, text);
        } else {
            BristolWriter.fashion(circuit, text);
        }
        Circuit again = read(text.toString());
        assertArrayEquals(circuit.inputWidths(), again.inputWidths());
        assertArrayEquals(circuit.outputWidths(), again.outputWidths());
        assertEquals(circuit.ands(), again.ands());
        long[][] rows = Evaluated.rows(300, 2, 9, 2);
        assertArrayEquals(Evaluated.run(circuit, rows), Evaluated.run(again, rows));
    }

    @Test
    void everyGateOfFashion() throws IOException {
        Circuit circuit = read("""
            9 12
            1 2
            3 5 1 1

            1 1 0 2 EQ
            1 1 1 3 EQ
            1 1 0 4 EQW
            1 1 1 5 NOT
            4 2 0 1 1 5 6 7 MAND
            2 1 4 1 8 AND
            2 1 0 1 9 XOR
            2 1 2 3 11 XOR
              1 1\t9 10   INV \r
            """);
        for (long x = 0; x < 4; x++) {
            long both = x == 3 ? 1 : 0;
            long differ = x == 1 || x == 2 ? 1 : 0;
            long[] expected = {1 - (x >> 1) | both << 1 | both << 3 | differ << 4, 1 - differ, 1};
            assertArrayEquals(expected, Evaluated.run(circuit, new long[][] {{x}})[0]);
        }
    }

    @Test
    void theOlderFormatWithOneInput() throws IOException {
        Circuit circuit = read("2 4\n2 0 1\n\n2 1 0 1 2 AND\n1 1 2 3 INV\n");
        assertArrayEquals(new int[] {2}, circuit.inputWidths());
        assertEquals(0, Evaluated.run(circuit, new long[][] {{3}})[0][0]);
        assertEquals(1, Evaluated.run(circuit, new long[][] {{2}})[0][0]);
    }

    @ParameterizedTest
    @CsvSource({
        "'', line 1: the file ends",
        "'1 3\n', the file ends where the widths of the inputs",
        "'x 3\n', line 1: \"x\" is not a number",
        "'1\n', line 1: the first line",
        "'99999999999 3\n', line 1: \"99999999999\" is not a number",
        "'1 1001\n', line 1: 1001 wires are more than the 1000 allowed",
        "'1 3\n1 2\n1 1\n', line 4: the file ends where gate 0 of 1",
        "'1 3\n2 1\n1 1\n', line 2: a line of input widths",
        "'1 3\n1 0\n1 1\n', line 2: an input of 0 bits",
        "'1 3\n1 4\n1 1\n', 4 input bits in a circuit of 3 wires",
        "'1 3\n1 2\n1 4\n2 1 0 1 2 AND\n', 4 output bits in a circuit of 3 wires",
        "'1 3\n1 2\n1 1\n2 1 0 2 2 AND\n', line 4: wire 2 is read before it is written",
        "'1 3\n1 2\n1 1\n2 1 0 1 1 AND\n', line 4: wire 1 is written a second time",
        "'1 3\n1 2\n1 1\n2 1 0 1 3 AND\n', line 4: wire 3 in a circuit of 3 wires",
        "'1 3\n1 2\n1 1\n2 1 0 1 -1 AND\n', line 4: \"-1\" is not a number",
        "'1 3\n1 2\n1 1\n2 1 0 1 2 NAND\n', line 4: a gate \"NAND\" is not known",
        "'1 3\n1 2\n1 1\n1 1 0 2 AND\n', line 4: a gate AND of 1 inputs",
        "'1 3\n1 2\n1 1\n2 1 0 1 AND\n', line 4: a gate of 2 inputs and 1 outputs names 2 wires",
        "'1 3\n1 2\n1 1\n1 1 2 2 EQ\n', line 4: EQ takes 0 or 1",
        "'1 3\n1 2\n1 1\n2 1 0 1 2 AND\n2 1 0 1 2 AND\n', line 5: more lines than the 1 gates",
        "'1 4\n1 2\n1 1\n2 1 0 1 2 AND\n', wire 3 is read before it is written",
        "'1 3\n2 1\n\n2 1 0 1 2 AND\n', line 2: an older file has the widths of two inputs",
    })
    void filesThatLieAreRefusedWithTheirLine(String text, String complaint) {
        IOException e = assertThrows(BristolFormatException.class, () -> read(text));
        assertTrue(e.getMessage().contains(complaint), e.getMessage());
    }

    @Test
    void endlessLinesAreRefused() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return '1';
            }
        };
        IOException e = assertThrows(
                BristolFormatException.class, () -> BristolReader.read(endless, Circuit.Order.LAYERED, 1000));
        assertTrue(e.getMessage().startsWith("line 1: a line of more than"), e.getMessage());
    }

    /** Any bytes end in a circuit or in the one exception. */
    @Test
    void changedFilesNeverEndOtherwise() throws IOException {
        StringBuilder text = new StringBuilder();
        BristolWriter.fashion(Evaluated.binary(6, (b, in) -> Words.add(b, in[0], in[1])), text);
        Random random = new Random(4);
        String letters = "0123456789 \nXORANDINVEQW-";
        int refused = 0;
        for (int run = 0; run < 3000; run++) {
            StringBuilder changed = new StringBuilder(text);
            for (int k = random.nextInt(4); k >= 0; k--) {
                changed.setCharAt(random.nextInt(changed.length()), letters.charAt(random.nextInt(letters.length())));
            }
            try {
                assertTrue(read(changed.toString()).inputBits() > 0);
            } catch (BristolFormatException e) {
                refused++;
            }
        }
        assertTrue(refused > 1000);
    }
}
