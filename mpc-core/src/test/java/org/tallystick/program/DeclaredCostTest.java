package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.gadget.Bands;
import org.tallystick.gadget.RangeCheck;
import org.tallystick.net.CountingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Parties;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * What a profile declares is what passes over its mesh, to the byte and the round: for each operation, for each gadget,
 * and for whole programs. The prediction and the measurement run the same code.
 */
class DeclaredCostTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";

    /** Code of every party; generic, so that it runs over shares and over shapes. */
    private interface Code {
        <A extends ArithmeticShare, B extends BitShare> void run(
                Protocol<A, B> protocol, int rows, int columns, int width);
    }

    private enum Subject implements Code {
        INPUTS_OF_ONE {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                input(p, rows, columns, width);
            }
        },
        INPUTS_OF_ALL {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                inputs(p, rows, columns, width, 0, 1, 2, 3, 1);
            }
        },
        OPEN {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                p.open(input(p, rows, columns, width));
            }
        },
        OPEN_BITS {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                p.open(p.constant(new BitMatrix(columns, rows, new long[columns * BitMatrix.wordsPerWire(rows)])));
            }
        },
        REVEAL {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                p.reveal(input(p, rows, columns, width), (rows + columns) % 4);
            }
        },
        REVEAL_BITS_TO_EACH {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                B bits = p.constant(new BitMatrix(columns, rows, new long[columns * BitMatrix.wordsPerWire(rows)]));
                for (int party = 0; party < 4; party++) {
                    p.reveal(bits, party);
                }
            }
        },
        MULTIPLY_AT_ONCE {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                List<A> both = inputs(p, rows, columns, width, 2, 3);
                p.multiply(both.get(0), both.get(1));
            }
        },
        MULTIPLY_TWICE {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                A x = input(p, rows, columns, width);
                p.multiply(p.multiply(x, x), x);
            }
        },
        DOT {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                A x = input(p, rows, columns, width);
                p.dot(x, p.constant(new long[columns], 1, columns, width));
                p.dot(x, x);
            }
        },
        TRUNCATE {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                if (width > 2) {
                    A x = input(p, rows, columns, width);
                    p.truncate(p.truncate(x, (width - 1) / 2), width - 2);
                    p.truncate(x, 1);
                }
            }
        },
        TO_BITS {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                A x = input(p, rows, columns, width);
                p.sign(x);
                p.toBits(x, 0, width);
                p.toBits(x, width / 3, width / 2 + 1);
            }
        },
        FROM_BIT {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                p.fromBit(
                        p.constant(new BitMatrix(columns, rows, new long[columns * BitMatrix.wordsPerWire(rows)])),
                        width);
            }
        },
        AND {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                B x = p.toBits(input(p, rows, columns, width), 0, 1);
                p.and(p.and(x, p.not(x)), x);
            }
        },
        BANDS {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                A x = p.columns(input(p, rows, columns, width), 0, 1);
                p.reveal(Bands.count(p, x, p.constant(new long[5], 1, 5, width)), 3);
            }
        },
        RANGE_CHECK {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                List<RangeCheck.Bound> bounds = IntStream.range(0, columns)
                        .mapToObj(_ -> new RangeCheck.Bound(0, 0))
                        .toList();
                List<RangeCheck.Ascending> all = List.of(new RangeCheck.Ascending(0, columns));
                p.open(RangeCheck.violation(p, input(p, rows, columns, width), bounds, all));
            }
        };

        private static <A extends ArithmeticShare> A input(Protocol<A, ?> p, int rows, int columns, int width) {
            return inputs(p, rows, columns, width, (rows + columns + width) % 4).getFirst();
        }

        private static <A extends ArithmeticShare> List<A> inputs(
                Protocol<A, ?> p, int rows, int columns, int width, int... owners) {
            List<OwnerInput> inputs = new ArrayList<>();
            for (int owner : owners) {
                long[] values = owner == p.self() ? new long[rows * columns] : null;
                inputs.add(new OwnerInput(owner, rows, columns, width, values));
            }
            return p.inputs(inputs);
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void everyOperationCostsWhatIsDeclared(
            ProfileUnderTest<A, B> profile) {
        for (Subject subject : Subject.values()) {
            for (int rows : new int[] {1, 2, 3, 63, 64, 65, 130}) {
                for (int columns : new int[] {1, 3}) {
                    for (int width : new int[] {1, 8, 33, 44, 63, 64}) {
                        check(profile, subject, rows, columns, width);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void theRippleCostsWhatIsDeclared(ProfileUnderTest<A, B> profile) {
        check(profile, Subject.TO_BITS, 1 << 18, 1, 6);
    }

    private static <A extends ArithmeticShare, B extends BitShare> void check(
            ProfileUnderTest<A, B> profile, Code code, int rows, int columns, int width) {
        Cost declared =
                Prediction.of(profile.profile(), profile.cost(), protocol -> code.run(protocol, rows, columns, width));
        Cost measured = measured(profile, protocol -> {
            code.run(protocol, rows, columns, width);
            return protocol.self();
        });
        assertEquals(declared, measured, code + " of " + rows + " x " + columns + " mod 2^" + width);
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void wholeProgramsCostWhatIsPredicted(
            ProfileUnderTest<A, B> profile) {
        for (int thresholds : new int[] {1, 5}) {
            Program program = Programs.score(profile.profile(), thresholds);
            Map<String, long[]> model = Map.of("weights", new long[3], "thresholds", new long[thresholds]);
            Cost activation = measured(profile, protocol -> activated(protocol, program, model));
            assertEquals(Prediction.ofActivation(program, profile.cost(), 3), activation);
            List<Map<String, A>> stored = Parties.run(4, mesh -> activated(profile.start(mesh, 1), program, model));
            for (int rows : new int[] {1, 2, 65, 1000}) {
                List<List<long[]>> own = List.of(
                        List.of(new long[2 * rows]), List.of(new long[rows]), List.of(), List.of(new long[rows]));
                Cost run = measured(
                        profile,
                        protocol -> Interpreter.run(
                                protocol,
                                program,
                                rows,
                                own.get(protocol.self()),
                                stored.get(protocol.self()),
                                Checkpoints.NONE));
                assertEquals(Prediction.of(program, profile.cost(), rows), run, rows + " rows");
            }
        }
    }

    private static <A extends ArithmeticShare, B extends BitShare> Map<String, A> activated(
            Protocol<A, B> protocol, Program program, Map<String, long[]> model) {
        return Activation.run(protocol, program, 3, protocol.self() == 3 ? Optional.of(model) : Optional.empty());
    }

    private static <A extends ArithmeticShare, B extends BitShare, T> Cost measured(
            ProfileUnderTest<A, B> profile, Function<Protocol<A, B>, T> body) {
        List<CountingMesh> meshes = CountingMesh.wrap(InProcessMesh.of(profile.parties(), Duration.ofSeconds(30)));
        InProcessMesh.run(List.copyOf(meshes), mesh -> body.apply(profile.start(mesh, 0)));
        return new Cost(
                meshes.getFirst().rounds(),
                meshes.stream().mapToLong(CountingMesh::bytesSent).toArray());
    }
}
