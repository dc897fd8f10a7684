package org.tallystick.node.session;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.transport.Epoch;
import org.tallystick.random.Primitives;
import org.tallystick.random.SharedSeed;
import org.tallystick.share.Rep4Vector;
import org.tallystick.training.Board;
import org.tallystick.training.Keeping;
import org.tallystick.training.PreparedFormat;
import org.tallystick.training.Rescaling;
import org.tallystick.training.Training;
import org.tallystick.training.TrainingPlan;

/**
 * A training's checkpoints on shares. Each node keeps its own shares of all that was brought in, once, and of the state
 * after each of the last two steps; a step is named by its number and by the run that made it, since a run that goes on
 * shares the same numbers anew.
 *
 * <p>To go on, the nodes post which steps they have and take the latest that all have. Then the three holders of each
 * part compare it: under a key from the part's seed in the live epoch, so that nothing is learnt by the node that lacks
 * the part. Two of the three are honest, so what the honest nodes go on with is one sharing, and it is one that they
 * themselves have stored: no node can bring in another column, label or state.
 */
final class SharedKeeping implements Keeping<Rep4Vector> {
    private static final int PARTS = 4;
    private static final String START = "start";
    private static final String STEP = "step-";

    /** Marks columns of a stored table, by its id. */
    private static final String TABLE = "table-";

    private static final int STEP_POST = Integer.BYTES + Hash.BYTES;

    /** Steps that are kept; a node is ahead of another by one at most. */
    private static final int LAST = 2;

    private static final int MOST_STEPS = 8;

    private final TrainingStore store;
    private final Mesh mesh;
    private final SharedSeed[] seeds;
    private final Hash run;
    private final Hash origin;
    private final Proposal.Train train;
    private final boolean resumed;

    /** A step as it is kept, by the run that made it. */
    private record Step(int number, Hash run) {}

    SharedKeeping(TrainingStore store, Mesh mesh, Epoch epoch, Hash run, Proposal.Train train) {
        this.store = store;
        this.mesh = mesh;
        this.seeds = epoch.seeds();
        this.run = run;
        this.origin = train.resumes().orElse(run);
        this.train = train;
        this.resumed = train.resumes().isPresent();
    }

