package org.tallystick.node.server;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.Pem;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.governance.Register;
import org.tallystick.node.governance.SignatureSuite;

/**
 * The keys by which the parties sign agreements: a party's SM2 key where the configuration names one, otherwise its
 * Ed25519 signing key.
 */
final class AgreementKeys {
    private static final HexFormat HEX = HexFormat.of();

    private AgreementKeys() {}

    /**
     * All parties' public keys and this node's own key.
     *
     * @throws NodeFailure when the file of this node's SM2 key holds none, or another than the configuration lists
     */
    static Register.Parties of(NodeConfig config, Signing key) {
        return new Register.Parties(
                config.group().id(),
                config.self(),
                config.agreementKey().map(file -> own(config, file)).orElseGet(() -> own(key)),
                config.parties().stream().map(AgreementKeys::publicKey).toList());
    }

    private static Register.PublicKey publicKey(NodeConfig.Party party) {
        Optional<Register.PublicKey> sm2 =
                party.agreementKey().map(point -> new Register.PublicKey(SignatureSuite.SM2, HEX.parseHex(point)));
        return sm2.orElseGet(() -> new Register.PublicKey(SignatureSuite.ED25519, HEX.parseHex(party.signingKey())));
    }

    private static Register.Signer own(NodeConfig config, Path file) {
        String text = Pem.readSecret(file).strip();
        String listed = config.own().agreementKey().orElse("");
        if (!text.matches("[0-9a-fA-F]{64}")) {
            throw new NodeFailure(file + " holds no SM2 key", "put the key's number there, as 64 hexadecimal digits");
        }
        SignatureSuite.Key key = SignatureSuite.SM2.key(HEX.parseHex(text));
        if (!HEX.formatHex(key.publicKey()).equals(listed)) {
            throw new NodeFailure(
                    "the key in " + file + " is not the agreementKey that node.yaml lists for "
                            + config.role().id(),
                    "put the right key there, or correct parties in every node's node.yaml");
        }
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

    private static Register.Signer own(Signing key) {
        return new Register.Signer() {
            @Override
            public SignatureSuite suite() {
                return SignatureSuite.ED25519;
            }

            @Override
            public byte[] publicKey() {
                return key.publicKey();
            }

            @Override
            public byte[] sign(byte[] hash) {
                return key.sign(Signing.Domain.AGREEMENT, hash);
            }
        };
    }
}
