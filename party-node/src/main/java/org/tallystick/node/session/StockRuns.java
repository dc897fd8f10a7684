package org.tallystick.node.session;

import java.time.Duration;
import java.util.ArrayList;
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
import org.tallystick.program.GarbledProgram;
import org.tallystick.random.SharedSeed;

/**
 * One node's part in making garbled stock, from the tables to its place in the {@link StockRoom}. Three messages:
 *
 * <pre>
 * garblers → bank   tables, their digest, commitments to labels, their digest
 * bank → garblers   all has matched
 * garblers → bank   it is in its place, so a proposal may name it
 * </pre>
 *
 * <p>The garblers' roles turn with the number of an item, so that each sends a third of the tables.
 */
final class StockRuns {
    private static final byte[] DONE = {1};
    private static final int TURNS = 3;

    private final Transport transport;
    private final StockRoom room;
    private final Duration receive;

    /** What the bank saw of the network: from its confirmation to the last reply, and of the tables. */
    record Seen(Duration roundTrip, long bytes, Duration took) {}

    StockRuns(Transport transport, StockRoom room, Duration receive) {
        this.transport = transport;
        this.room = room;
        this.receive = receive;
    }

    /**
     * Makes the items that {@link StockRoom#reserve} has kept room for, or gives the room up. Blocks.
     *
     * @param accepted waits for all acceptances
     */
    Seen execute(Sealed sealed, Epoch epoch, GarbledProgram program, Proposal.Stock stock, Runnable accepted) {
        boolean made = false;
        try {
            accepted.run();
            Seen seen = exchange(sealed, epoch, program, stock);
            made = true;
            return seen;
        } finally {
            if (!made) {
                room.giveUp(epoch.id(), sealed.proposal().program(), stock.first(), stock.count());
            }
        }
    }

    private Seen exchange(Sealed sealed, Epoch epoch, GarbledProgram program, Proposal.Stock stock) {
        SessionId id = ScoreRun.sessionOf(sealed.hash());
        Hash hash = sealed.proposal().program();
        try (SessionMesh mesh = transport.open(id, epoch.id(), receive)) {
            MeteredMesh metered = new MeteredMesh(mesh, false);
            long start = System.nanoTime();
            List<GarbledStock> items = make(metered, epoch, sealed, program, stock);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            long bytes = Arrays.stream(metered.report(0).received()).sum();
            if (mesh.self() != program.evaluator()) {
                hear(mesh, program.evaluator());
                room.put(epoch.id(), hash, stock.first(), items);
                mesh.to(program.evaluator()).send(DONE.clone());
                return new Seen(Duration.ZERO, bytes, took);
            }
            long confirmed = System.nanoTime();
            tellGarblers(mesh);
            hearGarblers(mesh);
            room.put(epoch.id(), hash, stock.first(), items);
            return new Seen(Duration.ofNanos(System.nanoTime() - confirmed), bytes, took);
        } catch (SharedSeed.Erased e) {
            throw ScoreRun.epochEnded();
        } catch (RuntimeException e) {
            transport.stop(id);
            throw e;
        }
    }

    private static List<GarbledStock> make(
            Mesh mesh, Epoch epoch, Sealed sealed, GarbledProgram program, Proposal.Stock stock) {
        GarbledStock[] items = new GarbledStock[stock.count()];
        for (int turn = 0; turn < TURNS; turn++) {
            List<Integer> positions = new ArrayList<>();
            for (int k = 0; k < items.length; k++) {
                if ((stock.first() + k) % TURNS == turn) {
                    positions.add(k);
                }
            }
            if (positions.isEmpty()) {
                continue;
            }
            Roles roles = Roles.of(program.evaluator(), turn);
            GarbledWorld world =
                    new GarbledWorld(mesh, epoch.seeds(), sealed.hash().bytes(), roles);
            List<GarbledStock> made = world.prepareEach(program.function(), positions.size(), turn);
            for (int k = 0; k < made.size(); k++) {
                items[positions.get(k)] = made.get(k);
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
