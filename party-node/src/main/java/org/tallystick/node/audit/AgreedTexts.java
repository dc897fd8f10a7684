package org.tallystick.node.audit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The texts of agreements that exports have, by their hashes: whoever shows a text, it is the one that the proposals
 * name and the logs have activated. For several threads.
 */
final class AgreedTexts {
    private final AgreedPrices prices;
    private final Map<String, AgreedPrices.Text> texts = new ConcurrentHashMap<>();

    AgreedTexts(AgreedPrices prices) {
        this.prices = prices;
    }

    /** False when the document is none. */
    boolean add(byte[] document) {
        Optional<AgreedPrices.Text> text = prices.read(document);
        text.ifPresent(found -> texts.put(found.hash().hex(), found));
        return text.isPresent();
    }

    /** @param agreement its hash in hexadecimal */
    Optional<AgreedPrices.Text> find(String agreement) {
        return Optional.ofNullable(texts.get(agreement));
    }

    /** Later revisions of the same agreement. */
    List<AgreedPrices.Text> after(AgreedPrices.Text text) {
        return texts.values().stream()
                .filter(other -> other.id().equals(text.id()) && other.revision() > text.revision())
                .toList();
    }
}
