package org.tallystick.garble;

import java.util.Arrays;

/** Puts wires into slots, in place: a wire's slot is free again after the gate that reads it last. */
final class Slots {
    private final int[] code;
    private final int[] outputs;
    private final int inputBits;
    private final int[] lastRead;
    private final int[] slotOf;
    private final int[] free;
    private int freeCount;
    private int slots;

    /** @param outputs wires that stay to the end; replaced by their slots */
    Slots(int[] code, int wires, int inputBits, int[] outputs) {
        this.code = code;
        this.outputs = outputs;
        this.inputBits = inputBits;
        this.lastRead = new int[wires];
        this.slotOf = new int[wires];
        this.free = new int[wires];
    }

    /** The number of slots. */
    int assign() {
        Arrays.fill(lastRead, -1);
        for (int at = 0; at < code.length; at += Circuit.STRIDE) {
            lastRead[code[at + 1]] = at;
            lastRead[code[at + 2]] = at;
        }
        for (int wire : outputs) {
            lastRead[wire] = Integer.MAX_VALUE;
        }
        for (int i = 0; i < inputBits; i++) {
            slotOf[i] = i;
        }
        slots = inputBits;
        for (int i = inputBits - 1; i >= 0; i--) {
            if (lastRead[i] < 0) {
                free[freeCount++] = i;
            }
        }
        for (int at = 0; at < code.length; at += Circuit.STRIDE) {
            place(at);
        }
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = slotOf[outputs[i]];
        }
        return slots;
    }

    private void place(int at) {
        int a = code[at + 1];
        int b = code[at + 2];
        int out = code[at + 3];
        code[at + 1] = slotOf[a];
        code[at + 2] = slotOf[b];
        if (lastRead[a] == at) {
            free[freeCount++] = slotOf[a];
        }
        if (b != a && lastRead[b] == at) {
            free[freeCount++] = slotOf[b];
        }
        slotOf[out] = freeCount > 0 ? free[--freeCount] : slots++;
        code[at + 3] = slotOf[out];
    }
}
