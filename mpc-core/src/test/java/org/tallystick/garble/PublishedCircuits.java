package org.tallystick.garble;

import java.nio.file.Path;
import java.util.HexFormat;
import org.tallystick.ring.BitMatrix;

/** Where published circuits lie, and the order of bits that their authors chose. */
final class PublishedCircuits {
    private static final String SHA_START = "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19";

    private PublishedCircuits() {}

    static Path file(String name) {
        return Path.of(System.getProperty("tallystick.data", "../../shared/data"), "bristol", name + ".txt");
    }

    /** One row of bits: each number's highest bit first, or last. */
    private static BitMatrix bits(boolean lowestFirst, String... numbers) {
        long[] bits = new long[4 * String.join("", numbers).length()];
        int at = 0;
        for (String number : numbers) {
            byte[] bytes = HexFormat.of().parseHex(number);
            int count = 8 * bytes.length;
            for (int i = 0; i < count; i++) {
                int from = lowestFirst ? count - 1 - i : i;
                bits[at++] = bytes[from / 8] >> 7 - from % 8 & 1;
            }
        }
        return new BitMatrix(bits.length, 1, bits);
    }

    /** One number of a row. */
    static String hex(BitMatrix bits, int row, boolean lowestFirst) {
        byte[] bytes = new byte[bits.wires() / 8];
        for (int i = 0; i < bits.wires(); i++) {
            if (bits.get(lowestFirst ? bits.wires() - 1 - i : i, row)) {
                bytes[i / 8] |= (byte) (128 >> i % 8);
            }
        }
        return HexFormat.of().formatHex(bytes);
    }

    /** The Fashion file takes the key first and lowest bits first, the other one the block first. */
    static BitMatrix aesInput(String name, String key, String block) {
        return name.equals("aes_128") ? bits(true, key, block) : bits(false, block, key);
    }

    static BitMatrix shaInput(byte[] block) {
        return bits(true, HexFormat.of().formatHex(block), SHA_START);
    }
}
