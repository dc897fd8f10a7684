package org.tallystick.convert;

/**
 * Who does what in the garbled world of {@code rep4}: one evaluates, three garble. The garblers' roles are alike in
 * power, each has a veto, but not in load; turning all three together spreads it and keeps the vetoes.
 *
 * @param evaluator e
 * @param i sends the tables; knows x_j + x_k, as the evaluator does
 * @param j sends the labels of x_i + x_e
 * @param k sends the decoding bits, and is told nothing of what goes back into shares
 */
public record Roles(int evaluator, int i, int j, int k) {
    /** The evaluator, and how often the other three have been turned. */
    public static Roles of(int evaluator, int turn) {
        if (evaluator < 0 || evaluator > 3) {
            throw new IllegalArgumentException("party " + evaluator + " of four");
        }
        int[] garbler = new int[3];
        for (int role = 0; role < 3; role++) {
            garbler[role] = evaluator + 1 + Math.floorMod(role + turn, 3) & 3;
        }
        return new Roles(evaluator, garbler[0], garbler[1], garbler[2]);
    }
}
