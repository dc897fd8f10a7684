package org.tallystick.convert;

import java.nio.ByteBuffer;
import java.util.List;
import org.tallystick.convert.GarbledFunction.Input;
import org.tallystick.convert.GarbledFunction.Section;
import org.tallystick.convert.GarbledFunction.Source;
import org.tallystick.convert.GarbledFunction.Target;
import org.tallystick.garble.Labels;
import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.BitSlice;
import org.tallystick.ring.Ring;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/** The bits behind the labelled inputs of one run, as far as this party knows them. */
final class Addends {
    private final GarbledStock stock;
    private final List<SharedInput> inputs;
    private final Roles roles;
    private final Masks masks;
    private final int self;
    private BitMatrix decoding;

    Addends(GarbledStock stock, List<SharedInput> inputs, Roles roles, Masks masks, int self) {
        this.stock = stock;
        this.inputs = List.copyOf(inputs);
        this.roles = roles;
        this.masks = masks;
        this.self = self;
        this.decoding = new BitMatrix(0, stock.instances(), new long[0]);
        check(stock.function().inputs());
    }

    private void check(List<Input> declared) {
        if (inputs.size() != declared.size()) {
            throw new IllegalArgumentException(inputs.size() + " inputs for " + stock);
        }
        for (int n = 0; n < declared.size(); n++) {
            boolean fits = switch (inputs.get(n)) {
                case SharedInput.Numbers(Rep4Vector x) ->
                    !declared.get(n).bits()
                            && x.columns() == 1
                            && x.rows() == stock.instances()
                            && x.width() == declared.get(n).width();
                case SharedInput.Bits(Rep4Bits x) ->
                    declared.get(n).bits()
                            && x.rows() == stock.instances()
                            && x.wires() == declared.get(n).width();
            };
            if (!fits) {
                throw new IllegalArgumentException("input " + n + " is " + inputs.get(n) + ", declared as "
                        + declared.get(n) + " in " + stock.instances() + " rows");
            }
        }
    }

    /** The bits of a section; asked only of who knows them. */
    BitMatrix bits(Section section) {
        int e = roles.evaluator();
        return switch (section.source()) {
            case LOW -> sum(section, roles.j(), roles.k());
            case HIGH -> sum(section, roles.i(), e);
            case PART_J -> sum(section, roles.j(), roles.j());
            case PART_K -> sum(section, roles.k(), roles.k());
            case MASK_I -> mask(section, roles.i());
            case MASK_J -> mask(section, roles.j());
        };
    }

    private BitMatrix sum(Section section, int one, int other) {
        int rows = stock.instances();
        long[] words = switch (inputs.get(section.number())) {
            case SharedInput.Numbers(Rep4Vector x) -> {
                long[] sum = one == other ? x.part(one) : Ring.add(x.part(one), x.part(other));
                yield BitSlice.planes(sum, rows, 1, section.wires());
            }
            case SharedInput.Bits(Rep4Bits x) -> one == other ? x.part(one) : Ring.xor(x.part(one), x.part(other));
        };
        return new BitMatrix(section.wires(), rows, words);
    }

    private BitMatrix mask(Section section, int lacking) {
        int rows = stock.instances();
        if (stock.function().targets().get(section.number()) == Target.BITS) {
            return masks.bits(lacking, section.number(), section.wires(), rows);
        }
        long[] numbers = masks.numbers(lacking, "mask", section.number(), section.wires(), rows);
        return new BitMatrix(section.wires(), rows, BitSlice.planes(numbers, rows, 1, section.wires()));
    }

    /** What hides the decoding bits in their digest; the evaluator gets it with the bits. */
    byte[] salt() {
        ByteBuffer salt = ByteBuffer.allocate(Transcript.BYTES);
        for (long word : masks.generator(roles.evaluator(), "salt").elements(0, Transcript.BYTES / 8)) {
            salt.putLong(word);
        }
        return salt.array();
    }

    /** Bytes of what a garbler sends to the evaluator in a run. */
    int messageBytes(int garbler) {
        long bytes = 0;
        for (Section section : stock.function().sections()) {
            if (section.source().sender(roles) == garbler) {
                bytes += (long) Labels.BYTES * section.wires() * stock.instances();
            }
            if (section.source() != Source.LOW && section.source().backup(roles) == garbler) {
                bytes += Transcript.BYTES;
            }
        }
        int revealed = stock.function().outputWires(Target.EVALUATOR).length;
        if (revealed > 0 && garbler != roles.i()) {
            bytes += Transcript.BYTES;
            bytes += garbler == roles.k() ? GarbledFunction.bitBytes(revealed, stock.instances()) : 0;
        }
        return Math.toIntExact(bytes);
    }

    void decode(byte[] packed, int wires) {
        decoding = Frame.unpacked(packed, wires, stock.instances());
    }

    BitMatrix decoding() {
        return decoding;
    }

    @Override
    public String toString() {
        return "Addends[party " + self + "]";
    }
}
