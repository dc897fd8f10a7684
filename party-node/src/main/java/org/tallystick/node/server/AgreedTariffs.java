package org.tallystick.node.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.governance.Agreement;
import org.tallystick.node.governance.Governor;
import org.tallystick.node.governance.Register;
import org.tallystick.node.metering.Tariffs;
import org.tallystick.node.session.Hash;

/** What the agreements that this node has, in force or not any more, say about money. */
record AgreedTariffs(Governor agreements) implements Tariffs {
    @Override
    public Optional<Tariff> of(Hash agreement, Hash program, String purpose) {
        return agreements
                .agreement(agreement)
                .map(Register.Entry::agreement)
                .flatMap(agreed -> agreed.use(program)
                        .map(use -> new Tariff(agreed.id(), agreed.currency(), shares(agreed, use, purpose))));
    }

    /** In the public interest nobody gets anything. */
    private static Map<String, Long> shares(Agreement agreed, Agreement.Use use, String purpose) {
        if (agreed.price(use, purpose) > 0) {
            return use.prices();
        }
        Map<String, Long> nothing = new HashMap<>();
        use.prices().keySet().forEach(party -> nothing.put(party, 0L));
        return nothing;
    }
}
