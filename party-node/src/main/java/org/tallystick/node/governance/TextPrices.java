package org.tallystick.node.governance;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.tallystick.node.audit.AgreedPrices;

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
                    agreement.id(),
                    agreement.revision(),
                    agreement.requester(),
                    agreement.validFrom().toEpochMilli(),
                    agreement.validUntil().toEpochMilli(),
                    asked -> price(agreement, asked)));
        } catch (AgreementFormat.BadAgreement e) {
            return Optional.empty();
        }
    }

    private static OptionalLong price(Agreement agreement, AgreedPrices.Use asked) {
        return agreement
                .use(asked.program())
                .filter(use -> use.kind() == KINDS.get(asked.kind()))
                .filter(use -> use.kind() != Agreement.Kind.SCORE || isScored(agreement, use, asked))
                .map(use -> OptionalLong.of(agreement.price(use, asked.purpose())))
                .orElse(OptionalLong.empty());
    }

    private static boolean isScored(Agreement agreement, Agreement.Use use, AgreedPrices.Use asked) {
        return agreement.purpose(asked.purpose()).isPresent()
                && use.models().stream().anyMatch(model -> model.hex().equals(asked.model()));
    }
}
