package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.gadget.Bands;
import org.tallystick.gadget.RangeCheck;
import org.tallystick.net.CountingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Parties;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.rep4.Rep4Cost;
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
        MATRIX_PRODUCT {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                A x = input(p, rows, columns, width);
                A square = p.product(p.transpose(x), x);
                p.product(x, square);
                A linear = p.concatRows(List.of(p.rows(square, 0, 1), p.sumRows(x), p.rows(x, new int[] {0, 0})));
                p.product(p.multiplyConstant(linear, new long[4 * columns]), square);
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
        SIGN_WITHOUT_LOW_BITS {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                A x = input(p, rows, columns, width);
                p.sign(x, Math.max(0, width - 2));
                p.sign(x, width / 3);
            }
        },
        PRODUCTS_WITH_BITS {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> void run(
                    Protocol<A, B> p, int rows, int columns, int width) {
                B bits = p.constant(new BitMatrix(columns, rows, new long[columns * BitMatrix.wordsPerWire(rows)]));
                A x = input(p, rows, columns, width);
                p.dotBits(bits, p.multiplyBits(bits, x));
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

    /** The design's figures: from shared inputs a product, an input and 7 ANDs deep, an opening: 10 rounds. */
    @Test
    void aBandOf32FeaturesTakesElevenRoundsAndTheBytesOfTheDesign() {
        Program program = bandOf32Features();
        assertEquals(44, program.width());
        assertEquals(11, Prediction.of(program, new Rep4Cost(), 1).rounds());
        assertEquals(47, Prediction.of(program, new Rep4Cost(), 1 << 18).rounds());
        // 66 elements of 5.5 bytes for 33 input columns, 6 for the product, 3 bits for the answer, and the sign.
        double perRow = 2 * 33 * 5.5 + 6 * 5.5 + 3 / 8.0;
        assertEquals(perRow + 91, bytesOfARow(program, 1 << 17), 0.01);
        assertEquals(perRow + 43, bytesOfARow(program, 1 << 20), 0.01);
    }

    /** Bytes of all parties for one more row, from that many rows on. */
    private static double bytesOfARow(Program program, int rows) {
        long one = Prediction.of(program, new Rep4Cost(), rows).totalBytes();
        long two = Prediction.of(program, new Rep4Cost(), rows + 1024).totalBytes();
        return (two - one) / 1024.0;
    }

    private static Program bandOf32Features() {
        List<Operation> operations = List.of(
                new Operation.Input(0, Programs.columns("tax", 12, 1 << 18)),
                new Operation.Input(1, Programs.columns("utility", 10, 1 << 18)),
                new Operation.Input(2, Programs.columns("insurance", 10, 1 << 18)),
                new Operation.Input(3, Programs.columns("bank", 1, 1L << 42)),
                new Operation.Stored("weights", Programs.intervals(32, -(1 << 18), 1 << 18)),
                new Operation.Stored("threshold", Programs.intervals(1, -1000, 1000)),
                new Operation.Concat(List.of(0, 1, 2)),
                new Operation.Dot(6, 4),
                new Operation.Add(7, 3),
                new Operation.Band(8, 5),
                new Operation.Reveal(9, 3));
        return new Program(
                "band",
                Profile.REP4,
                Programs.ROLES,
                RangeAnalysis.of(operations).width(),
                operations);
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
