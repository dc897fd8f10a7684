package org.tallystick.node.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.tallystick.node.wire.Frame;
import org.tallystick.node.wire.Hello;
import org.tallystick.node.wire.Ping;
import org.tallystick.node.wire.Refusal;

/**
 * One TLS connection to a peer whose certificate has been accepted: first the two Hellos, then frames. Sits in the
 * socket's pipeline and reads decrypted buffers without a copy in between. Lives on the event loop.
 */
final class Link extends ChannelInboundHandlerAdapter implements FrameDecoder.Sink {
    /** What a connection tells the transport. Event loop. */
    interface Owner {
        /** The peer's Hello fits its certificate and this node's configuration. */
        void established(Link link, Hello hello);

        void frame(Link link, Frame frame) throws BadFrame;

        void data(Link link, SessionId session, int number, boolean last, byte[] payload);

        /** All that had arrived has been handed over. */
        void readComplete(Link link);

        /** The connection is closed, established or not. */
        void closed(Link link);
    }

    /** A Hello is short; until it has come, nothing longer is read. */
    private static final int FIRST_FRAME = 4 << 10;

    /** What a paused connection reads of a time: enough to make room in the system's buffers. */
    private static final long GLIMPSE = 4 << 20;

    private static final long FAREWELL_MILLIS = 50;

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 << 10, 1 << 20);

    private final TransportConfig config;
    private final int peer;
    private final boolean dialled;
    private final List<X509Certificate> chain;
    private final Counters counters;
    private final Owner owner;
    private final FrameDecoder decoder;
    private final long began = System.nanoTime();

    private ChannelHandlerContext context;
    private Outbox outbox;
    private boolean established;
    private boolean paused;
    private long lastHeard = began;
    private long lastTaken = began;
    private long untaken;
    /** Bytes that are read yet although the connection is paused. */
    private long glimpse;

    private String closeReason = "the peer closed the connection";
    private boolean refused;

    Link(
            TransportConfig config,
            int peer,
            boolean dialled,
            List<X509Certificate> chain,
            Counters counters,
            Owner owner) {
        this.config = config;
        this.peer = peer;
        this.dialled = dialled;
        this.chain = List.copyOf(chain);
        this.counters = counters;
        this.owner = owner;
        this.decoder = new FrameDecoder(FIRST_FRAME, this);
    }

    int peer() {
        return peer;
    }

    /** What the peer showed: its certificate, and those between it and an authority. */
    List<X509Certificate> chain() {
        return chain;
    }

    boolean isEstablished() {
        return established;
    }

    /** Why the connection was closed, or lost. */
    String closeReason() {
        return closeReason;
    }

    /** Whether one side turned the other away: trying again soon would not help. */
    boolean wasRefused() {
        return refused;
    }

    Outbox outbox() {
        return outbox;
    }

    void execute(Runnable task) {
        context.executor().execute(task);
    }

    // ---- the pipeline

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        added.channel().config().setWriteBufferWaterMark(WATER_MARK);
        outbox = new Outbox(added, counters.traffic(peer), config.limits().controlWaiting());
        if (dialled) {
            sendHello();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            return;
        }
        lastHeard = System.nanoTime();
        counters.traffic(peer).received(bytes.readableBytes());
        glimpse -= bytes.readableBytes();
        if (paused && glimpse <= 0) {
            context.channel().config().setAutoRead(false);
        }
        try {
            decoder.read(bytes);
        } catch (BadFrame e) {
            reject(e.rejection(), e.getMessage());
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        owner.readComplete(this);
        from.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (from.channel().isWritable()) {
            outbox.drain();
        }
        from.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        decoder.stop();
        owner.closed(this);
        from.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        String text = PeerTrust.printable(String.valueOf(root.getMessage()), 200);
        if (dialled && !established && root instanceof SSLException) {
            // In TLS 1.3 the side that dials learns only now that its certificate was not accepted.
            refused = true;
            close("the peer does not accept this node's certificate (" + text + "); its log says why");
        } else {
            close("the connection failed: " + text);
        }
    }

    // ---- closing

    /** Closes the connection for the peer's fault. */
    void reject(Rejection reason, String detail) {
        counters.rejected(reason);
        refused = true;
        close(reason.words() + ": " + detail);
    }

    /**
     * Closes it because nothing has come, or was taken, in time: one of both sides was stuck, and may be well again.
     */
    private void late(Rejection reason, Duration within) {
        counters.rejected(reason);
        close(reason.words() + ": nothing within " + within);
    }

    /** From here on and not from the pipeline's end, where closing waits until all that was written has left. */
    @SuppressWarnings("FutureReturnValueIgnored") // the end of the connection is reported by the pipeline
    void close(String reason) {
        decoder.stop();
        closeReason = reason;
        if (!context.channel().isWritable()) {
            // A farewell would wait behind what the peer does not take.
            context.pipeline().get(SslHandler.class).setCloseNotifyFlushTimeoutMillis(FAREWELL_MILLIS);
        }
        context.close();
    }

    // ---- frames

    @Override
    public void frame(Frame frame) throws BadFrame {
        counters.traffic(peer).receivedFrame();
        if (established) {
            owner.frame(this, frame);
            return;
        }
        switch (frame.getBodyCase()) {
            case HELLO -> hello(frame.getHello());
            case REFUSAL -> refused(frame.getRefusal());
            default -> throw new BadFrame(Rejection.MALFORMED, "the first frame is not a Hello");
        }
    }

    @Override
    public void data(SessionId session, int number, boolean last, byte[] payload) throws BadFrame {
        counters.traffic(peer).receivedFrame();
        if (!established) {
            throw new BadFrame(Rejection.MALFORMED, "the first frame is not a Hello");
        }
        owner.data(this, session, number, last, payload);
    }

    private void hello(Hello hello) {
        var problem = Handshake.problem(config, peer, dialled, hello);
        if (problem.isPresent()) {
            if (!dialled) {
                Refusal refusal =
                        Refusal.newBuilder().setReason(problem.get().refusal()).build();
                outbox.offer(Frame.newBuilder().setRefusal(refusal).build());
                outbox.drain();
            }
            reject(problem.get().rejection(), problem.get().detail());
            return;
        }
        if (!dialled) {
            sendHello();
        }
        established = true;
        decoder.limit(config.limits().frame());
        owner.established(this, hello);
    }

    private void refused(Refusal refusal) {
        refused = true;
        close("the peer refused this node's Hello: " + Handshake.words(refusal.getReason()));
    }

    private void sendHello() {
        Hello hello = Hello.newBuilder()
                .setVersion(Handshake.VERSION)
                .setGroup(config.group())
                .setParty(config.self())
                .setParties(TransportConfig.PARTIES)
                .setSoftware(config.software())
                .build();
        outbox.offer(Frame.newBuilder().setHello(hello).build());
    }

    // ---- time and back-pressure

    /** Looks after deadlines and keeps the connection alive. */
    void tick(long now) {
        TransportConfig.Timing timing = config.timing();
        if (!established) {
            if (now - began > timing.hello().toNanos()) {
                late(Rejection.HELLO_LATE, timing.hello());
            }
            return;
        }
        if (!paused && now - lastHeard > timing.idle().toNanos()) {
            late(Rejection.IDLE, timing.idle());
            return;
        }
        if (stalled(now)) {
            late(Rejection.STALLED, timing.idle());
            return;
        }
        if (paused && now - lastHeard > timing.ping().toNanos()) {
            // A little now and then, so that the peer sees that this node lives.
            glimpse = GLIMPSE;
            context.channel().config().setAutoRead(true);
        }
        if (now - outbox.lastWrite() > timing.ping().toNanos()) {
            outbox.offer(Frame.newBuilder().setPing(Ping.getDefaultInstance()).build());
        }
        checkDates();
    }

    /** Whether the peer has taken nothing for too long of what waits to be written. */
    private boolean stalled(long now) {
        long before = context.channel().bytesBeforeWritable();
        if (before == 0 || before < untaken) {
            lastTaken = now;
        }
        untaken = before;
        return now - lastTaken > config.timing().idle().toNanos();
    }

    private void checkDates() {
        X509Certificate certificate = chain.getFirst();
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            reject(Rejection.EXPIRED, "since " + certificate.getNotAfter().toInstant());
        } catch (CertificateNotYetValidException e) {
            reject(
                    Rejection.NOT_YET_VALID,
                    "until " + certificate.getNotBefore().toInstant());
        }
    }

    void pause() {
        paused = true;
        glimpse = 0;
        context.channel().config().setAutoRead(false);
    }

    void resume() {
        paused = false;
        lastHeard = System.nanoTime();
        context.channel().config().setAutoRead(true);
    }
}
