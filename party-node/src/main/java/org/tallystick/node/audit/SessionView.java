package org.tallystick.node.audit;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.wire.Proposal;

/** One session as all logs tell it. Threads that read different parties' logs may add to it side by side. */
final class SessionView {
    final Hash session;
    private final Told[] told;
    private Optional<Facts> facts = Optional.empty();

    /** What the bank's signed words say. */
    record Facts(
            ByteString nonce,
            Proposal.Kind kind,
            Hash program,
            String model,
            String purpose,
            String agreement,
            long price) {
        /** In the words of agreements. */
        AgreedPrices.Use use() {
            return new AgreedPrices.Use(kind.name().toLowerCase(Locale.ROOT), program, model, purpose);
        }
    }

    /** What one log says; a party's own thread writes it. */
    static final class Told {
        long at = Long.MIN_VALUE;
        Optional<ByteString> signature = Optional.empty();
        /** Whether the node had looked at the signature when it put it on record. */
        boolean verified;

        Optional<Receipt.Accepted> accepted = Optional.empty();
        Optional<String> refused = Optional.empty();
        Optional<List<Integer>> authorised = Optional.empty();
        Optional<Outcome> ended = Optional.empty();

        /** It lets something go, and does not say that nothing left. */
        boolean counts() {
            return authorised.isPresent()
                    && ended.filter(outcome -> outcome.kind() == Outcome.Kind.NOTHING_LEFT)
                            .isEmpty();
        }

        boolean isEmpty() {
            return accepted.isEmpty() && refused.isEmpty();
        }

        /** A refusal makes nothing younger: the bank may send what is long over again, and again. */
        private void date(Receipt.OfSession receipt) {
            if (!(receipt instanceof Receipt.Refused) || at == Long.MIN_VALUE) {
                at = Math.max(at, receipt.at());
            }
        }

        private void show(ByteString shown, boolean looked) {
            if (looked || signature.isEmpty()) {
                signature = Optional.of(shown);
                verified = looked;
            }
        }
    }

    SessionView(Hash session, int parties) {
        this.session = session;
        this.told = new Told[parties];
        for (int party = 0; party < parties; party++) {
            told[party] = new Told();
        }
    }

    Told by(int party) {
        return told[party];
    }

    int parties() {
        return told.length;
    }

    synchronized Optional<Facts> facts() {
        return facts;
    }

    /** Takes one receipt of a log; what is wrong with it where it stands, or nothing. */
    Optional<String> add(int party, Receipt.OfSession receipt) {
        Told log = told[party];
        log.date(receipt);
        return switch (receipt) {
            case Receipt.Accepted accepted -> {
                boolean again = log.accepted.isPresent();
                read(accepted);
                log.show(accepted.signature(), true);
                // Its header is known from here on by what it says.
                log.accepted = Optional.of(new Receipt.Accepted(
                        accepted.at(), ByteString.EMPTY, ByteString.EMPTY, accepted.bits(), accepted.price()));
                yield problem(again, "it accepts it twice");
            }
            case Receipt.Refused refused -> {
                if (!refused.reason().equals("SIGNATURE")) {
                    read(refused);
                    // Earlier versions had no time for the signature either when they were busy.
                    log.show(refused.signature(), !refused.reason().equals("BUSY"));
                }
                log.refused = Optional.of(refused.reason());
                yield Optional.empty();
            }
            case Receipt.Authorised authorised -> {
                boolean again = log.authorised.isPresent();
                log.authorised = Optional.of(authorised.accepted());
                yield problem(log.accepted.isEmpty(), "it authorises what it has not accepted")
                        .or(() -> problem(again, "it authorises it twice"));
            }
            case Receipt.Ended ended -> {
                boolean again = log.ended.isPresent();
                log.ended = Optional.of(ended.outcome());
                yield problem(log.accepted.isEmpty(), "it ends what it has not accepted")
                        .or(() -> problem(again, "it ends it twice"));
            }
        };
    }

    private static Optional<String> problem(boolean is, String text) {
        return is ? Optional.of(text) : Optional.empty();
    }

    private synchronized void read(Receipt.Proposed receipt) {
        if (facts.isEmpty()) {
            try {
                Proposal header = Proposals.read(receipt.header().toByteArray());
                facts = Optional.of(new Facts(
                        header.getNonce(),
                        header.getKind(),
                        Hash.of(Arrays.copyOf(header.getProgram().toByteArray(), Hash.BYTES)),
                        HexFormat.of().formatHex(header.getModel().toByteArray()),
                        header.getPurpose(),
                        agreement(header),
                        header.getPrice()));
            } catch (MalformedReceipt e) {
                facts = Optional.empty();
            }
        }
    }

    /** What makes something for later scores needs none; earlier versions took it whatever agreement it named. */
    private static String agreement(Proposal header) {
        return switch (header.getKind()) {
            case ACTIVATE, STOCK, OFFER -> "";
            default -> HexFormat.of().formatHex(header.getAgreement().toByteArray());
        };
    }

    /** The signatures under its header, each once. */
    List<ByteString> signatures() {
        List<ByteString> all = new ArrayList<>();
        for (Told log : told) {
            log.signature.filter(signature -> !all.contains(signature)).ifPresent(all::add);
        }
        return all;
    }

    /**
     * When it was over, by the second of the logs that tell of it, or by the only one: so no single node makes a
     * session look younger than it is.
     */
    long at() {
        long[] times = Arrays.stream(told)
                .mapToLong(log -> log.at)
                .filter(at -> at > Long.MIN_VALUE)
                .sorted()
                .toArray();
        return times.length == 0 ? Long.MIN_VALUE : times[Math.min(1, times.length - 1)];
    }

    /** The bits that most agencies reckon with; empty when none has accepted or there is no majority. */
    OptionalInt usualBits(int bank) {
        for (int one = 0; one < told.length; one++) {
            for (int other = one + 1; other < told.length; other++) {
                if (one != bank
                        && other != bank
                        && told[one].accepted.isPresent()
                        && told[other].accepted.isPresent()) {
                    int bits = told[one].accepted.get().bits();
                    if (bits == told[other].accepted.get().bits()) {
                        return OptionalInt.of(bits);
                    }
                }
            }
        }
        return OptionalInt.empty();
    }
}
