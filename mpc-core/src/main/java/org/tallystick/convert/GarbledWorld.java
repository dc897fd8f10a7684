package org.tallystick.convert;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tallystick.convert.GarbledFunction.Section;
import org.tallystick.convert.GarbledFunction.Source;
import org.tallystick.convert.GarbledFunction.Target;
import org.tallystick.garble.Evaluator;
import org.tallystick.garble.Labels;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;

/**
 * The garbled world of {@code rep4}: three parties garble alike from the seed that the fourth lacks, and the fourth
 * evaluates. Four parties, one corrupt and malicious, security with selective abort; no oblivious transfer.
 *
 * <p>Whatever one garbler sends is checked against another's digest, or against commitments, before anything depends on
 * it, so a wrong table, label or decoding bit ends the run for reasons that have nothing to do with a secret. A corrupt
 * evaluator has one label of each wire: what it tells about outputs that go back into shares must be those very labels.
 *
 * <pre>
 * prepare  i → e  tables                     j → e  their universal hash, under a key that i lacks
 *          j → e  commitments to LOW labels  k → e  SHA-256                       (way TWO)
 * run      i, j, k → e  labels               digests by another garbler, SHA-256; LOW against the commitments
 *          k → e  decoding bits, salt        j → e  salted SHA-256
 * back     e → i, j  colours of v, SHA-256 of its labels                            (targets BITS and NUMBER)
 *          i → k  v − r                      j → k  its universal hash, under a key that i lacks   (NUMBER)
 * </pre>
 *
 * <p>Where anything is revealed, each garbler sends in {@code run} something that the evaluator cannot do without
 * (labels, or the decoding bits); so call it when this node's own checks have passed and its release is on record, and
 * not before.
 *
 * <p>Outputs into shares: v = y ⊕ ρ_i ⊕ ρ_j (numbers: y − ρ_i − ρ_j), with ρ_i out of the seed that i lacks. Shares are
 * y_i = ρ_i, y_j = ρ_j, y_e = v's decoding bit, y_k = its colour. For numbers i and j, who learn v, share it: y_k = r
 * out of the seed that k lacks, y_e = v − r. Neither i nor j knows both masks, and k, who does, does not see the
 * colours.
 */
public final class GarbledWorld {
    static final int KEY_BYTES = 16;

    private final Mesh mesh;
    private final SharedSeed[] seeds;
    private final byte[] runId;
    private final Roles roles;
    private final int self;

    /**
     * @param seeds k_0 to k_3 of the connection epoch, {@code null} at this party's own index
     * @param runId never used before in this epoch: the hash of the exact proposal bytes, or epoch and stock number; it
     *     stands for the function too, so all four must have agreed on it
     */
    public GarbledWorld(Mesh mesh, SharedSeed[] seeds, byte[] runId, Roles roles) {
        if (mesh.parties() != 4) {
            throw new IllegalArgumentException("rep4 takes four parties, not " + mesh.parties());
        }
        this.mesh = mesh;
        this.seeds = seeds.clone();
        this.runId = runId.clone();
        this.roles = roles;
        this.self = mesh.self();
    }

    private boolean evaluates() {
        return self == roles.evaluator();
    }

    /**
     * Garbles ahead of the inputs: one stock for {@code rows} rows of one run. One round.
     *
     * @param number of this stock in the run id, never used before
     * @throws ProtocolAbort when tables or commitments of two garblers differ
     */
    public GarbledStock prepare(GarbledFunction function, int rows, long number) {
        return prepare(function, rows, number, false).getFirst();
    }

    /**
     * Garbles {@code count} stocks of one row, each for a run of its own: in one go, at the speed of a batch, and each
     * with an offset, a key for its digests and masks of its own. One round, as many bytes as one stock of so many
     * rows.
     *
     * @param number of these stocks in the run id, never used before
     * @throws ProtocolAbort when tables or commitments of two garblers differ
     */
    public List<GarbledStock> prepareEach(GarbledFunction function, int count, long number) {
        return prepare(function, count, number, true);
    }

    private List<GarbledStock> prepare(GarbledFunction function, int rows, long number, boolean each) {
        byte[] context = context(function, rows, each ? ~number : number);
        Preparation preparation = new Preparation(mesh, roles, seeds, function, rows, context, each);
        return evaluates() ? preparation.receive() : preparation.make();
    }

    private byte[] context(GarbledFunction function, int instances, long number) {
        ByteBuffer shape = ByteBuffer.allocate(52).putLong(number).putInt(instances);
        shape.putInt(roles.evaluator()).putInt(roles.i()).putInt(roles.j()).putInt(roles.k());
        shape.putInt(function.way().ordinal()).putInt(function.circuit().inputBits());
        shape.putInt(function.circuit().outputBits()).putInt(function.circuit().ands());
        shape.putInt(function.circuit().gates()).putInt(function.circuit().depth());
        return Transcript.digest(runId, "tallystick/garbled/1", shape.array());
    }

