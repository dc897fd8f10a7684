package org.tallystick.node.governance;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.Agreements;

/** The keys by which the four parties of a group sign agreements. */
final class TestKeys {
    private final List<SignatureSuite.Key> keys =
            Stream.generate(SignatureSuite.ED25519::generate).limit(4).toList();

    SignatureSuite.Key of(int party) {
        return keys.get(party);
    }

    /** As one party's node knows the group. */
    Register.Parties parties(int self) {
        List<Register.PublicKey> known = keys.stream()
                .map(key -> new Register.PublicKey(key.suite(), key.publicKey()))
                .toList();
        return new Register.Parties("demo", self, signer(of(self)), known);
    }

    private static Register.Signer signer(SignatureSuite.Key key) {
        return new Register.Signer() {
            @Override
            public SignatureSuite suite() {
                return key.suite();
            }

            @Override
            public byte[] publicKey() {
                return key.publicKey();
            }

            @Override
            public byte[] sign(byte[] hash) {
                return key.sign(SignatureSuite.Purpose.AGREEMENT, hash);
            }
        };
    }

    Agreements.Signature signature(int party, Hash agreement, Instant at) {
        SignatureSuite.Key key = of(party);
        return new Agreements.Signature(
                party,
                key.suite().id(),
                key.publicKey(),
                key.sign(SignatureSuite.Purpose.AGREEMENT, agreement.bytes()),
                at);
    }
}
