package org.tallystick.node.governance;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.tallystick.node.audit.AgreedPrices;
import org.tallystick.node.session.Hash;

/** Prices as the documents of agreements have them. */
public final class TextPrices implements AgreedPrices {
    private static final Map<String, Agreement.Kind> KINDS = Map.of(
            "score", Agreement.Kind.SCORE,
            "store", Agreement.Kind.TABLE,
            "train", Agreement.Kind.TRAINING,
            "evaluate", Agreement.Kind.EVALUATION);

    @Override
    public Optional<Text> read(byte[] document) {
        try {
            Agreement agreement = AgreementFormat.decode(document);
            return Optional.of(new Text(
                    AgreementFormat.hash(document),
                    (kind, program, purpose) -> price(agreement, kind, program, purpose)));
        } catch (AgreementFormat.BadAgreement e) {
            return Optional.empty();
        }
    }

    private static OptionalLong price(Agreement agreement, String kind, Hash program, String purpose) {
        return agreement
                .use(program)
                .filter(use -> use.kind() == KINDS.get(kind))
                .map(use -> OptionalLong.of(agreement.price(use, purpose)))
                .orElse(OptionalLong.empty());
    }
}