    /**
     * Computes the function. One round where all goes to the evaluator, two with bits back into shares, three with
     * numbers. The stock is used from here on, however this ends.
     *
     * @param inputs in the order of {@link GarbledFunction#inputs}
     * @return what comes of each target, in order
     * @throws ProtocolAbort when a check fails; it does not say which
     */
    public List<SharedOutput> run(GarbledStock stock, List<SharedInput> inputs) {
        if (!stock.roles().equals(roles)) {
            throw new IllegalArgumentException(stock + " was made by " + stock.roles() + ", not by " + roles);
        }
        Addends addends = new Addends(stock, inputs, roles, new Masks(seeds, stock.context()), self);
        stock.take();
        if (!evaluates()) {
            mesh.to(roles.evaluator()).send(labels(stock, addends));
            return new Returning(mesh, roles, stock, seeds).garbler(stock.made());
        }
        Labels outputs = evaluate(stock, addends);
        GarbledFunction function = stock.function();
        BitMatrix revealed = new BitMatrix(0, stock.instances(), new long[0]);
        if (function.outputWires(Target.EVALUATOR).length > 0) {
            Labels answers = outputs.wires(function.outputWires(Target.EVALUATOR));
            revealed = Returning.xor(answers.colours(), addends.decoding());
        }
        return new Returning(mesh, roles, stock, seeds).evaluator(outputs, revealed);
    }

    /** This garbler's message: labels, digests and decoding bits, section by section. */
    private byte[] labels(GarbledStock stock, Addends addends) {
        GarbledStock.Made made = stock.made();
        Frame frame = new Frame();
        for (Section section : stock.function().sections()) {
            boolean sends = self == section.source().sender(roles);
            if (sends || self == section.source().backup(roles)) {
                Labels falseLabels = made.inputs().range(section.from(), section.to());
                byte[] labels = made.offsets()
                        .active(falseLabels, addends.bits(section))
                        .bytes();
                frame.write(sends ? labels : Transcript.digest(section.bound(stock.context()), "labels", labels));
            }
        }
        int[] revealed = stock.function().outputWires(Target.EVALUATOR);
        if (revealed.length > 0 && self != roles.i()) {
            byte[] bits = Frame.packed(made.outputs().wires(revealed).colours());
            byte[] salt = addends.salt();
            if (self == roles.k()) {
                frame.write(bits);
                frame.write(salt);
            } else {
                frame.write(Transcript.digest(stock.context(), "decoding", salt, bits));
            }
        }
        return frame.written();
    }

    /** Takes in what the garblers sent, checks all of it, and evaluates. */
    private Labels evaluate(GarbledStock stock, Addends addends) {
        GarbledFunction function = stock.function();
        Frame[] frames = new Frame[4];
        for (int garbler : new int[] {roles.i(), roles.j(), roles.k()}) {
            frames[garbler] = new Frame(mesh.to(garbler).receive(addends.messageBytes(garbler)));
        }
        boolean right = true;
        int committed = 0;
        List<Labels> parts = new ArrayList<>();
        for (Section section : function.sections()) {
            int bytes = Labels.BYTES * section.wires() * stock.instances();
            byte[] sent = frames[section.source().sender(roles)].read(bytes);
            Labels labels = Labels.of(sent, 0, section.wires(), stock.instances());
            byte[] bound = section.bound(stock.context());
            if (section.source() == Source.LOW) {
                int length = 2 * Commitments.BYTES * section.wires() * stock.instances();
                byte[] commitments = Arrays.copyOfRange(stock.received().commitments(), committed, committed + length);
                committed += length;
                right &= Commitments.match(bound, commitments, labels, addends.bits(section));
            } else {
                byte[] digest = frames[section.source().backup(roles)].read(Transcript.BYTES);
                right &= MessageDigest.isEqual(digest, Transcript.digest(bound, "labels", sent));
            }
            parts.add(labels);
        }
        int revealed = function.outputWires(Target.EVALUATOR).length;
        if (revealed > 0) {
            byte[] bits = frames[roles.k()].read((int) GarbledFunction.bitBytes(revealed, stock.instances()));
            byte[] salt = frames[roles.k()].read(Transcript.BYTES);
            byte[] digest = frames[roles.j()].read(Transcript.BYTES);
            right &= MessageDigest.isEqual(digest, Transcript.digest(stock.context(), "decoding", salt, bits));
            addends.decode(bits, revealed);
        }
        check(right);
        Labels active = parts.stream().reduce(Labels::and).orElseThrow();
        GarbledStock.Received received = stock.received();
        var tables = received.tables().iterator();
        return new Evaluator(received.key(), received.first(), stock.instances(), received.hashing())
                .evaluate(function.circuit(), active, length -> tables.next());
    }

    static void check(boolean right) {
        if (!right) {
            throw new ProtocolAbort(ProtocolAbort.Reason.CHECK_FAILED, "a check of this run failed; the run has ended");
        }
    }

    @Override
    public String toString() {
        return "GarbledWorld[party " + self + ", " + roles + "]";
    }
}
