package org.tallystick.node.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tallystick.node.config.NodeConfig.Party;

/** The four parties as {@code node.yaml} lists them. */
final class PartyList {
    private static final Pattern HEX_32 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SM2_POINT = Pattern.compile("04[0-9a-f]{128}");

    private PartyList() {}

    static List<Party> of(Section top) {
        List<Party> parties = new ArrayList<>();
        for (Section party : top.list("parties", "a list of role, address and signingKey of the four parties")) {
            Role role = NodeConfigFile.role(party, "role");
            if (role.ordinal() != parties.size()) {
                throw party.failure(
                        "role", "is out of order", "list the four parties as " + String.join(", ", Role.ids()));
            }
            String hex = "64 lower-case hexadecimal digits";
            parties.add(new Party(
                    role,
                    party.address("address", "tax.example:7000"),
                    party.text("signingKey", HEX_32, hex, "the public key that the party has told you"),
                    party.has("agreementKey")
                            ? Optional.of(party.text(
                                    "agreementKey",
                                    SM2_POINT,
                                    "04 and 128 lower-case hexadecimal digits",
                                    "the SM2 public key that the party has told you"))
                            : Optional.empty(),
                    party.has("fingerprint")
                            ? Optional.of(party.text("fingerprint", HEX_32, hex, "SHA-256 of its certificate"))
                            : Optional.empty()));
            party.finish();
        }
        if (parties.size() != Role.values().length) {
            throw top.failure(
                    "parties",
                    "lists " + parties.size() + " parties",
                    "list the four parties as " + String.join(", ", Role.ids()));
        }
        if (parties.stream().map(Party::address).distinct().count() != parties.size()) {
            throw top.failure("parties", "two parties have the same address", "give each its own");
        }
        if (parties.stream().map(Party::signingKey).distinct().count() != parties.size()) {
            throw top.failure("parties", "two parties have the same signingKey", "give each its own");
        }
        List<String> agreementKeys =
                parties.stream().flatMap(party -> party.agreementKey().stream()).toList();
        if (agreementKeys.stream().distinct().count() != agreementKeys.size()) {
            throw top.failure("parties", "two parties have the same agreementKey", "give each its own");
        }
        return parties;
    }
}
