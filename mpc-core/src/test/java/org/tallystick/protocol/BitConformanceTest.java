package org.tallystick.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.Parties;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Every operation on bits of every profile against plain bits. */
class BitConformanceTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";
    private static final int[] ROWS = {1, 2, 63, 64, 65, 127, 130};

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void logic(ProfileUnderTest<A, B> profile) {
        check(profile, s -> {
            Protocol<A, B> p = s.protocol();
            BitMatrix x = s.bits(s.columns());
            BitMatrix y = s.bits(s.columns());
            B sx = s.shareBits(x);
            B sy = s.shareBits(y);
            s.expectBits(zip(x, y, (a, b) -> a ^ b), p.xor(sx, sy));
            s.expectBits(zip(x, y, (a, b) -> a & b), p.and(sx, sy));
            s.expectBits(x, p.and(sx, sx));
            s.expectBits(zip(x, x, (a, _) -> ~a), p.not(sx));
            // A complement must not set bits past the last row: they would show in what is made of it.
            s.expectBits(zip(x, y, (a, b) -> ~(~a & ~b)), p.not(p.and(p.not(sx), p.not(sy))));
            B constant = p.constant(y);
            s.expectBits(y, constant);
            s.expectBits(zip(x, y, (a, b) -> a ^ b), p.xor(constant, sx));
            s.expectBits(zip(x, y, (a, b) -> a & b), p.and(sx, constant));
            s.expectBits(x, sx);
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void wiresAreGatheredAndJoined(ProfileUnderTest<A, B> profile) {
        check(profile, s -> {
            Protocol<A, B> p = s.protocol();
            BitMatrix x = s.bits(s.columns());
            B sx = s.shareBits(x);
            int last = s.columns() - 1;
            int[] indices = {last, 0, last, last / 2};
            s.expectBits(gathered(x, indices), p.wires(sx, indices));
            int[] all = new int[s.columns() + 1];
            for (int k = 0; k < s.columns(); k++) {
                all[k] = k;
            }
            all[s.columns()] = last;
            s.expectBits(gathered(x, all), p.concatWires(List.of(sx, p.wires(sx, new int[] {last}))));
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void onlyTheChosenPartyLearnsWhatIsRevealed(
            ProfileUnderTest<A, B> profile) {
        check(profile, s -> {
            BitMatrix x = s.bits(s.columns());
            B share = s.shareBits(x);
            for (int party = 0; party < s.protocol().parties(); party++) {
                Optional<BitMatrix> revealed = s.protocol().reveal(share, party);
                assertEquals(party == s.protocol().self(), revealed.isPresent());
                revealed.ifPresent(opened -> s.expectBits(x, opened));
            }
        });
    }

    private static <A extends ArithmeticShare, B extends BitShare> void check(
            ProfileUnderTest<A, B> profile, Sample.Check<A, B> check) {
        Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 0);
            for (int rows : ROWS) {
                for (int wires : new int[] {1, 2, 3, 7, 44}) {
                    check.of(new Sample<>(protocol, rows, wires, 1));
                }
            }
            return protocol.self();
        });
    }

    private static BitMatrix zip(BitMatrix x, BitMatrix y, LongBinaryOperator operator) {
        long[] words = new long[x.words().length];
        int perWire = BitMatrix.wordsPerWire(x.rows());
        for (int k = 0; k < words.length; k++) {
            long mask = k % perWire == perWire - 1 ? BitMatrix.lastWordMask(x.rows()) : -1L;
            words[k] = operator.applyAsLong(x.words()[k], y.words()[k]) & mask;
        }
        return new BitMatrix(x.wires(), x.rows(), words);
    }

    private static BitMatrix gathered(BitMatrix x, int[] indices) {
        int perWire = BitMatrix.wordsPerWire(x.rows());
        long[] words = new long[indices.length * perWire];
        for (int k = 0; k < indices.length; k++) {
            System.arraycopy(x.words(), indices[k] * perWire, words, k * perWire, perWire);
        }
        return new BitMatrix(indices.length, x.rows(), words);
    }
}
