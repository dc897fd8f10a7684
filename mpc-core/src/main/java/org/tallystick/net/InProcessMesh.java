package org.tallystick.net;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Parties of one process joined by queues: for tests, benchmarks and simulations. */
public final class InProcessMesh implements Mesh {
    private static final byte[] STOP = new byte[0];

    private final int self;
    private final int parties;
    private final Channel[] channels;

    private InProcessMesh(int self, int parties, Channel[] channels) {
        this.self = self;
        this.parties = parties;
        this.channels = channels;
    }

    /** A full mesh: element i is party i's end. */
    public static List<Mesh> of(int parties, Duration deadline) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        LinkedBlockingQueue<byte[]>[][] queues = new LinkedBlockingQueue[parties][parties];
        for (int i = 0; i < parties; i++) {
            for (int j = 0; j < parties; j++) {
                queues[i][j] = new LinkedBlockingQueue<>();
            }
        }
        List<Mesh> meshes = new ArrayList<>();
        for (int i = 0; i < parties; i++) {
            Channel[] channels = new Channel[parties];
            for (int j = 0; j < parties; j++) {
                if (j != i) {
                    channels[j] = new QueueChannel(queues[i][j], queues[j][i], deadline);
                }
            }
            meshes.add(new InProcessMesh(i, parties, channels));
        }
        return List.copyOf(meshes);
    }

    /**
     * Runs {@code body} once per party, each on a virtual thread of its own, and returns the results in party order.
     * When a party fails, its peers are told to stop (as a node's stop notice does) and the first failure that is not
     * itself such a notice is thrown.
     */
    public static <T> List<T> run(List<Mesh> meshes, Function<Mesh, T> body) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (Mesh mesh : meshes) {
                Callable<T> task = () -> {
                    try {
                        return body.apply(mesh);
                    } catch (Throwable e) {
                        stopPeers(mesh);
                        throw e;
                    }
                };
                futures.add(executor.submit(task));
            }
            return collect(futures);
        }
    }

    private static <T> List<T> collect(List<Future<T>> futures) {
        List<T> results = new ArrayList<>();
        Throwable failure = null;
        for (Future<T> future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                if (failure == null || isStopNotice(failure)) {
                    failure = e.getCause();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "interrupted");
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
        return results;
    }

    /** Tells every peer that this party has stopped; their next receive from it aborts. */
    public static void stopPeers(Mesh mesh) {
        for (int peer = 0; peer < mesh.parties(); peer++) {
            if (peer != mesh.self()) {
                mesh.to(peer).send(STOP);
            }
        }
    }

    private static boolean isStopNotice(Throwable failure) {
        return failure instanceof ProtocolAbort abort && abort.reason() == ProtocolAbort.Reason.PEER_STOPPED;
    }

    @Override
    public int self() {
        return self;
    }

    @Override
    public int parties() {
        return parties;
    }

    @Override
    public Channel to(int peer) {
        return channels[peer];
    }

    private record QueueChannel(LinkedBlockingQueue<byte[]> out, LinkedBlockingQueue<byte[]> in, Duration deadline)
            implements Channel {
        @Override
        public void send(byte[] message) {
            out.add(message);
        }

        @Override
        public byte[] receive(int length) {
            byte[] message;
            try {
                message = in.poll(deadline.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "interrupted while waiting for a peer");
            }
            if (message == null) {
                throw new ProtocolAbort(ProtocolAbort.Reason.DEADLINE, "no message from a peer within " + deadline);
            }
            if (message == STOP) {
                throw new ProtocolAbort(ProtocolAbort.Reason.PEER_STOPPED, "another party stopped the run");
            }
            if (message.length != length) {
                throw new ProtocolAbort(
                        ProtocolAbort.Reason.MALFORMED,
                        "a message has " + message.length + " bytes where " + length + " were due");
            }
            return message;
        }
    }
}
