package org.tallystick.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tallystick.program.Encoding;
import org.tallystick.program.MalformedProgram;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.training.TrainingPlan.Label;

/**
 * How well a model tells bad from good on rows whose labels the bank has: the whole agreement about such an evaluation,
 * as data. Its canonical {@link #encoding} is what the nodes hash, decide on and hold each other to; approving it
 * approves no score.
 *
 * <p>The program says which columns each owner brings, by which rules and in which ranges; its answer about single rows
 * is not computed. The bank learns {@link Evaluation.Result}, aggregates of all rows, in its place.
 *
 * @param program whose only answer is whether the score reaches one threshold, revealed to the bank
 * @param scale bits after the binary point of the program's score, which is a logit: higher is riskier
 * @param label the bank's column that says whether a business turned bad
 */
public record EvaluationPlan(Program program, int scale, Label label) {
    /** How every encoding begins; no program's and no training plan's does. */
    private static final int MARK = 0x54455631;

    private static final int MAX_TEXT = 256;

    /** Scores, and their differences to the threshold, stay below 2^61 mod 2^64. */
    private static final int WIDEST = 62;

    /** The histogram cuts 8 bits after the binary point. */
    private static final int LEAST_SCALE = 9;

    private static final int MOST_SCALE = 56;

    private static final int MOST_ROWS = 1 << 17;
    private static final long MOST_NUMBERS = 1L << 23;

    public EvaluationPlan {
        List<Operation.Band> bands = of(program, Operation.Band.class);
        List<Operation.Reveal> answers = of(program, Operation.Reveal.class);
        require(
                bands.size() == 1
                        && answers.size() == 1
                        && of(program, Operation.FloorBits.class).isEmpty(),
                "the program has other answers than whether a threshold is reached");
        Operation threshold = program.operations().get(bands.getFirst().thresholds());
        require(
                threshold instanceof Operation.Stored(String _, List<Operation.Interval> bounds) && bounds.size() == 1
                        || threshold instanceof Operation.Constant(List<Long> values) && values.size() == 1,
                "the program has more than one threshold");
        require(
                program.width() <= WIDEST,
                "the score may take " + program.width() + " bits, and " + WIDEST + " are possible; narrow its ranges");
        require(scale >= LEAST_SCALE && scale <= MOST_SCALE, "a score of " + scale + " bits after the binary point");
        for (String text : List.of(label.column(), label.bad())) {
            require(!text.isEmpty() && text.length() <= MAX_TEXT, "a label of no or more than 256 characters");
        }
    }

    /** The party that owns the labels and the model, and learns the evaluation. */
    public int bank() {
        return of(program, Operation.Reveal.class).getFirst().party();
    }

    /** Whether the bank brings numbers of the model that nobody else learns. */
    public boolean hasPrivateNumbers() {
        return !of(program, Operation.Stored.class).isEmpty();
    }

    /** Whether so many rows of its columns fit an evaluation: at most 2^17 rows, and 2^23 numbers in all. */
    public boolean takes(int rows) {
        long columns = 0;
        for (Operation.Input input : of(program, Operation.Input.class)) {
            columns += input.columns().size();
        }
        return rows >= 1 && rows <= MOST_ROWS && rows * columns <= MOST_NUMBERS;
    }

    Operation.Band band() {
        return of(program, Operation.Band.class).getFirst();
    }

    private static <T extends Operation> List<T> of(Program program, Class<T> kind) {
        List<T> found = new ArrayList<>();
        for (Operation operation : program.operations()) {
            if (kind.isInstance(operation)) {
                found.add(kind.cast(operation));
            }
        }
        return found;
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException("no evaluation: " + problem);
        }
    }

    // ---- the canonical encoding: a mark, scale, column and text of the label, and the program's encoding

    public byte[] encoding() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MARK);
            out.writeByte(scale);
            out.writeUTF(label.column());
            out.writeUTF(label.bad());
            out.write(Encoding.encode(program));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Whether bytes claim to be the encoding of a plan. */
    public static boolean isMarked(byte[] encoding) {
        return encoding.length >= Integer.BYTES && ByteBuffer.wrap(encoding).getInt() == MARK;
    }

    /**
     * Reads an encoding from an untrusted place.
     *
     * @throws IllegalArgumentException if it is not the encoding of a sound plan
     */
    public static EvaluationPlan decode(byte[] encoding) {
        if (!isMarked(encoding)) {
            throw new IllegalArgumentException("not an evaluation plan of a known version");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoding))) {
            in.skipNBytes(Integer.BYTES);
            int scale = in.readUnsignedByte();
            Label label = new Label(in.readUTF(), in.readUTF());
            EvaluationPlan plan = new EvaluationPlan(Encoding.decode(in.readAllBytes()), scale, label);
            if (!Arrays.equals(encoding, plan.encoding())) {
                throw new IllegalArgumentException("an evaluation plan that is not in its canonical encoding");
            }
            return plan;
        } catch (IOException | MalformedProgram e) {
            throw new IllegalArgumentException("an evaluation plan that breaks off or is malformed", e);
        }
    }
}
