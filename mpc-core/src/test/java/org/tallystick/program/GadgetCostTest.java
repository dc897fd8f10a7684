package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.gadget.Division;
import org.tallystick.gadget.Exponential;
import org.tallystick.gadget.Extremes;
import org.tallystick.gadget.Indicators;
import org.tallystick.gadget.Logarithm;
import org.tallystick.gadget.Lowest;
import org.tallystick.gadget.Select;
import org.tallystick.gadget.Sigmoid;
import org.tallystick.gadget.Softplus;
import org.tallystick.net.CountingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.rep4.Rep4Cost;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Each gadget costs what is predicted, in every profile, and under rep4 the rounds and bytes a row of the documents.
 */
class GadgetCostTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";

    /** One gadget with its figures under rep4: rounds, and bytes of all parties for one more row. */
    enum Gadget {
        SELECT(2, 64) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                A x = matrix(p, rows, 1);
                Select.of(p, bit(p, rows), x, x);
            }
        },
        MAXIMUM(10, 200) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                A x = matrix(p, rows, 1);
                Extremes.maximum(p, x, x);
            }
        },
        MINIMUM_OF_FIVE(30, 800) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Extremes.minimumOfRow(p, matrix(p, rows, 5));
            }
        },
        EQUAL_OF_16_BITS(6, 63.5) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Indicators.equal(p, p.narrow(matrix(p, rows, 1), 17), 5);
            }
        },
        ONE_HOT_OF_20(5, 147.25) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Indicators.oneHot(p, matrix(p, rows, 1), 20);
            }
        },
        COUNTS(2, 48) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Indicators.counts(p, bit(p, rows), 64);
            }
        },
        THREE_LOWEST_OF_32(52, 25_752) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Lowest.negative(p, p.narrow(matrix(p, rows, 32), 44), 3);
            }
        },
        THREE_PIECES(9, 230) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Sigmoid.threePiece(p, matrix(p, rows, 1), 32, 20);
            }
        },
        LINES(10, 1416.75) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Sigmoid.accurate(p, Sigmoid.Form.LINES, matrix(p, rows, 1), 32, 10, 16);
            }
        },
        LINES_WITHOUT_TRUNCATION(8, 1370.75) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Sigmoid.accurate(p, Sigmoid.Form.LINES, matrix(p, rows, 1), 24, 10, 40);
            }
        },
        LINES_OF_WIDE_NUMBERS(11, 2157) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Sigmoid.accurate(p, Sigmoid.Form.LINES, matrix(p, rows, 1), 32, 26, 16);
            }
        },
        CUBICS(14, 590.5) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Sigmoid.accurate(p, Sigmoid.Form.CUBICS, matrix(p, rows, 1), 32, 10, 16);
            }
        },
        CUBICS_OF_WIDE_NUMBERS(15, 802) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Sigmoid.accurate(p, Sigmoid.Form.CUBICS, matrix(p, rows, 1), 32, 26, 16);
            }
        },
        PRECISE(16, 1140.75) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Sigmoid.precise(p, matrix(p, rows, 1), 24, 10, 24);
            }
        },
        RECIPROCAL_OF_24_BITS(41, 2116.25) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Division.reciprocal(p, matrix(p, rows, 1), 16, 24, 16);
            }
        },
        QUOTIENT_OF_24_BITS(44, 2192.25) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                A x = matrix(p, rows, 1);
                Division.quotient(p, x, 24, x, 24, 16);
            }
        },
        EXPONENTIAL(29, 1098.75) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Exponential.of(p, matrix(p, rows, 1), 16, 17, 16);
            }
        },
        LOGARITHM_OF_24_BITS(26, 1994.25) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Logarithm.natural(p, matrix(p, rows, 1), 16, 24, 16);
            }
        },
        SOFTPLUS(16, 578.75) {
            @Override
            <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> p, int rows) {
                Softplus.of(p, matrix(p, rows, 1), 16, 10);
            }
        };

        private final int rounds;
        private final double bytesOfARow;

        Gadget(int rounds, double bytesOfARow) {
            this.rounds = rounds;
            this.bytesOfARow = bytesOfARow;
        }

        abstract <A extends ArithmeticShare, B extends BitShare> void run(Protocol<A, B> protocol, int rows);

        private static <A extends ArithmeticShare> A matrix(Protocol<A, ?> p, int rows, int columns) {
            return p.constant(new long[rows * columns], rows, columns, 64);
        }

        private static <B extends BitShare> B bit(Protocol<?, B> p, int rows) {
            return p.constant(new BitMatrix(1, rows, new long[BitMatrix.wordsPerWire(rows)]));
        }

        private Cost predicted(ProfileUnderTest<?, ?> profile, int rows) {
            return Prediction.of(profile.profile(), profile.cost(), protocol -> run(protocol, rows));
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void everyGadgetCostsWhatIsPredicted(
            ProfileUnderTest<A, B> profile) {
        for (Gadget gadget : Gadget.values()) {
            for (int rows : new int[] {1, 67}) {
                List<CountingMesh> meshes =
                        CountingMesh.wrap(InProcessMesh.of(profile.parties(), Duration.ofSeconds(30)));
                InProcessMesh.run(List.copyOf(meshes), mesh -> {
                    gadget.run(profile.start(mesh, 0), rows);
                    return 0;
                });
                long[] bytes =
                        meshes.stream().mapToLong(CountingMesh::bytesSent).toArray();
                assertEquals(
                        gadget.predicted(profile, rows),
                        new Cost(meshes.getFirst().rounds(), bytes),
                        gadget.name());
            }
        }
    }

    /**
     * Between these two no message passes the length at which its terms change, and the number of digests with them.
     */
    @ParameterizedTest
    @EnumSource
    void figuresOfTheDocumentsUnderRep4(Gadget gadget) {
        Cost one = Prediction.of(Profile.REP4, new Rep4Cost(), protocol -> gadget.run(protocol, 1088));
        Cost two = Prediction.of(Profile.REP4, new Rep4Cost(), protocol -> gadget.run(protocol, 1152));
        double bytesOfARow = (two.totalBytes() - one.totalBytes()) / 64.0;
        assertEquals(gadget.rounds, one.rounds());
        assertEquals(gadget.bytesOfARow, bytesOfARow);
    }

    /** Of few rows carries are a tree's: fewer rounds, more bytes. */
    @Test
    void threeReasonsAmong32OfFewRows() {
        Cost one = Prediction.of(Profile.REP4, new Rep4Cost(), p -> Gadget.THREE_LOWEST_OF_32.run(p, 488));
        Cost two = Prediction.of(Profile.REP4, new Rep4Cost(), p -> Gadget.THREE_LOWEST_OF_32.run(p, 496));
        assertEquals(16, one.rounds());
        assertEquals(51_096, (two.totalBytes() - one.totalBytes()) / 8.0);
    }

    /** A step of mini-batch gradient descent, 128 rows and 32 features, by the sigmoid of each form. */
    @Test
    void roundsOfAMiniBatchStep() {
        assertEquals(13, step(16, new Link() {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> A of(Protocol<A, B> p, A x) {
                return Sigmoid.threePiece(p, x, 32, 20);
            }
        }));
        assertEquals(14, step(16, new Link() {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> A of(Protocol<A, B> p, A x) {
                return Sigmoid.accurate(p, Sigmoid.Form.LINES, x, 32, 10, 16);
            }
        }));
        assertEquals(12, step(12, new Link() {
            @Override
            public <A extends ArithmeticShare, B extends BitShare> A of(Protocol<A, B> p, A x) {
                return Sigmoid.accurate(p, Sigmoid.Form.LINES, x, 24, 10, 40);
            }
        }));
    }

    private interface Link {
        <A extends ArithmeticShare, B extends BitShare> A of(Protocol<A, B> protocol, A x);
    }

    private static int step(int scale, Link link) {
        return Prediction.of(Profile.REP4, new Rep4Cost(), protocol -> step(protocol, scale, link))
                .rounds();
    }

    private static <A extends ArithmeticShare, B extends BitShare> void step(Protocol<A, B> p, int scale, Link link) {
        A x = p.constant(new long[128 * 32], 128, 32, 64);
        A weights = p.constant(new long[32], 32, 1, 64);
        A labels = p.constant(new long[128], 128, 1, 64);
        A error = p.subtract(link.of(p, p.product(x, weights)), labels);
        p.truncate(p.product(p.transpose(x), error), 2 * scale);
    }
}
