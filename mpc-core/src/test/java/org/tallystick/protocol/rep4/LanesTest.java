package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.protocol.rep4.Lanes.Parity;
import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.Numbers;
import org.tallystick.ring.Ring;

class LanesTest {
    private static final int[] COUNTS = {1, 2, 3, 16, 63, 64, 65, 130};

    /** All widths of ring elements, and wires of all kinds of last words. */
    private static void each(Consumer<Lanes> check) {
        for (int width = 1; width <= 64; width++) {
            for (int count : COUNTS) {
                check.accept(Lanes.ring(count, width));
            }
        }
        for (int wires = 1; wires <= 5; wires++) {
            for (int rows : new int[] {1, 7, 63, 64, 65, 127, 128, 129, 191, 192, 200}) {
                check.accept(Lanes.bits(wires, rows));
            }
        }
    }

    private static int width(Lanes lanes, int word) {
        return (word + 1) % lanes.group() == 0 ? lanes.lastWidth() : lanes.width();
    }

    /** The words of one parity, trimmed by plain means. */
    private static long[] chosen(Lanes lanes, long[] words, Parity parity) {
        long[] chosen = new long[parity.count(lanes.words())];
        for (int k = 0; k < chosen.length; k++) {
            int word = parity.start + k * parity.step;
            chosen[k] = words[word] & Ring.mask(width(lanes, word));
        }
        return chosen;
    }

    private static BigInteger unsigned(long word) {
        return new BigInteger(Long.toUnsignedString(word));
    }

    @Test
    void packingIsTheNumberWrittenWithoutGaps() {
        each(lanes -> {
            long[] words = Numbers.mixed(lanes.words(), lanes.hashCode());
            for (Parity parity : Parity.values()) {
                long[] chosen = chosen(lanes, words, parity);
                BigInteger number = BigInteger.ZERO;
                int bits = 0;
                for (int k = 0; k < chosen.length; k++) {
                    number = number.or(unsigned(chosen[k]).shiftLeft(bits));
                    bits += width(lanes, parity.start + k * parity.step);
                }
                assertEquals(bits, lanes.bitCount(parity));
                assertEquals((bits + 7) / 8, lanes.byteCount(parity));
                long[] packed = lanes.pack(chosen.clone(), parity);
                assertEquals((bits + 63) / 64, packed.length);
                for (int word = 0; word < packed.length; word++) {
                    assertEquals(number.shiftRight(64 * word).longValue(), packed[word], lanes + " " + parity);
                }
                assertArrayEquals(chosen, lanes.unpack(packed, parity), lanes + " " + parity);
            }
        });
    }

    @Test
    void trimmingClearsWhatDoesNotCount() {
        each(lanes -> {
            long[] words = Numbers.mixed(lanes.words(), lanes.hashCode());
            for (Parity parity : Parity.values()) {
                long[] compact = new long[parity.count(lanes.words())];
                for (int k = 0; k < compact.length; k++) {
                    compact[k] = words[parity.start + k * parity.step];
                }
                lanes.trim(compact, parity);
                assertArrayEquals(chosen(lanes, words, parity), compact);
            }
        });
    }

    @Test
    void aValueIsItsMaskAndWhatIsLeft() {
        each(lanes -> {
            long[] value = Numbers.mixed(lanes.words(), 1);
            for (Parity parity : Parity.values()) {
                long[] mask = chosen(lanes, Numbers.mixed(lanes.words(), 2), parity);
                long[] sum = new long[lanes.words()];
                lanes.accumulate(sum, mask, parity);
                lanes.accumulate(sum, lanes.masked(value, mask, parity), parity);
                for (int word = 0; word < sum.length; word++) {
                    boolean carried = (word - parity.start) % parity.step == 0;
                    assertEquals(carried ? value[word] & Ring.mask(width(lanes, word)) : 0, trimmed(lanes, sum, word));
                }
            }
        });
    }

    private static long trimmed(Lanes lanes, long[] words, int word) {
        return words[word] & Ring.mask(width(lanes, word));
    }

    @Test
    void wiresFollowTheBitMatrix() {
        for (int rows : new int[] {1, 64, 65, 128, 130}) {
            Lanes lanes = Lanes.bits(3, rows);
            assertEquals(3 * BitMatrix.wordsPerWire(rows), lanes.words());
            assertEquals(3L * rows, lanes.bitCount(Parity.ALL));
            assertEquals(BitMatrix.lastWordMask(rows), Ring.mask(lanes.lastWidth()));
        }
    }

    /** One encoding a value: a message with a bit set in its padding is refused before any digest is looked at. */
    @Test
    void paddingMustBeZero() {
        for (int bits = 1; bits <= 130; bits++) {
            int bytes = (bits + 7) / 8;
            for (int bit = 0; bit < 8 * bytes; bit++) {
                long[] words = new long[(bytes + 7) / 8];
                words[bit / 64] = 1L << bit;
                if (bit < bits) {
                    assertArrayEquals(words, carried(words, bytes, bits));
                } else {
                    int length = bits;
                    ProtocolAbort abort = assertThrows(ProtocolAbort.class, () -> carried(words, bytes, length));
                    assertEquals(ProtocolAbort.Reason.MALFORMED, abort.reason());
                }
            }
        }
    }

    /** Words written by party 0 and read by party 1, behind a first item of another party's making. */
    private static long[] carried(long[] words, int bytes, int bits) {
        List<Mesh> meshes = InProcessMesh.of(4, Rep4Runs.LONG);
        Frames from = new Frames();
        from.willSend(1, 3);
        from.willSend(1, bytes);
        from.open();
        from.write(1, new long[] {0x030201}, 3);
        from.write(1, words, bytes);
        from.send(meshes.get(0));
        Frames to = new Frames();
        to.willReceive(0, 3);
        to.willReceive(0, bytes);
        to.open();
        to.receive(meshes.get(1));
        assertArrayEquals(new long[] {0x030201}, to.read(0, 24));
        return to.read(0, bits);
    }
}
