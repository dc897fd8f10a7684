package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tallystick.net.CountingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.program.Prediction;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** In operations of one round, the declared bytes of the busiest link are those that pass. */
class BusiestLinkTest {
    enum Operation {
        INPUTS,
        MULTIPLY,
        AND,
        LONG_AND,
        OPEN,
        REVEAL,
        /** The addends' bits and nothing else: there is no carry. */
        LOWEST_BIT;

        <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p) {
            A x = p.constant(new long[130], 130, 1, 44);
            B bits = p.constant(new BitMatrix(2, 130, new long[6]));
            switch (this) {
                case INPUTS -> {
                    long[] own = p.self() == 2 ? new long[130] : null;
                    p.inputs(List.of(new OwnerInput(2, 130, 1, 44, own)));
                }
                case MULTIPLY -> p.multiply(x, x);
                case AND -> p.and(bits, bits);
                case LONG_AND -> {
                    B many = p.constant(new BitMatrix(99, 130, new long[3 * 99]));
                    p.and(many, many);
                }
                case OPEN -> p.open(x);
                case REVEAL -> p.reveal(x, 1);
                case LOWEST_BIT -> p.toBits(x, 0, 1);
            }
        }
    }

    /**
     * 129 quotients of 64 bits are long, as many bits of 16 are short, and what a link takes of both is one message.
     */
    @Test
    void ofTwoKindsInOneRoundALinkTakesBoth() {
        long first = 65 * 8 + 16;
        long second = 129 * 2 + 16;
        assertEquals(first + second, new Rep4Cost().truncate(129, 64, 16).busiestLink());
    }

    static Stream<Operation> operations() {
        return Stream.of(Operation.values());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void declaredIsMeasured(Operation operation) {
        Cost declared = Prediction.of(Profile.REP4, new Rep4Cost(), operation::run);
        List<CountingMesh> meshes = CountingMesh.wrap(InProcessMesh.of(4, Duration.ofSeconds(30)));
        InProcessMesh.run(List.copyOf(meshes), mesh -> {
            operation.run(ProfileUnderTest.ALL.get(1).start(mesh, 0));
            return 0;
        });
        long most = 0;
        for (CountingMesh mesh : meshes) {
            for (int peer = 0; peer < 4; peer++) {
                most = Math.max(most, mesh.bytesSentTo(peer));
            }
        }
        assertEquals(1, declared.rounds());
        assertEquals(most, declared.busiestLink());
    }
}
