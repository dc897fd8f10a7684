package org.tallystick.node.transport;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Connects to one lower party, and again when it must: after a wait that doubles up to a longest one, with jitter;
 * after a refusal at once with the longest. One attempt at a time.
 */
final class Dialler {
    /** Puts a socket whose certificate is the peer's into service. */
    interface Connected {
        Link connected(NetSocket socket, int peer, boolean dialled, List<X509Certificate> chain);
    }

    private final ContextInternal context;
    private final TransportConfig config;
    private final int peer;
    private final Complaints complaints;
    private final Connected connected;
    private final PeerTrust trust;
    // A client that nothing refers to is closed by the garbage collector.
    private final NetClient client;
    private Optional<String> rejected = Optional.empty();
    private int failures;
    private boolean closed;

    Dialler(
            VertxInternal vertx,
            ContextInternal context,
            TransportConfig config,
            Trusted trusted,
            int peer,
            Counters counters,
            Complaints complaints,
            Connected connected) {
        this.context = context;
        this.config = config;
        this.peer = peer;
        this.complaints = complaints;
        this.connected = connected;
        this.trust = new PeerTrust(config, trusted, List.of(peer), (reason, certificate) -> {
            counters.rejected(reason);
            rejected = Optional.of(reason.words() + " (" + certificate + ")");
        });
        this.client = vertx.createNetClient(Tls.client(config, config.tls().identity(), trust));
    }

    /** Shows another certificate from the next connection on. */
    Future<Boolean> renew(KeyCertOptions identity) {
        return client.updateSSLOptions(Tls.client(config, identity, trust).getSslOptions(), true);
    }

    void dial() {
        if (closed) {
            return;
        }
        rejected = Optional.empty();
        TransportConfig.Party party = config.parties().get(peer);
        client.connect(party.port(), party.host()).onComplete(result -> {
            if (result.failed()) {
                failed(result.cause());
            } else if (closed) {
                result.result().close();
            } else {
                introduce(result.result());
            }
        });
    }

    private void introduce(NetSocket socket) {
        try {
            List<X509Certificate> chain = PeerTrust.chain(socket.peerCertificates());
            if (trust.party(chain.getFirst()).isPresent() && trust.holds(chain, false)) {
                connected.connected(socket, peer, true, chain);
                return;
            }
        } catch (SSLPeerUnverifiedException e) {
            // Falls through: without a certificate there is no peer.
        }
        socket.close();
        redial(true);
    }

    private void failed(Throwable cause) {
        TransportConfig.Party party = config.parties().get(peer);
        complaints.warn(
                "no connection to " + party.role() + " at " + party.host() + ":" + party.port(),
                rejected.orElseGet(() -> PeerTrust.printable(String.valueOf(cause.getMessage()), 200)));
        redial(rejected.isPresent());
    }

    /** The connection is established: the next loss is retried quickly. */
    void succeeded() {
        failures = 0;
    }

    /** Dials again after a while. */
    @SuppressWarnings("FutureReturnValueIgnored") // a failed dial ends in another one
    void redial(boolean refused) {
        if (closed) {
            return;
        }
        long delay = delayMillis(refused);
        failures++;
        context.nettyEventLoop().schedule(this::dial, delay, TimeUnit.MILLISECONDS);
    }

    private long delayMillis(boolean refused) {
        Duration first = config.timing().retry();
        long longest = config.timing().longestRetry().toMillis();
        long delay = refused ? longest : Math.min(longest, first.toMillis() << Math.min(failures, 20));
        return delay / 2 + ThreadLocalRandom.current().nextLong(delay / 2 + 1);
    }

    Future<Void> close() {
        closed = true;
        return client.close();
    }
}
