package org.tallystick.node.transport;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.wire.Frame;
import org.tallystick.node.wire.Hello;

/**
 * The connections to the three peers, one each: of two parties the one with the higher index dials, and dials again
 * when the connection is lost. Everything happens on one event loop.
 */
final class Links implements Link.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);

    /** What the connections mean to the rest of the transport. Event loop. */
    interface Events {
        void up(int peer, Link link);

        void down(int peer, String reason);

        void frame(int peer, Frame frame) throws BadFrame;

        void data(int peer, SessionId session, int number, boolean last, byte[] payload);

        void readComplete(int peer);
    }

    private final VertxInternal vertx;
    private final ContextInternal context;
    private final TransportConfig config;
    private final Trusted trusted;
    private final Counters counters;
    private final Events events;
    private final Complaints complaints = new Complaints(LOG);
    private final List<Optional<Link>> established = new ArrayList<>();
    private final Set<Link> all = new HashSet<>();
    private final List<Dialler> diallers = new ArrayList<>();
    // A server that nothing refers to is closed by the garbage collector.
    private Optional<NetServer> server = Optional.empty();
    private Optional<PeerTrust> serverTrust = Optional.empty();
    private boolean rejectedByTrust;
    private boolean closed;

    Links(VertxInternal vertx, ContextInternal context, TransportConfig config, Counters counters, Events events) {
        this.vertx = vertx;
        this.context = context;
        this.config = config;
        this.trusted = new Trusted(config);
        this.counters = counters;
        this.events = events;
        for (int peer = 0; peer < TransportConfig.PARTIES; peer++) {
            established.add(Optional.empty());
        }
    }

    /** Listens for higher parties and dials the lower ones. Event loop; completes when this node listens. */
    Future<Void> start() {
        for (int peer = 0; peer < config.self(); peer++) {
            Dialler dialler = new Dialler(vertx, context, config, trusted, peer, counters, complaints, this::connected);
            diallers.add(dialler);
        }
        Future<Void> listening =
                config.self() == TransportConfig.PARTIES - 1 ? context.succeededFuture() : listen().mapEmpty();
        return listening.onSuccess(none -> diallers.forEach(Dialler::dial));
    }

    private Future<NetServer> listen() {
        List<Integer> higher = IntStream.range(config.self() + 1, TransportConfig.PARTIES)
                .boxed()
                .toList();
        PeerTrust trust = new PeerTrust(config, trusted, higher, (reason, certificate) -> {
            rejectedByTrust = true;
            counters.rejected(reason);
            complaints.warn("rejected a connection: " + reason.words(), certificate);
        });
        NetServer created =
                vertx.createNetServer(Tls.server(config, config.tls().identity(), trust));
        server = Optional.of(created);
        serverTrust = Optional.of(trust);
        created.connectHandler(socket -> accepted(socket, trust));
        created.exceptionHandler(this::handshakeFailed);
        return created.listen(config.listenPort(), config.listenHost());
    }

    private void handshakeFailed(Throwable cause) {
        if (rejectedByTrust) {
            rejectedByTrust = false;
            return;
        }
        counters.rejected(Rejection.HANDSHAKE);
        complaints.warn(
                "rejected a connection: " + Rejection.HANDSHAKE.words(),
                PeerTrust.printable(String.valueOf(cause.getMessage()), 200));
    }

    private void accepted(NetSocket socket, PeerTrust trust) {
        try {
            List<X509Certificate> chain = PeerTrust.chain(socket.peerCertificates());
            OptionalInt peer = trust.party(chain.getFirst());
            if (peer.isEmpty() || closed || !trust.holds(chain, true)) {
                socket.close();
                return;
            }
            connected(socket, peer.getAsInt(), false, chain);
        } catch (SSLPeerUnverifiedException e) {
            socket.close();
        }
    }

    private Link connected(NetSocket socket, int peer, boolean dialled, List<X509Certificate> chain) {
        Link link = new Link(config, peer, dialled, chain, counters, this);
        all.add(link);
        ChannelPipeline pipeline =
                ((NetSocketInternal) socket).channelHandlerContext().pipeline();
        pipeline.addBefore("handler", "frames", link);
        if (pipeline.get(ChunkedWriteHandler.class) != null) {
            // It is there for sending files, and costs every message a little.
            pipeline.remove(ChunkedWriteHandler.class);
        }
        return link;
    }

    // ---- what connections tell

    @Override
    public void established(Link link, Hello hello) {
        int peer = link.peer();
        established.get(peer).ifPresent(old -> {
            old.close("a newer connection of the same peer replaces this one");
            lost(old);
        });
        established.set(peer, Optional.of(link));
        counters.traffic(peer).connected();
        if (peer < config.self()) {
            diallers.get(peer).succeeded();
        }
        LOG.info(
                "connected to {} (party {}, {})",
                config.parties().get(peer).role(),
                peer,
                PeerTrust.printable(hello.getSoftware(), 40));
        events.up(peer, link);
    }

    @Override
    public void frame(Link link, Frame frame) throws BadFrame {
        events.frame(link.peer(), frame);
    }

    @Override
    public void data(Link link, SessionId session, int number, boolean last, byte[] payload) {
        events.data(link.peer(), session, number, last, payload);
    }

    @Override
    public void readComplete(Link link) {
        events.readComplete(link.peer());
    }

    @Override
    public void closed(Link link) {
        all.remove(link);
        int peer = link.peer();
        if (!link.isEstablished()) {
            complaints.warn("no connection to " + config.parties().get(peer).role(), link.closeReason());
        }
        lost(link);
        if (peer < config.self() && !closed) {
            diallers.get(peer).redial(link.wasRefused());
        }
    }

    private void lost(Link link) {
        int peer = link.peer();
        if (established.get(peer).equals(Optional.of(link))) {
            established.set(peer, Optional.empty());
            if (!closed) {
                LOG.warn(
                        "lost the connection to {}: {}",
                        config.parties().get(peer).role(),
                        link.closeReason());
            }
            events.down(peer, link.closeReason());
        }
    }

    // ---- upkeep

    void tick(long now) {
        List.copyOf(all).forEach(link -> link.tick(now));
    }

    /**
     * Shows and demands other certificates from the next connection on, and closes those connections whose certificate
     * is refused now or was vouched for by an authority that is gone. Event loop.
     */
    Future<Void> renew(TlsMaterial tls, List<Optional<String>> pins) {
        List<Future<?>> renewed = new ArrayList<>();
        if (server.isPresent() && serverTrust.isPresent()) {
            renewed.add(server.get()
                    .updateSSLOptions(
                            Tls.server(config, tls.identity(), serverTrust.get())
                                    .getSslOptions(),
                            true));
        }
        diallers.forEach(dialler -> renewed.add(dialler.renew(tls.identity())));
        // Whatever comes of the own certificate: what is refused is refused at once.
        boolean authorityGone = trusted.replace(tls, pins);
        closeRefused();
        if (authorityGone) {
            List.copyOf(all).forEach(link -> link.close("an authority is not this node's any more"));
        }
        return Future.join(renewed).mapEmpty();
    }

    /** Refuses and pins by these from now on, and closes those connections that are refused now. Event loop. */
    void refuse(Set<String> refused, List<Optional<String>> pins) {
        trusted.replace(refused, pins);
        closeRefused();
    }

    private void closeRefused() {
        for (Link link : List.copyOf(all)) {
            List<X509Certificate> chain = link.chain();
            if (trusted.isRefused(chain.toArray(X509Certificate[]::new))
                    || trusted.isOtherThanPinned(link.peer(), chain.getFirst())) {
                counters.rejected(Rejection.REVOKED);
                link.close(Rejection.REVOKED.words());
            }
        }
    }

    /** Drops the connection to a peer, for tests and for operators; it is made again. */
    void drop(int peer, String reason) {
        established.get(peer).ifPresent(link -> link.close(reason));
    }

    Future<Void> close() {
        closed = true;
        List.copyOf(all).forEach(link -> link.close("this node is shutting down"));
        List<Future<Void>> closing = new ArrayList<>();
        server.ifPresent(listening -> closing.add(listening.close()));
        diallers.forEach(dialler -> closing.add(dialler.close()));
        return Future.join(closing).mapEmpty();
    }
}
