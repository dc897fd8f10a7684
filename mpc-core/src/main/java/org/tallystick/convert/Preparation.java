package org.tallystick.convert;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tallystick.convert.GarbledFunction.Section;
import org.tallystick.convert.GarbledFunction.Source;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.garble.Circuit;
import org.tallystick.garble.Garbler;
import org.tallystick.garble.Hashing;
import org.tallystick.garble.Labels;
import org.tallystick.garble.TableLayout;
import org.tallystick.garble.Tables;
import org.tallystick.net.Mesh;
import org.tallystick.random.SharedSeed;

/** Garbling ahead of inputs, all rows together, as one stock of all rows or as a stock for each. */
final class Preparation {
    private final Mesh mesh;
    private final Roles roles;
    private final GarbledFunction function;
    private final int instances;
    private final byte[] context;
    private final boolean each;
    private final Hashing hashing;
    private final Masks masks;
    private final int self;

    Preparation(
            Mesh mesh,
            Roles roles,
            SharedSeed[] seeds,
            GarbledFunction function,
            int instances,
            byte[] context,
            boolean each) {
        this.mesh = mesh;
        this.roles = roles;
        this.function = function;
        this.instances = instances;
        this.context = context;
        this.each = each;
        // A stock of one row is evaluated alone, where key schedules would take most of the time.
        this.hashing = each ? Hashing.TWEAKED : Hashing.of(instances);
        this.masks = new Masks(seeds, context);
        this.self = mesh.self();
    }

    private int stocks() {
        return each ? instances : 1;
    }

    private byte[] context(int stock) {
        return each
                ? Transcript.digest(
                        context, "item", ByteBuffer.allocate(4).putInt(stock).array())
                : context;
    }

    /** A garbler's part. */
    List<GarbledStock> make() {
        Garbler garbler = new Garbler(
                masks.generator(roles.evaluator(), "garble"), instances, Garbler.Offset.OF_INSTANCE, hashing);
        Circuit circuit = function.circuit();
        Labels inputs = garbler.inputs(circuit.inputBits());
        TableChannel tables = new TableChannel(mesh, roles, masks);
        Labels outputs;
        if (self == roles.i()) {
            mesh.to(roles.evaluator()).send(garbler.key());
            outputs = garbler.garble(circuit, inputs, tables.sending());
        } else if (self == roles.j()) {
            outputs = garbler.garble(circuit, inputs, tables.hashing(garbler.key()));
            tables.sendDigest();
        } else {
            outputs = garbler.garble(circuit, inputs, (piece, length) -> piece);
        }
        List<GarbledStock> stocks = new ArrayList<>();
        for (int n = 0; n < stocks(); n++) {
            GarbledStock.Made made = each
                    ? new GarbledStock.Made(garbler.offsets().instance(n), inputs.instance(n), outputs.instance(n))
                    : new GarbledStock.Made(garbler.offsets(), inputs, outputs);
            stocks.add(stock(n, Optional.of(made), Optional.empty()));
        }
        if (function.way() == Way.TWO && self != roles.i()) {
            byte[] commitments = commitments(stocks);
            byte[] message = self == roles.j() ? commitments : Transcript.digest(context, "commitments", commitments);
            mesh.to(roles.evaluator()).send(message);
        }
        return stocks;
    }

    private GarbledStock stock(int number, Optional<GarbledStock.Made> made, Optional<GarbledStock.Received> received) {
        return new GarbledStock(function, roles, each ? 1 : instances, context(number), made, received);
    }

    private byte[] commitments(List<GarbledStock> stocks) {
        Frame frame = new Frame();
        for (GarbledStock stock : stocks) {
            for (Section section : function.sections()) {
                if (section.source() == Source.LOW) {
                    Labels labels = stock.made().inputs().range(section.from(), section.to());
                    frame.write(Commitments.of(
                            section.bound(stock.context()),
                            labels,
                            stock.made().offsets().trueLabels(labels)));
                }
            }
        }
        return frame.written();
    }

    /** The evaluator's part. */
    List<GarbledStock> receive() {
        byte[] key = mesh.to(roles.i()).receive(GarbledWorld.KEY_BYTES);
        TableChannel channel = new TableChannel(mesh, roles, masks);
        List<byte[]> tables = channel.receive(key, Tables.bytes(function.circuit(), instances));
        byte[] commitments = new byte[0];
        if (function.way() == Way.TWO) {
            long bytes = function.prepareCost(roles, instances).bytesSent()[roles.j()] - channel.digestBytes();
            commitments = mesh.to(roles.j()).receive(Math.toIntExact(bytes));
            byte[] digest = mesh.to(roles.k()).receive(Transcript.BYTES);
            GarbledWorld.check(MessageDigest.isEqual(digest, Transcript.digest(context, "commitments", commitments)));
        }
        return each ? alone(key, tables, commitments) : List.of(together(key, tables, commitments));
    }

    private GarbledStock together(byte[] key, List<byte[]> tables, byte[] commitments) {
        return stock(0, Optional.empty(), Optional.of(new GarbledStock.Received(key, 0, hashing, tables, commitments)));
    }

    private List<GarbledStock> alone(byte[] key, List<byte[]> tables, byte[] commitments) {
        Frame all = new Frame();
        tables.forEach(all::write);
        byte[] joined = all.written();
        int committed = commitments.length / instances;
        List<GarbledStock> stocks = new ArrayList<>();
        for (int n = 0; n < instances; n++) {
            byte[] own = TableLayout.instance(function.circuit(), joined, instances, hashing, n);
            byte[] commitment = Arrays.copyOfRange(commitments, n * committed, (n + 1) * committed);
            stocks.add(stock(
                    n,
                    Optional.empty(),
                    Optional.of(new GarbledStock.Received(key, n, hashing, pieces(own), commitment))));
        }
        return stocks;
    }

    private static List<byte[]> pieces(byte[] tables) {
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < tables.length; from += Tables.PIECE) {
            pieces.add(Arrays.copyOfRange(tables, from, Math.min(tables.length, from + Tables.PIECE)));
        }
        return pieces;
    }
}
