package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.StoredCommitment;
import org.tallystick.node.wire.StoredCommitments;
import org.tallystick.program.Encoding;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Dot;
import org.tallystick.program.Operation.FloorBits;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Operation.Reveal;
import org.tallystick.program.Operation.Stored;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;

/** An agency that takes part in an activation and then does not stand by its shares. */
@Tag("slow")
final class HostileActivationTest {
    private static final int BANK = TestNodes.BANK;
    private static final int LIAR = 1;
    private static final List<Integer> HONEST = List.of(0, 2, BANK);
    private static final Column COLUMN = new Column(
            "a",
            "number(column=a,unit=one,log=false,mean=0,scale=1,min=0,max=255,outside=reject,missing=0)",
            0,
            new Interval(0, 255));
    private static final Program PROGRAM = new Program(
            "test",
            Profile.REP4,
            List.of("tax", "utility", "social-security", "bank"),
            20,
            List.of(
                    new Input(0, List.of(COLUMN)),
                    new Stored("weight", List.of(new Interval(-100, 100))),
                    new Dot(0, 1),
                    new FloorBits(2, 0),
                    new Reveal(3, BANK)));
    private static final Hash HASH = Hash.of(ProgramHash.of(PROGRAM).bytes());

    private static TestNodes group;

    /** What the agency does with its three signed commitments. */
    enum Lie {
        NONE,
        ANOTHER_COMMITMENT,
        ANOTHER_NAME,
        ANOTHER_PART,
        ITS_OWN_PART,
        ONE_PART_TWICE
    }