    /** What a checkpoint belongs to: nobody goes on with it under another plan, other subjects or another request. */
    private static byte[] binding(Proposal.Train train) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(train.planEncoding());
        parts.add(train.request().getBytes(StandardCharsets.US_ASCII));
        for (List<String> subjects : List.of(train.learning(), train.testing())) {
            parts.add(ByteBuffer.allocate(Integer.BYTES).putInt(subjects.size()).array());
            subjects.forEach(subject -> parts.add(subject.getBytes(StandardCharsets.UTF_8)));
        }
        return Hash.over("tallystick/training/1", parts.toArray(byte[][]::new)).bytes();
    }

    /** Whether this node has kept the beginning of exactly this training. */
    static boolean has(TrainingStore store, Proposal.Train train) {
        return store.get(train.resumes().orElseThrow(), START, in -> in.readNBytes(Hash.BYTES))
                .filter(kept -> MessageDigest.isEqual(kept, binding(train)))
                .isPresent();
    }

    /** The trainings, under way or interrupted, that this node keeps columns of a stored table for. */
    static List<Hash> ofTable(TrainingStore store, String table) {
        return store.trainings().stream()
                .filter(training -> store.names(training).contains(TABLE + table))
                .toList();
    }

    // ---- keeping

    @Override
    public void begun(Start<Rep4Vector> start, Point<Rep4Vector> point) {
        store.clearAll();
        Optional<String> table = TrainingPlan.decode(train.planEncoding()).table();
        if (table.isPresent()) {
            store.put(origin, TABLE + table.get(), out -> {});
        }
        store.put(origin, START, out -> {
            out.write(binding(train));
            write(out, start.learning());
            out.writeBoolean(start.testing().isPresent());
            if (start.testing().isPresent()) {
                write(out, start.testing().get());
            }
            out.writeInt(start.columns().size());
            for (Training.OwnedColumn column : start.columns()) {
                byte[] described = PreparedFormat.encode(List.of(column.prepared()));
                out.writeByte(column.owner());
                out.writeInt(described.length);
                out.write(described);
            }
            out.writeBoolean(start.rescaling().isPresent());
            if (start.rescaling().isPresent()) {
                write(out, start.rescaling().get().centres());
                write(out, start.rescaling().get().factors());
            }
        });
        advanced(point);
    }

    @Override
    public void advanced(Point<Rep4Vector> point) {
        store.put(origin, name(point.step()), out -> {
            out.write(run.bytes());
            write(out, point.weights());
            write(out, point.rest());
            out.writeInt(point.losses().size());
            for (var loss : point.losses().entrySet()) {
                out.writeInt(loss.getKey());
                out.writeDouble(loss.getValue());
            }
        });
        for (Step step : steps()) {
            if (step.number() <= point.step() - LAST) {
                store.remove(origin, name(step.number()));
            }
        }
    }

    private static String name(int step) {
        return STEP + "%06d".formatted(step);
    }

    private List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (String name : store.names(origin)) {
            if (name.startsWith(STEP)) {
                Hash writer = store.get(origin, name, in -> Hash.of(in.readNBytes(Hash.BYTES)))
                        .orElseThrow();
                steps.add(new Step(Integer.parseInt(name.substring(STEP.length())), writer));
            }
        }
        return steps;
    }

    // ---- going on

    /**
     * @throws Refused if the nodes have no step in common; all find it out alike, and nothing was sent to be checked
     */
    @Override
    public Optional<Kept<Rep4Vector>> kept() {
        if (!resumed) {
            return Optional.empty();
        }
        Step common = common();
        for (Step step : steps()) {
            if (step.number() > common.number()) {
                store.remove(origin, name(step.number()));
            }
        }
        Start<Rep4Vector> start = store.get(origin, START, this::start).orElseThrow();
        Point<Rep4Vector> point = store.get(origin, name(common.number()), in -> point(in, common.number()))
                .orElseThrow();
        compare(start, point, common);
        return Optional.of(new Kept<>(start, point));
    }

    private Step common() {
        List<Step> own = steps();
        ByteBuffer post = ByteBuffer.allocate(own.size() * STEP_POST);
        own.forEach(step -> post.putInt(step.number()).put(step.run().bytes()));
        List<Step> common = new ArrayList<>(own);
        for (byte[] each : Board.exchange(mesh, post.array())) {
            common.retainAll(parsed(each));
        }
        return common.stream()
                .max(Comparator.comparingInt(Step::number))
                .orElseThrow(() -> new Refused(mesh.self(), Refusal.of(Refusal.Reason.CHECKPOINT)));
    }

    private static List<Step> parsed(byte[] post) {
        if (post.length % STEP_POST != 0 || post.length > MOST_STEPS * STEP_POST) {
            throw new ProtocolAbort(ProtocolAbort.Reason.MALFORMED, "a list of checkpoints of no possible length");
        }
        ByteBuffer bytes = ByteBuffer.wrap(post);
        List<Step> steps = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int number = bytes.getInt();
            byte[] writer = new byte[Hash.BYTES];
            bytes.get(writer);
            steps.add(new Step(number, Hash.of(writer)));
        }
        return steps;
    }

    /** Before anything else of this run is sent. */
    private void compare(Start<Rep4Vector> start, Point<Rep4Vector> point, Step step) {
        List<Rep4Vector> all =
                new ArrayList<>(List.of(start.learning().x(), start.learning().y()));
        start.testing().ifPresent(testing -> all.addAll(List.of(testing.x(), testing.y())));
        all.addAll(List.of(point.weights(), point.rest()));
        byte[][] tags = new byte[PARTS][];
        for (int part = 0; part < PARTS; part++) {
            if (part != mesh.self()) {
                tags[part] = tag(part, all, step);
            }
        }
        for (int peer = 0; peer < mesh.parties(); peer++) {
            if (peer != mesh.self()) {
                mesh.to(peer).send(towards(peer, tags));
            }
        }
        boolean same = true;
        for (int peer = 0; peer < mesh.parties(); peer++) {
            if (peer != mesh.self()) {
                byte[] expected = towards(peer, tags);
                same &= MessageDigest.isEqual(expected, mesh.to(peer).receive(expected.length));
            }
        }
        if (!same) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.CHECK_FAILED, "the nodes do not hold the same checkpoint; train anew");
        }
    }

    /** The tags of the two parts that both hold. */
    private byte[] towards(int peer, byte[][] tags) {
        ByteBuffer both = ByteBuffer.allocate(2 * Hash.BYTES);
        for (int part = 0; part < PARTS; part++) {
            if (part != mesh.self() && part != peer) {
                both.put(tags[part]);
            }
        }
        return both.array();
    }

    private byte[] tag(int part, List<Rep4Vector> all, Step step) {
        try {
            Mac mac = Primitives.hmacSha256(seeds[part].derive("tallystick/checkpoint/1", run.bytes()));
            mac.update(origin.bytes());
            mac.update(step.run().bytes());
            mac.update(ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(step.number())
                    .putInt(part)
                    .flip());
            for (Rep4Vector vector : all) {
                mac.update(ByteBuffer.allocate(2 * Integer.BYTES)
                        .putInt(vector.rows())
                        .putInt(vector.columns())
                        .flip());
                eachPiece(vector.part(part), bytes -> mac.update(bytes));
            }
            return mac.doFinal();
        } catch (IOException e) {
            throw new IllegalStateException("a sink that takes no bytes", e);
        }
    }

    // ---- to bytes and back

    @FunctionalInterface
    private interface Sink {
        void take(byte[] bytes) throws IOException;
    }

    private static void eachPiece(long[] part, Sink sink) throws IOException {
        int most = 8192;
        for (int from = 0; from < part.length; from += most) {
            sink.take(ActivationRuns.bytes(Arrays.copyOfRange(part, from, Math.min(part.length, from + most))));
        }
    }

    private static void write(DataOutputStream out, Data<Rep4Vector> data) throws IOException {
        write(out, data.x());
        write(out, data.y());
    }

    private static void write(DataOutputStream out, Rep4Vector vector) throws IOException {
        if (vector.width() != Long.SIZE) {
            throw new IllegalArgumentException(vector + " in a checkpoint");
        }
        out.writeInt(vector.rows());
        out.writeInt(vector.columns());
        for (int part = 0; part < PARTS; part++) {
            if (vector.part(part) != null) {
                eachPiece(vector.part(part), out::write);
            }
        }
    }

    private Start<Rep4Vector> start(DataInputStream in) throws IOException {
        in.readNBytes(Hash.BYTES);
        Data<Rep4Vector> learning = new Data<>(vector(in), vector(in));
        Optional<Data<Rep4Vector>> testing =
                in.readBoolean() ? Optional.of(new Data<>(vector(in), vector(in))) : Optional.empty();
        List<Training.OwnedColumn> columns = new ArrayList<>();
        int count = in.readInt();
        for (int k = 0; k < count; k++) {
            int owner = in.readByte();
            byte[] described = in.readNBytes(in.readInt());
            columns.add(new Training.OwnedColumn(
                    owner, PreparedFormat.decode(described, 1).getFirst()));
        }
        Optional<Rescaling<Rep4Vector>> rescaling =
                in.read() == 1 ? Optional.of(new Rescaling<>(vector(in), vector(in))) : Optional.empty();
        return new Start<>(learning, testing, columns, rescaling);
    }

    private Point<Rep4Vector> point(DataInputStream in, int step) throws IOException {
        in.readNBytes(Hash.BYTES);
        Rep4Vector weights = vector(in);
        Rep4Vector rest = vector(in);
        TreeMap<Integer, Double> losses = new TreeMap<>();
        int count = in.readInt();
        for (int k = 0; k < count; k++) {
            losses.put(in.readInt(), in.readDouble());
        }
        return new Point<>(step, weights, rest, losses);
    }

    private Rep4Vector vector(DataInputStream in) throws IOException {
        int rows = in.readInt();
        int columns = in.readInt();
        long[][] parts = new long[PARTS][];
        for (int part = 0; part < PARTS; part++) {
            if (part != mesh.self()) {
                parts[part] = part(in, rows * columns);
            }
        }
        return new Rep4Vector(rows, columns, Long.SIZE, parts);
    }

    private static long[] part(DataInputStream in, int elements) throws IOException {
        long[] part = new long[elements];
        int most = 8192;
        for (int from = 0; from < elements; from += most) {
            int count = Math.min(most, elements - from);
            byte[] bytes = new byte[Long.BYTES * count];
            in.readFully(bytes);
            ByteBuffer.wrap(bytes)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer()
                    .get(part, from, count);
        }
        return part;
    }
}
