package org.tallystick.node.rest;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A request's body as it arrives, for a reader that blocks. A slow reader stops the sender: no more than a few buffers
 * wait here. Ends in a {@link ServiceFailure} when the body is larger than allowed, stalls, or breaks off.
 */
final class RequestStream extends InputStream {
    private static final int MANY = 16;
    private static final int FEW = 4;

    private final Context context;
    private final HttpServerRequest request;
    private final long limit;
    private final Duration stall;
    private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private long arrived;
    private volatile boolean paused;
    private byte[] current = new byte[0];
    private int position;
    private boolean ended;

    private sealed interface Piece {
        record Bytes(byte[] bytes) implements Piece {}

        record End() implements Piece {}

        record Broken(Problem problem) implements Piece {}
    }

    private RequestStream(Context context, HttpServerRequest request, long limit, Duration stall) {
        this.context = context;
        this.request = request;
        this.limit = limit;
        this.stall = stall;
    }

    /** On the request's event loop, before anything of the body has been handed out. */
    static RequestStream of(Context context, HttpServerRequest request, long limit, Duration stall) {
        RequestStream stream = new RequestStream(context, request, limit, stall);
        request.handler(stream::arrived);
        request.endHandler(end -> stream.pieces.add(new Piece.End()));
        request.exceptionHandler(e -> stream.pieces.add(new Piece.Broken(Problem.of(
                Problem.Code.INVALID_REQUEST, "the body broke off", "send it again over a connection that holds"))));
        return stream;
    }

    private void arrived(Buffer buffer) {
        arrived += buffer.length();
        if (arrived > limit) {
            request.handler(rest -> {});
            pieces.add(new Piece.Broken(tooLarge(limit)));
            return;
        }
        pieces.add(new Piece.Bytes(buffer.getBytes()));
        if (pieces.size() >= MANY && !paused) {
            paused = true;
            request.pause();
        }
    }

    static Problem tooLarge(long limit) {
        return Problem.of(
                Problem.Code.TOO_LARGE, "the body is larger than " + limit + " bytes", "send it in smaller parts");
    }

    static Problem tooSlow() {
        return Problem.of(Problem.Code.TOO_SLOW, "the body did not arrive in time", "send it over a faster connection");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (position == current.length) {
            if (ended || !next()) {
                return -1;
            }
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, into, offset, count);
        position += count;
        return count;
    }

    /** Takes the next piece; false at the end. */
    private boolean next() throws IOException {
        try {
            Piece piece = pieces.poll(stall.toMillis(), TimeUnit.MILLISECONDS);
            if (paused && pieces.size() <= FEW) {
                context.runOnContext(v -> resume());
            }
            switch (piece) {
                case null -> throw new ServiceFailure(tooSlow());
                case Piece.Bytes(byte[] bytes) -> {
                    current = bytes;
                    position = 0;
                }
                case Piece.End() -> ended = true;
                case Piece.Broken(Problem problem) -> throw new ServiceFailure(problem);
            }
            return !ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            request.resume();
        }
    }
}
