package org.tallystick.node.transport;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import org.tallystick.random.Primitives;
import org.tallystick.random.SharedSeed;

/**
 * One seed while its three holders agree on it: their contributions, the seed these make, and what the other two
 * holders have shown of theirs.
 */
final class SeedInAgreement {
    private static final int BYTES = SharedSeed.BYTES;

    private final EpochId epoch;
    private final int number;
    private final int self;
    private final byte[][] contributions = new byte[TransportConfig.PARTIES][];
    private final byte[][] shown = new byte[TransportConfig.PARTIES][];
    private SharedSeed seed;

    SeedInAgreement(EpochId epoch, int number, int self) {
        this.epoch = epoch;
        this.number = number;
        this.self = self;
    }

    /** A holder's contribution; false when it has given one before, which stands. */
    boolean contributed(int holder, ByteString bytes) {
        if (contributions[holder] != null) {
            return false;
        }
        contributions[holder] = bytes.toByteArray();
        if (everyHolder(contributions)) {
            seed = derive();
        }
        return true;
    }

    /** Whether all three contributions are here. */
    boolean derived() {
        return seed != null;
    }

    /** What {@code holder} must show: bound to the holder, so that none can repeat another's. */
    byte[] digest(int holder) {
        byte[] context = Arrays.copyOf(epoch.bytes(), EpochId.BYTES + 2);
        context[EpochId.BYTES] = (byte) number;
        context[EpochId.BYTES + 1] = (byte) holder;
        return seed.derive("tallystick/seed-digest/1", context);
    }

    /** What another holder shows; false when it has shown something before, which stands. */
    boolean show(int holder, ByteString bytes) {
        if (shown[holder] != null) {
            return false;
        }
        shown[holder] = bytes.toByteArray();
        return true;
    }

    /** Whether the seed is derived here and that holder has shown that it holds another one. */
    boolean differs(int holder) {
        return derived() && shown[holder] != null && !MessageDigest.isEqual(shown[holder], digest(holder));
    }

    /** Whether the seed is derived here and both other holders have shown theirs. */
    boolean compared() {
        return derived() && everyHolder(shown);
    }

    SharedSeed seed() {
        return seed;
    }

    void erase() {
        for (byte[] contribution : contributions) {
            if (contribution != null) {
                Arrays.fill(contribution, (byte) 0);
            }
        }
        if (seed != null) {
            seed.erase();
        }
    }

    private boolean everyHolder(byte[][] given) {
        for (int party = 0; party < given.length; party++) {
            boolean due = party != number && (party != self || given == contributions);
            if (due && given[party] == null) {
                return false;
            }
        }
        return true;
    }

    /** HMAC-SHA-256 under the contributions in party order: a random function as long as one of them is random. */
    private SharedSeed derive() {
        byte[] key = new byte[(TransportConfig.PARTIES - 1) * BYTES];
        int at = 0;
        for (byte[] contribution : contributions) {
            if (contribution != null) {
                System.arraycopy(contribution, 0, key, at, BYTES);
                at += BYTES;
            }
        }
        try {
            Mac mac = Primitives.hmacSha256(key);
            mac.update("tallystick/seed/1".getBytes(StandardCharsets.US_ASCII));
            mac.update(epoch.bytes());
            mac.update((byte) number);
            byte[] secret = mac.doFinal();
            SharedSeed derived = SharedSeed.of(secret);
            Arrays.fill(secret, (byte) 0);
            return derived;
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
