package org.tallystick.protocol.clear;

import java.util.ArrayList;
import java.util.List;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.protocol.OwnerInput;

/**
 * The only messages of {@link Clear}: each owner sends all its matrices in one message to every other party, elements
 * little-endian in whole bytes.
 */
final class ClearInputs {
    private ClearInputs() {}

    static List<ClearVector> exchange(Mesh mesh, List<OwnerInput> inputs) {
        byte[] own = encoded(mesh.self(), inputs);
        for (int peer = 0; peer < mesh.parties() && own.length > 0; peer++) {
            if (peer != mesh.self()) {
                mesh.to(peer).send(own.clone());
            }
        }
        byte[][] messages = new byte[mesh.parties()][];
        for (int owner = 0; owner < mesh.parties(); owner++) {
            int length = length(owner, inputs);
            messages[owner] =
                    owner == mesh.self() || length == 0 ? own : mesh.to(owner).receive(length);
        }
        int[] read = new int[mesh.parties()];
        List<ClearVector> vectors = new ArrayList<>();
        for (OwnerInput input : inputs) {
            vectors.add(decoded(input, messages[input.owner()], read[input.owner()]));
            read[input.owner()] += Math.toIntExact(ClearCost.bytes(input));
        }
        return vectors;
    }

    private static int length(int owner, List<OwnerInput> inputs) {
        return Math.toIntExact(inputs.stream()
                .filter(input -> input.owner() == owner)
                .mapToLong(ClearCost::bytes)
                .sum());
    }

    private static byte[] encoded(int self, List<OwnerInput> inputs) {
        byte[] message = new byte[length(self, inputs)];
        int at = 0;
        for (OwnerInput input : inputs) {
            if (input.owner() != self) {
                continue;
            }
            int bytes = ClearCost.bytesPerElement(input.width());
            long mask = -1L >>> (64 - input.width());
            for (long value : input.values()) {
                for (int k = 0; k < bytes; k++) {
                    message[at++] = (byte) ((value & mask) >>> (8 * k));
                }
            }
        }
        return message;
    }

    private static ClearVector decoded(OwnerInput input, byte[] message, int from) {
        int bytes = ClearCost.bytesPerElement(input.width());
        long[] values = new long[input.rows() * input.columns()];
        int at = from;
        for (int k = 0; k < values.length; k++) {
            for (int b = 0; b < bytes; b++) {
                values[k] |= (message[at++] & 0xffL) << (8 * b);
            }
            if (input.width() < 64 && values[k] >>> input.width() != 0) {
                throw new ProtocolAbort(ProtocolAbort.Reason.MALFORMED, "an input has an element outside its ring");
            }
        }
        return new ClearVector(input.rows(), input.columns(), input.width(), values);
    }
}
