package org.tallystick.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.tallystick.node.certs.Signing;
import org.tallystick.random.SharedGenerator;
import org.tallystick.random.SharedSeed;
import org.tallystick.random.UniversalHash;
import org.tallystick.ring.BitSlice;

/** The inner loops, one thread each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class Kernels {
    static final int WORDS = 8192;
    static final int PLANES = 44;

    private final long[] message = new long[WORDS];
    private final long[] key = new long[WORDS + 1];
    private final byte[] digest = new byte[32];
    private SharedGenerator generator;
    private Signing signing;
    private byte[] publicKey;
    private byte[] signature;
    private long stream;

    /** Random words, and fresh keys. */
    @Setup
    public void setup() {
        Random random = new Random(3);
        for (int i = 0; i < WORDS; i++) {
            message[i] = random.nextLong();
        }
        for (int i = 0; i < key.length; i++) {
            key[i] = random.nextLong();
        }
        random.nextBytes(digest);
        byte[] seed = new byte[SharedSeed.BYTES];
        random.nextBytes(seed);
        generator = SharedSeed.of(seed).generator(digest);
        signing = Signing.generate();
        publicKey = signing.publicKey();
        signature = signing.sign(Signing.Domain.RECEIPT, digest);
    }

    /** Masks: AES-128 in counter mode. */
    @Benchmark
    public long[] generator() {
        return generator.elements(stream++, WORDS);
    }

    /** Digests of joint messages, without the generation of their keys. */
    @Benchmark
    public long[] universalHash() {
        return UniversalHash.digest(message, (first, target) -> System.arraycopy(key, first, target, 0, target.length));
    }

    /** Ring elements into bit planes. */
    @Benchmark
    public long[] bitSlice() {
        return BitSlice.planes(message, WORDS, 1, PLANES);
    }

    /** A signature of 32 bytes. */
    @Benchmark
    public byte[] sign() {
        return signing.sign(Signing.Domain.RECEIPT, digest);
    }

    /** The check of one. */
    @Benchmark
    public boolean verify() {
        return Signing.verify(publicKey, Signing.Domain.RECEIPT, digest, signature);
    }
}
