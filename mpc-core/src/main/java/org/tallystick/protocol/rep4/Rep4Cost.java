package org.tallystick.protocol.rep4;

import java.util.Arrays;
import java.util.List;
import org.tallystick.protocol.Adder;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.CostModel;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.rep4.Lanes.Parity;
import org.tallystick.random.UniversalHash;

/**
 * What rep4's operations cost: an element a term from its sender, a digest of {@value UniversalHash#BYTES} bytes from
 * its backup. A message whose words of one parity are none is not sent.
 */
public final class Rep4Cost implements CostModel {
    private static final int DIGEST = UniversalHash.BYTES;

    private final Adder.Rule carries;

    public Rep4Cost() {
        this(Adder::choose);
    }

    /** @param carries as {@link Rep4} was given it */
    public Rep4Cost(Adder.Rule carries) {
        this.carries = carries;
    }

    @Override
    public int parties() {
        return 4;
    }

    /** One round, 2 elements from each owner. */
    @Override
    public Cost inputs(List<OwnerInput> inputs) {
        long[] sent = new long[4];
        for (OwnerInput input : inputs) {
            sent[input.owner()] += 2L * bytes(Lanes.ring(input.rows() * input.columns(), input.width()));
        }
        // An owner's two elements go to two parties.
        return new Cost(1, sent, Arrays.stream(sent).max().orElse(0) / 2);
    }

    /** A digest each way between the two that received the input, and a tag from each to the third. */
    @Override
    public Cost checksWithProduct(List<OwnerInput> inputs) {
        return checks(inputs, 0);
    }

    @Override
    public Cost checksAlone(List<OwnerInput> inputs) {
        return checks(inputs, 1);
    }

    private static Cost checks(List<OwnerInput> inputs, int rounds) {
        long[][] links = new long[4][4];
        for (OwnerInput input : inputs) {
            int p = input.owner();
            for (int i = 2; i <= 3; i++) {
                links[p + i & 3][p + 5 - i & 3] += DIGEST;
                links[p + i & 3][p + 1 & 3] += DIGEST;
            }
        }
        // Messages that carry a product's besides are counted where they are larger.
        return new Cost(rounds, sent(links), rounds * busiest(links));
    }

    /** One round, 6 elements. */
    @Override
    public Cost multiply(int elements, int width) {
        return terms(Terms.PRODUCT, Lanes.ring(elements, width));
    }

    /** Two rounds: 2 elements and 2 of {@code bits} bits, then 4 of {@code bits} bits. */
    @Override
    public Cost truncate(int elements, int width, int bits) {
        Lanes small = Lanes.ring(elements, bits);
        return pairInputs(Lanes.ring(elements, width), small).plus(terms(Terms.STANDARD.cross(small), small));
    }

    /** One round to bring in 2 · to bits, then the adder's layers, the first of which takes 4 bits an AND, others 6. */
    @Override
    public Cost toBits(int rows, int columns, int width, int from, int to) {
        Cost cost = pairInputs(Lanes.bits(to * columns, rows));
        List<Integer> layers = Adder.andLayers(carries.form(rows, columns, to), from, to);
        for (int layer = 0; layer < layers.size(); layer++) {
            Lanes lanes = Lanes.bits(layers.get(layer) * columns, rows);
            cost = cost.plus(terms(layer == 0 ? Terms.STANDARD.cross(lanes) : Terms.STANDARD.product(lanes), lanes));
        }
        return cost;
    }

    /** The sign of numbers shorter by what is dropped. */
    @Override
    public Cost sign(int rows, int columns, int width, int dropped) {
        int planes = width - dropped;
        return toBits(rows, columns, planes, planes - 1, planes);
    }

    /** Two rounds, 4 + 4 elements. */
    @Override
    public Cost multiplyBits(int elements, int width) {
        return dotBits(elements, 1, width);
    }

    /** Two rounds, 4 elements a column and 4 a row. */
    @Override
    public Cost dotBits(int rows, int columns, int width) {
        Lanes lanes = Lanes.ring(rows * columns, width);
        Lanes sums = Lanes.ring(rows, width);
        return pairInputs(lanes, lanes).plus(terms(Terms.STANDARD.cross(sums), sums));
    }

    /** Two rounds, 2 + 4 elements. */
    @Override
    public Cost fromBit(int wires, int rows, int width) {
        Lanes lanes = Lanes.ring(wires * rows, width);
        return pairInputs(lanes).plus(terms(Terms.STANDARD.cross(lanes), lanes));
    }

    /** One round, 6 bits. */
    @Override
    public Cost and(int wires, int rows) {
        Lanes lanes = Lanes.bits(wires, rows);
        return terms(Terms.STANDARD.product(lanes), lanes);
    }

    /** One round, one element to each party. */
    @Override
    public Cost open(int elements, int width) {
        return open(Lanes.ring(elements, width));
    }

    @Override
    public Cost openBits(int wires, int rows) {
        return open(Lanes.bits(wires, rows));
    }

    private static Cost open(Lanes lanes) {
        long each = bytes(lanes) + DIGEST;
        return new Cost(1, new long[] {each, each, each, each}, each - DIGEST);
    }

    /** One round, from each of the other three an element with the pad of its digest, and a digest. */
    @Override
    public Cost reveal(int elements, int width, int party) {
        return reveal(Lanes.ring(elements, width), party);
    }

    @Override
    public Cost revealBits(int wires, int rows, int party) {
        return reveal(Lanes.bits(wires, rows), party);
    }

    private static Cost reveal(Lanes lanes, int party) {
        long[] sent = new long[4];
        for (int sender = 0; sender < 4; sender++) {
            sent[sender] = sender == party ? 0 : bytes(lanes) + 2 * DIGEST;
        }
        return new Cost(1, sent);
    }

    /** Both pairs' inputs, of as many kinds as there are lanes, in one round. */
    private static Cost pairInputs(Lanes... kinds) {
        long[][] links = new long[4][4];
        for (Lanes lanes : kinds) {
            add(links, Terms.STANDARD.low(lanes), lanes);
            add(links, Terms.STANDARD.high(lanes), lanes);
        }
        return new Cost(1, sent(links), busiest(links));
    }

    private static Cost terms(List<Term> terms, Lanes lanes) {
        long[][] links = new long[4][4];
        add(links, terms, lanes);
        return new Cost(1, sent(links), busiest(links));
    }

    private static void add(long[][] links, List<Term> terms, Lanes lanes) {
        for (Term term : terms) {
            int bytes = lanes.byteCount(term.parity());
            if (bytes > 0) {
                links[term.sender()][term.receiver()] += bytes;
                links[term.backup()][term.receiver()] += DIGEST;
            }
        }
    }

    private static long[] sent(long[][] links) {
        return Arrays.stream(links)
                .mapToLong(peers -> Arrays.stream(peers).sum())
                .toArray();
    }

    private static long busiest(long[][] links) {
        return Arrays.stream(links).flatMapToLong(Arrays::stream).max().orElse(0);
    }

    private static long bytes(Lanes lanes) {
        return lanes.byteCount(Parity.ALL);
    }
}
