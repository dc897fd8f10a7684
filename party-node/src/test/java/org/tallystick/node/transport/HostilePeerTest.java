package org.tallystick.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.tallystick.node.wire.Control;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.EpochHello;
import org.tallystick.node.wire.Frame;
import org.tallystick.node.wire.Hello;
import org.tallystick.node.wire.Ping;
import org.tallystick.node.wire.Refusal;

class HostilePeerTest {
    private static final String BANK = "bank.test.tallystick";

    /** Starts party 0, and party 3 with this material; waits until party 0 has rejected it for that reason. */
    private static void rejects(Rejection reason, java.util.function.Function<TestGroup, TlsMaterial> material)
            throws IOException {
        try (TestGroup group = new TestGroup()) {
            Transport tax = group.start(0);
            group.start(3, group.config(3, material.apply(group), TestGroup.GROUP));
            TestGroup.await(() -> tax.counters().rejections(reason) > 0);
            assertTrue(!tax.isConnected(3));
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRejected() throws IOException {
        rejects(Rejection.UNKNOWN_AUTHORITY, group -> new TestAuthority().issueTrusting(BANK, group.authority));
    }

    @Test
    void anExpiredCertificateIsRejected() throws IOException {
        rejects(
                Rejection.EXPIRED,
                group -> group.authority.issue(BANK, Instant.now().minusSeconds(60)));
    }

    @Test
    void aCertificateOfAnotherGroupIsRejected() throws IOException {
        rejects(Rejection.WRONG_GROUP, group -> group.authority.issue("bank.other.tallystick"));
    }

    @Test
    void aCertificateOfAnUnknownRoleIsRejected() throws IOException {
        rejects(Rejection.WRONG_ROLE, group -> group.authority.issue("police.test.tallystick"));
    }

    @Test
    void aCertificateThatNamesNobodyIsRejected() throws IOException {
        rejects(Rejection.NO_NAME, group -> group.authority.issue("bank.example.org"));
    }

    @Test
    void aPartyCannotClaimToBeAnother() throws IOException {
        rejects(Rejection.WRONG_PARTY, group -> group.authority.issue("utility.test.tallystick"));
    }

    @Test
    void aNodeThatShowsTheWrongCertificateIsNotDialled() throws IOException {
        try (TestGroup group = new TestGroup()) {
            group.start(0, group.config(0, group.authority.issue("tax.other.tallystick"), TestGroup.GROUP));
            Transport bank = group.start(3);
            TestGroup.await(() -> bank.counters().rejections(Rejection.WRONG_GROUP) > 0);
            assertTrue(!bank.isConnected(0));
        }
    }

    @Test
    void onlyThePinnedCertificateIsAccepted() throws IOException {
        try (TestGroup group = new TestGroup()) {
            TransportConfig plain = group.config(0);
            List<TransportConfig.Party> pinned = group.parties.stream()
                    .map(party -> new TransportConfig.Party(
                            party.role(), party.host(), party.port(), Optional.of("ab".repeat(32))))
                    .toList();
            Transport tax = group.start(
                    0,
                    new TransportConfig(
                            0,
                            pinned,
                            plain.group(),
                            plain.listenHost(),
                            plain.listenPort(),
                            plain.tls(),
                            plain.limits(),
                            plain.timing(),
                            "x"));
            group.start(3);
            TestGroup.await(() -> tax.counters().rejections(Rejection.WRONG_FINGERPRINT) > 0);
        }
    }

    @Test
    void aPortInUseIsSaid() throws IOException {
        try (TestGroup group = new TestGroup();
                ServerSocket taken =
                        new ServerSocket(group.parties.get(0).port(), 1, InetAddress.getLoopbackAddress())) {
            IOException failure = assertThrows(IOException.class, () -> group.start(0));
            assertTrue(failure.getMessage().contains(":" + taken.getLocalPort()), failure.getMessage());
        }
    }

    @Test
    void bytesThatAreNotTlsEndTheHandshake() throws IOException {
        try (TestGroup group = new TestGroup()) {
            Transport tax = group.start(0);
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), group.parties.get(0).port())) {
                socket.getOutputStream().write(new byte[100]);
                TestGroup.await(() -> tax.counters().rejections(Rejection.HANDSHAKE) > 0);
            }
        }
    }

    @Test
    void aClientWithoutACertificateEndsTheHandshake() throws IOException {
        try (TestGroup group = new TestGroup()) {
            Transport tax = group.start(0);
            NetClient client = group.vertx.createNetClient(
                    new NetClientOptions().setSsl(true).setTrustAll(true).setHostnameVerificationAlgorithm(""));
            client.connect(group.parties.get(0).port(), "127.0.0.1");
            TestGroup.await(() -> tax.counters().rejections(Rejection.HANDSHAKE) > 0);
            client.close();
        }
    }

    /** The bank's certificate in the hands of something that writes what it likes. */
    private static final class RawBank {
        private final LinkedBlockingQueue<Frame> received = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
        private final NetClient client;
        private final NetSocket socket;

        RawBank(TestGroup group) throws InterruptedException {
            TransportConfig config = group.config(3);
            PeerTrust trust = new PeerTrust(config, new Trusted(config), List.of(0), (reason, text) -> {});
            client = group.vertx.createNetClient(Tls.client(config, config.tls().identity(), trust));
            FrameDecoder decoder = new FrameDecoder(1 << 20, new FrameDecoder.Sink() {
                @Override
                public void frame(Frame frame) {
                    received.add(frame);
                }

                @Override
                public void data(SessionId session, int number, boolean last, byte[] payload) {}
            });
            LinkedBlockingQueue<NetSocket> connected = new LinkedBlockingQueue<>();
            client.connect(group.parties.get(0).port(), "127.0.0.1").onSuccess(made -> {
                made.handler(bytes -> {
                    try {
                        decoder.read(Unpooled.wrappedBuffer(bytes.getBytes()));
                    } catch (BadFrame e) {
                        throw new AssertionError(e);
                    }
                });
                made.closeHandler(none -> closed.add(true));
                connected.add(made);
            });
            socket = connected.poll(3, TimeUnit.MINUTES);
        }

        void write(Frame frame) {
            byte[] bytes = frame.toByteArray();
            socket.write(Buffer.buffer().appendInt(bytes.length).appendBytes(bytes));
        }

        void introduce() throws InterruptedException {
            write(hello(builder -> {}));
            assertTrue(received.poll(3, TimeUnit.MINUTES).hasHello());
        }

        boolean wasClosed() throws InterruptedException {
            return Boolean.TRUE.equals(closed.poll(3, TimeUnit.MINUTES));
        }
    }

    private static Frame hello(Consumer<Hello.Builder> change) {
        Hello.Builder hello = Hello.newBuilder()
                .setVersion(Handshake.VERSION)
                .setGroup(TestGroup.GROUP)
                .setParty(3)
                .setParties(4);
        change.accept(hello);
        return Frame.newBuilder().setHello(hello).build();
    }

    private interface Attack {
        void run(RawBank bank, Transport victim) throws InterruptedException;
    }

    private static void attack(Attack attack) throws IOException, InterruptedException {
        try (TestGroup group = new TestGroup()) {
            Transport victim = group.start(0);
            attack.run(new RawBank(group), victim);
        }
    }

    @Test
    void aHelloThatDoesNotFitIsRefusedWithTheReason() throws IOException, InterruptedException {
        refusal(Refusal.Reason.VERSION, Rejection.VERSION, hello -> hello.setVersion(Handshake.VERSION + 1));
        refusal(Refusal.Reason.GROUP, Rejection.WRONG_GROUP, hello -> hello.setGroup("other"));
        refusal(Refusal.Reason.PARTY, Rejection.WRONG_PARTY, hello -> hello.setParty(1));
        refusal(Refusal.Reason.PARTIES, Rejection.WRONG_PARTIES, hello -> hello.setParties(3));
    }

    private static void refusal(Refusal.Reason said, Rejection counted, Consumer<Hello.Builder> change)
            throws IOException, InterruptedException {
        attack((bank, victim) -> {
            bank.write(hello(change));
            Frame answer = bank.received.poll(3, TimeUnit.MINUTES);
            assertEquals(said, answer.getRefusal().getReason());
            assertTrue(bank.wasClosed());
            assertEquals(1, victim.counters().rejections(counted));
        });
    }

    @Test
    void nothingPassesBeforeTheHello() throws IOException, InterruptedException {
        attack((bank, victim) -> {
            bank.write(Frame.newBuilder()
                    .setEpochHello(EpochHello.newBuilder().setNonce(ByteString.copyFrom(new byte[32])))
                    .build());
            assertTrue(bank.wasClosed());
            assertEquals(1, victim.counters().rejections(Rejection.MALFORMED));
        });
    }

    @Test
    void framesTooLongOrMalformedCloseTheConnection() throws IOException, InterruptedException {
        attack((bank, victim) -> {
            bank.introduce();
            bank.socket.write(Buffer.buffer().appendInt((1 << 20) + 1));
            assertTrue(bank.wasClosed());
            assertEquals(1, victim.counters().rejections(Rejection.OVERSIZE));
        });
        attack((bank, victim) -> {
            bank.introduce();
            bank.socket.write(Buffer.buffer().appendInt(3).appendBytes(new byte[] {-1, -1, -1}));
            assertTrue(bank.wasClosed());
            assertEquals(1, victim.counters().rejections(Rejection.MALFORMED));
        });
        attack((bank, victim) -> {
            bank.introduce();
            bank.write(hello(builder -> {}));
            assertTrue(bank.wasClosed());
            assertEquals(1, victim.counters().rejections(Rejection.MALFORMED));
        });
    }

    @Test
    void anEndlessControlMessageIsCutOff() throws IOException, InterruptedException {
        attack((bank, victim) -> {
            bank.introduce();
            Frame piece = Frame.newBuilder()
                    .setControl(Control.newBuilder()
                            .setKind(ControlKind.PROPOSAL)
                            .setPayload(ByteString.copyFrom(new byte[1 << 19])))
                    .build();
            for (int i = 0; i < 9; i++) {
                bank.write(piece);
            }
            assertTrue(bank.wasClosed());
            assertEquals(1, victim.counters().rejections(Rejection.OVERSIZE));
        });
    }

    @Test
    void aPeerThatSaysNothingIsDropped() throws IOException, InterruptedException {
        try (TestGroup group = new TestGroup()) {
            Transport victim = hasty(group);
            RawBank mute = new RawBank(group);
            assertTrue(mute.wasClosed());
            assertEquals(1, victim.counters().rejections(Rejection.HELLO_LATE));
            RawBank idle = new RawBank(group);
            idle.introduce();
            assertTrue(idle.wasClosed());
            assertEquals(1, victim.counters().rejections(Rejection.IDLE));
            assertTrue(idle.received.stream().anyMatch(Frame::hasPing));
        }
    }

    /** A node that bears little silence, and as much as a busy machine needs. */
    private static Transport hasty(TestGroup group) throws IOException {
        TransportConfig usual = group.config(0);
        // Long enough for an introduction on a busy machine.
        TransportConfig.Timing hasty = new TransportConfig.Timing(
                Duration.ofSeconds(4),
                Duration.ofMillis(200),
                Duration.ofMillis(600),
                Duration.ofMillis(20),
                Duration.ofMillis(500),
                Duration.ofSeconds(5));
        return group.start(
                0,
                new TransportConfig(
                        0,
                        usual.parties(),
                        usual.group(),
                        usual.listenHost(),
                        usual.listenPort(),
                        usual.tls(),
                        usual.limits(),
                        hasty,
                        "x"));
    }

    @Test
    void aPeerThatTakesNothingIsDroppedThoughItSpeaks() throws IOException, InterruptedException {
        try (TestGroup group = new TestGroup()) {
            Transport victim = hasty(group);
            RawBank deaf = new RawBank(group);
            deaf.introduce();
            deaf.socket.pause();
            group.vertx.setPeriodic(
                    20,
                    timer -> deaf.write(Frame.newBuilder()
                            .setPing(Ping.getDefaultInstance())
                            .build()));
            // More than the sockets of both sides hold.
            for (int message = 0; message < 24; message++) {
                victim.control(3, ControlKind.STATUS, new byte[1 << 20]);
            }
            TestGroup.await(() -> victim.counters().rejections(Rejection.STALLED) == 1);
            assertEquals(0, victim.counters().rejections(Rejection.IDLE));
        }
    }
}
