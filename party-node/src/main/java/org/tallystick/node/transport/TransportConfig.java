package org.tallystick.node.transport;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * All that one node must know to connect to its group.
 *
 * @param self this party's index in {@code parties}
 * @param parties the four parties in the group's order, this one included
 * @param group the group's name: lower-case letters, digits and hyphens
 * @param listenHost the address this node listens on, which need not be the one that peers dial: a forwarder or a
 *     container may stand between; party 3 dials and never listens
 * @param listenPort the port there
 * @param software name and version, told to peers for their logs
 */
public record TransportConfig(
        int self,
        List<Party> parties,
        String group,
        String listenHost,
        int listenPort,
        TlsMaterial tls,
        Limits limits,
        Timing timing,
        String software) {
    /** The seeds of an epoch, and the protocols on top, are those of four parties. */
    public static final int PARTIES = 4;

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public TransportConfig {
        parties = List.copyOf(parties);
        if (parties.size() != PARTIES) {
            throw new IllegalArgumentException("a group has " + PARTIES + " parties, not " + parties.size());
        }
        if (self < 0 || self >= PARTIES) {
            throw new IllegalArgumentException("a party's index is 0 to " + (PARTIES - 1) + ", not " + self);
        }
        Set<String> roles = new HashSet<>();
        for (Party party : parties) {
            if (!roles.add(party.role())) {
                throw new IllegalArgumentException("two parties have the role " + party.role());
            }
        }
        requireLabel("group", group);
        requirePort(listenPort);
    }

    /** With the default limits and times, listening on the address that peers dial. */
    public static TransportConfig of(int self, List<Party> parties, String group, TlsMaterial tls) {
        Party own = parties.get(self);
        return new TransportConfig(
                self, parties, group, own.host(), own.port(), tls, Limits.DEFAULT, Timing.DEFAULT, "tallystick");
    }

    private static void requirePort(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
    }

    private static void requireLabel(String what, String label) {
        if (!LABEL.matcher(label).matches()) {
            throw new IllegalArgumentException("the " + what + " \"" + label
                    + "\" is not a name of lower-case letters, digits and hyphens, at most 63 long");
        }
    }

    /** The name a party's certificate must carry. */
    String certificateName(int party) {
        return PeerTrust.name(parties.get(party).role(), group);
    }

    /**
     * One party of the group.
     *
     * @param role its role, which its certificate names: lower-case letters, digits and hyphens
     * @param fingerprint SHA-256 of its certificate in hexadecimal, when it is pinned
     */
    public record Party(String role, String host, int port, Optional<String> fingerprint) {
        private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

        public Party {
            requireLabel("role", role);
            requirePort(port);
            fingerprint = fingerprint.map(text -> text.replace(":", "").toLowerCase(Locale.ROOT));
            if (fingerprint.isPresent()
                    && !FINGERPRINT.matcher(fingerprint.get()).matches()) {
                throw new IllegalArgumentException(
                        "the pinned fingerprint of " + role + " is not a SHA-256 in 64 hexadecimal digits");
            }
        }

        public Party(String role, String host, int port) {
            this(role, host, port, Optional.empty());
        }
    }

    /**
     * What a peer may make this node hold, in bytes unless said otherwise.
     *
     * @param frame one frame
     * @param control one control message
     * @param controlWaiting control messages of one peer that wait for their handler
     * @param session data of one run that has arrived and was not received yet
     * @param held data of one peer for runs this node has not opened yet
     * @param heldSessions the number of such runs
     * @param outbound data of one run that has not left yet, above which its next receive first waits
     * @param inbound unread data of one peer, above which its connection is not read while no run waits for that peer
     */
    public record Limits(
            int frame,
            int control,
            int controlWaiting,
            long session,
            long held,
            int heldSessions,
            long outbound,
            long inbound) {
        public static final Limits DEFAULT =
                new Limits(1 << 20, 4 << 20, 32 << 20, 512L << 20, 128L << 20, 1024, 8L << 20, 64L << 20);

        /** Payload of the frames this node sends: small enough that a long message does not keep short ones waiting. */
        static final int PAYLOAD = 256 << 10;

        /** The least a node may allow its peers: with less it would drop the frames that every node sends. */
        public static final int LEAST_FRAME = 2 * PAYLOAD;

        public Limits {
            if (frame < LEAST_FRAME) {
                throw new IllegalArgumentException("the frame limit must be at least " + LEAST_FRAME + " bytes");
            }
        }

        public Limits withFrame(int bytes) {
            return new Limits(bytes, control, controlWaiting, session, held, heldSessions, outbound, inbound);
        }
    }

    /**
     * @param hello the longest wait for a connection, then for its TLS handshake, then for the peer's accepted Hello
     * @param ping the longest silence this node keeps
     * @param idle the longest silence it bears
     * @param retry first and longest wait between attempts to connect
     * @param held how long data for a run that is not open yet is kept
     */
    public record Timing(
            Duration hello, Duration ping, Duration idle, Duration retry, Duration longestRetry, Duration held) {
        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));

        public Timing withHello(Duration longest) {
            return new Timing(longest, ping, idle, retry, longestRetry, held);
        }

        public Timing withLongestRetry(Duration longest) {
            return new Timing(hello, ping, idle, retry, longest, held);
        }
    }
}
