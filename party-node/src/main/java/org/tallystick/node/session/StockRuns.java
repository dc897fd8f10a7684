package org.tallystick.node.session;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.SessionId;
import org.tallystick.node.transport.SessionMesh;
import org.tallystick.node.transport.Transport;
import org.tallystick.plan.NetworkProbe;
import org.tallystick.plan.RoundTrips;
import org.tallystick.program.GarbledProgram;
import org.tallystick.random.SharedSeed;

/**
 * One node's part in making garbled stock, from the tables to its place in the {@link StockRoom}. After a few short
 * messages that measure the network's round trips, four messages:
 *
 * <pre>
 * garblers → bank   tables, their digest, commitments to labels, their digest
 * bank → garblers   all has matched
 * garblers → bank   it is in its place, so a proposal may name it
 * bank → garblers   it is so at all three; without this word a garbler drops it again
 * </pre>
 *
 * <p>The garblers' roles turn with the number of an item, so that each sends a third of the tables. A garbler waits
 * where the bank does not read: see {@link #UNSENT}.
 */
final class StockRuns {
    private static final byte[] DONE = {1};

    /** Bytes that may wait at a garbler to leave to the bank before it garbles on. */
    private static final long UNSENT = 1 << 20;

    private final Transport transport;
    private final StockRoom room;
    private final Sessions.Settings settings;

    /** What was seen of the network: the round trips, and the tables. */
    record Seen(RoundTrips roundTrips, long bytes, Duration took) {}

    StockRuns(Transport transport, StockRoom room, Sessions.Settings settings) {
        this.transport = transport;
        this.room = room;
        this.settings = settings;
    }

    /** Making it has ended, well or not; gives back what was kept and not used. */
    void end(StockRoom.Promise promise) {
        room.end(promise);
    }

    /**
     * Makes the items that room is kept for. Blocks.
     *
     * @param accepted waits for all acceptances
     */
    Seen execute(Sealed sealed, Epoch epoch, Proposal.Stock stock, StockRoom.Promise promise, Runnable accepted) {
        accepted.run();
        SessionId id = ScoreRun.sessionOf(sealed.hash());
        int evaluator = promise.program().evaluator();
        try (SessionMesh mesh = transport.open(id, epoch.id(), settings.receive())) {
            MeteredMesh metered = new MeteredMesh(settings.line().apply(new BrakedMesh(mesh, UNSENT)), false);
            RoundTrips roundTrips = NetworkProbe.roundTrips(metered);
            long start = System.nanoTime();
            List<GarbledStock> items = make(metered, epoch, sealed, promise.program(), stock);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            long bytes = Arrays.stream(metered.report(0).received()).sum();
            if (mesh.self() != evaluator) {
                hear(metered, evaluator);
                put(promise, items);
                metered.to(evaluator).send(DONE.clone());
                hear(metered, evaluator);
                room.confirm(promise);
                return new Seen(roundTrips, bytes, took);
            }
            tellGarblers(metered);
            hearGarblers(metered);
            put(promise, items);
            tellGarblers(metered);
            room.confirm(promise);
            return new Seen(roundTrips, bytes, took);
        } catch (SharedSeed.Erased e) {
            throw ScoreRun.epochEnded();
        } catch (RuntimeException e) {
            transport.stop(id);
            throw e;
        }
    }

    private void put(StockRoom.Promise promise, List<GarbledStock> items) {
        if (!room.put(promise, items)) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.STOPPED, "the stock was dropped while it was made: nobody wants it any more");
        }
    }

    private static List<GarbledStock> make(
            Mesh mesh, Epoch epoch, Sealed sealed, GarbledProgram program, Proposal.Stock stock) {
        GarbledStock[] items = new GarbledStock[stock.count()];
        List<StockBatches.Batch> batches = StockBatches.of(stock.first(), stock.count(), StockBatches.most(program));
        for (int number = 0; number < batches.size(); number++) {
            StockBatches.Batch batch = batches.get(number);
            Roles roles = Roles.of(program.evaluator(), batch.turn());
            GarbledWorld world =
                    new GarbledWorld(mesh, epoch.seeds(), sealed.hash().bytes(), roles);
            List<GarbledStock> made =
                    world.prepareEach(program.function(), batch.positions().size(), number);
            for (int k = 0; k < made.size(); k++) {
                items[batch.positions().get(k)] = made.get(k);
            }
        }
        return List.of(items);
    }

    private static void tellGarblers(Mesh mesh) {
        for (int peer = 0; peer < mesh.parties(); peer++) {
            if (peer != mesh.self()) {
                mesh.to(peer).send(DONE.clone());
            }
        }
    }

    private static void hearGarblers(Mesh mesh) {
        for (int peer = 0; peer < mesh.parties(); peer++) {
            if (peer != mesh.self()) {
                hear(mesh, peer);
            }
        }
    }

    private static void hear(Mesh mesh, int peer) {
        if (!Arrays.equals(mesh.to(peer).receive(DONE.length), DONE)) {
            throw new ProtocolAbort(ProtocolAbort.Reason.MALFORMED, "a confirmation is not one");
        }
    }
}