    @BeforeAll
    static void start() throws Exception {
        group = TestNodes.start(TestNodes.openPolicy(), Duration.ofSeconds(4));
        group.bank().offered(HASH, PROGRAM);
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    /** The liar may go on waiting for the others. */
    @AfterEach
    void forget() {
        for (int party : HONEST) {
            TestNodes.Node node = group.nodes.get(party);
            TestNodes.await(() -> node.sessions.running() == 0);
            node.models.clear();
            node.aborted.clear();
        }
    }

    private static Hash activate() {
        return group.bank().sessions.activate(PROGRAM, Encoding.encode(PROGRAM), HASH, Map.of("weight", new long[] {7
        }));
    }

    /** What arrives in place of the agency's commitments, by receiver. */
    private interface Telling {
        Optional<StoredCommitments> told(int to, StoredCommitments honest);
    }

    private static void lies(Telling telling) {
        group.wire = (from, to, kind, message) -> {
            if (from != LIAR || kind != ControlKind.ACTIVATION) {
                return Optional.of(message);
            }
            try {
                return telling.told(to, StoredCommitments.parseFrom(message)).map(StoredCommitments::toByteArray);
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        };
    }

    private static StoredCommitments told(Lie lie, StoredCommitments honest) {
        StoredCommitments.Builder told = honest.toBuilder();
        StoredCommitment.Builder first = told.getCommitmentsBuilder(0);
        switch (lie) {
            case NONE -> {}
            case ANOTHER_COMMITMENT -> first.setCommitment(ByteString.copyFrom(new byte[Hash.BYTES]));
            case ANOTHER_NAME -> first.setName("bias");
            case ANOTHER_PART -> first.setPart(7);
            case ITS_OWN_PART -> first.setPart(LIAR);
            case ONE_PART_TWICE -> told.setCommitments(0, told.getCommitments(1));
        }
        for (int k = 0; k < told.getCommitmentsCount(); k++) {
            StoredCommitment each = told.getCommitments(k);
            byte[] statement = Hash.over(
                            "tallystick/commitment/1",
                            honest.getProposalHash().toByteArray(),
                            each.getName().getBytes(StandardCharsets.UTF_8),
                            new byte[] {(byte) each.getPart()},
                            each.getCommitment().toByteArray())
                    .bytes();
            byte[] signature = group.keys.get(LIAR).sign(Signing.Domain.COMMITMENT, statement);
            told.getCommitmentsBuilder(k).setSignature(ByteString.copyFrom(signature));
        }
        return told.build();
    }

    private static ProtocolAbort.Reason abortedAt(int party) throws InterruptedException {
        ProtocolAbort.Reason reason = group.nodes.get(party).aborted.poll(3, TimeUnit.MINUTES);
        assertNotEquals(null, reason, "party " + party + " does not end the activation");
        return reason;
    }

    @Test
    void withoutALieTheSameMessageIsAccepted() {
        lies((to, honest) -> Optional.of(told(Lie.NONE, honest)));

        Hash digest = activate();

        assertEquals(digest, group.bank().models.get(digest).digest());
    }

    @ParameterizedTest
    @EnumSource(value = Lie.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void sharesThatItsHoldersDisagreeAboutAreNobodysModel(Lie lie) throws InterruptedException {
        lies((to, honest) -> Optional.of(told(lie, honest)));

        ProtocolAbort abort = assertThrows(ProtocolAbort.class, HostileActivationTest::activate);

        assertEquals(ProtocolAbort.Reason.CHECK_FAILED, abort.reason());
        assertTrue(abort.getMessage().contains("do not agree on the shares of the model; activate again"));
        for (int party : HONEST) {
            assertEquals(ProtocolAbort.Reason.CHECK_FAILED, abortedAt(party));
            assertTrue(group.nodes.get(party).models.isEmpty(), "stored by party " + party);
        }
    }

    /** One node hears nothing, the others what its sender has not signed, which is as good as nothing. */
    @Test
    void commitmentsThatDoNotComeEndTheActivation() throws InterruptedException {
        lies((to, message) -> to == 0
                ? Optional.empty()
                : Optional.of(message.toBuilder()
                        .setCommitments(
                                0,
                                message.getCommitments(0).toBuilder()
                                        .setSignature(ByteString.copyFrom(new byte[Signing.SIGNATURE_BYTES])))
                        .build()));

        ProtocolAbort abort = assertThrows(ProtocolAbort.class, HostileActivationTest::activate);

        assertEquals(ProtocolAbort.Reason.DEADLINE, abort.reason());
        assertTrue(abort.getMessage().contains("the utility node has not signed the model's shares in time"));
        for (int party : HONEST) {
            assertEquals(ProtocolAbort.Reason.DEADLINE, abortedAt(party));
            assertTrue(group.nodes.get(party).models.isEmpty(), "stored by party " + party);
        }
    }

    /** The one that was lied to stores nothing and says nothing, so the owner, who stores last, has no model. */
    @Test
    void aLieToOneNodeAloneIsEnough() throws InterruptedException {
        lies((to, honest) -> Optional.of(to == 0 ? told(Lie.ANOTHER_COMMITMENT, honest) : honest));

        ProtocolAbort abort = assertThrows(ProtocolAbort.class, HostileActivationTest::activate);

        assertEquals(ProtocolAbort.Reason.DEADLINE, abort.reason());
        assertTrue(abort.getMessage().contains("the tax node has not said that it has stored the model in time"));
        assertEquals(ProtocolAbort.Reason.CHECK_FAILED, abortedAt(0));
        assertTrue(group.nodes.get(0).models.isEmpty());
        assertEquals(ProtocolAbort.Reason.DEADLINE, abortedAt(2));
        assertTrue(group.bank().models.isEmpty());
    }

    @Test
    void aNodeThatIsStillOneMessageShortIsWaitedForInVain() {
        group.wire = (from, to, kind, message) ->
                from == LIAR && kind == ControlKind.STATUS ? Optional.empty() : Optional.of(message);

        ProtocolAbort abort = assertThrows(ProtocolAbort.class, HostileActivationTest::activate);

        assertEquals(ProtocolAbort.Reason.DEADLINE, abort.reason());
        assertTrue(abort.getMessage().contains("the utility node has not said that it has stored the model in time"));
        assertTrue(group.bank().models.isEmpty());
    }
}
