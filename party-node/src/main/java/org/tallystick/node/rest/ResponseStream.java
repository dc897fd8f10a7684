package org.tallystick.node.rest;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A response's body for a writer that blocks: each piece is taken by the network before the next is made. */
final class ResponseStream extends OutputStream {
    private static final int PIECE = 64 << 10;

    private final Context context;
    private final HttpServerResponse response;
    private final Duration stall;
    private final byte[] piece = new byte[PIECE];
    private int filled;

    ResponseStream(Context context, HttpServerResponse response, Duration stall) {
        this.context = context;
        this.response = response;
        this.stall = stall;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int count = Math.min(length - done, PIECE - filled);
            System.arraycopy(bytes, offset + done, piece, filled, count);
            filled += count;
            done += count;
            if (filled == PIECE) {
                send();
            }
        }
    }

    /** Small flushes of writers on top are not worth a packet; {@link #end} sends what is left. */
    @Override
    public void flush() {}

    private void send() throws IOException {
        Buffer full = Buffer.buffer(filled).appendBytes(piece, 0, filled);
        filled = 0;
        await(() -> response.write(full));
    }

    /** Ends the response; only a response that was ended is complete to its reader. */
    void end() throws IOException {
        Buffer last = Buffer.buffer(filled).appendBytes(piece, 0, filled);
        filled = 0;
        await(() -> response.end(last));
    }

    private void await(Supplier<Future<Void>> write) throws IOException {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        context.runOnContext(v -> {
            if (response.closed() || response.ended()) {
                taken.completeExceptionally(new IOException("the client has gone"));
            } else {
                write.get().onSuccess(taken::complete).onFailure(taken::completeExceptionally);
            }
        });
        try {
            taken.get(stall.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("the client takes nothing", e);
        } catch (ExecutionException e) {
            throw new IOException("the client has gone", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
