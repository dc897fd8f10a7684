package org.tallystick.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.tallystick.node.wire.EpochHello;
import org.tallystick.node.wire.Frame;
import org.tallystick.node.wire.SeedContribution;
import org.tallystick.node.wire.SeedDigest;
import org.tallystick.random.SharedSeed;

/** Four agreements over queues whose messages arrive in any order that four ordered connections allow. */
class EpochAgreementTest {
    private record Sent(int from, int to, Frame frame) {}

    private static final class Node implements EpochAgreement.Surroundings {
        private final int self;
        private final Net net;
        private final EpochAgreement agreement;
        private final List<Epoch> epochs = new ArrayList<>();
        private final List<EpochId> ended = new ArrayList<>();
        private int disagreements;

        Node(int self, Net net) {
            this.self = self;
            this.net = net;
            this.agreement = new EpochAgreement("test", self, new SecureRandom(), this);
        }

        @Override
        public void send(int peer, Frame frame) {
            Frame told = net.corruption.apply(new Sent(self, peer, frame)).frame();
            net.queues[self][peer].add(told);
        }

        @Override
        public void live(Epoch epoch) {
            epochs.add(epoch);
        }

        @Override
        public void ended(EpochId epoch, String reason) {
            ended.add(epoch);
            // Runs still have their seeds at this moment; afterwards nobody does.
            assertNotEquals(SharedSeed.of(new byte[32]), anySeed(epochs.getLast()));
        }

        @Override
        public void disagreement(int seed, int peer, int failures) {
            disagreements++;
        }
    }

    private static SharedSeed anySeed(Epoch epoch) {
        return epoch.seed(0).or(() -> epoch.seed(1)).orElseThrow();
    }

    private static final class Net {
        private final Random random;
        private final List<Node> nodes = new ArrayList<>();
        private final Deque<Frame>[][] queues = queues();
        private final List<Sent> delivered = new ArrayList<>();
        private UnaryOperator<Sent> corruption = UnaryOperator.identity();
        private boolean repeating;

        Net(int seed) {
            random = new Random(seed);
            for (int party = 0; party < 4; party++) {
                nodes.add(new Node(party, this));
            }
        }

        @SuppressWarnings({"unchecked", "rawtypes"})
        private static Deque<Frame>[][] queues() {
            Deque<Frame>[][] all = new Deque[4][4];
            for (Deque<Frame>[] row : all) {
                java.util.Arrays.setAll(row, i -> new ArrayDeque<>());
            }
            return all;
        }

        void connect(int a, int b) {
            nodes.get(a).agreement.connected(b);
            nodes.get(b).agreement.connected(a);
        }

        void disconnect(int a, int b) {
            queues[a][b].clear();
            queues[b][a].clear();
            nodes.get(a).agreement.disconnected(b);
            nodes.get(b).agreement.disconnected(a);
        }

        void connectAll() {
            for (int a = 0; a < 4; a++) {
                for (int b = 0; b < a; b++) {
                    connect(a, b);
                    deliver(random.nextInt(10));
                }
            }
        }

        /** Delivers up to so many messages, from random queues. */
        void deliver(int messages) {
            for (int left = messages; left > 0; left--) {
                List<int[]> busy = new ArrayList<>();
                for (int from = 0; from < 4; from++) {
                    for (int to = 0; to < 4; to++) {
                        if (!queues[from][to].isEmpty()) {
                            busy.add(new int[] {from, to});
                        }
                    }
                }
                if (busy.isEmpty()) {
                    return;
                }
                int[] link = busy.get(random.nextInt(busy.size()));
                deliver(new Sent(link[0], link[1], queues[link[0]][link[1]].poll()));
                if (repeating) {
                    Sent old = delivered.get(random.nextInt(delivered.size()));
                    if (!old.frame.hasEpochHello()) {
                        deliver(old);
                    }
                }
            }
        }

        void settle() {
            deliver(100_000);
        }

        void deliver(Sent sent) {
            delivered.add(sent);
            EpochAgreement to = nodes.get(sent.to).agreement;
            try {
                switch (sent.frame.getBodyCase()) {
                    case EPOCH_HELLO -> to.hello(sent.from, sent.frame.getEpochHello());
                    case SEED_CONTRIBUTION -> to.contribution(sent.from, sent.frame.getSeedContribution());
                    case SEED_DIGEST -> to.digest(sent.from, sent.frame.getSeedDigest());
                    default -> throw new AssertionError(sent.frame.getBodyCase());
                }
            } catch (BadFrame e) {
                throw new AssertionError(e);
            }
        }

        EpochId agreed() {
            EpochId id = nodes.get(0).agreement.live().orElseThrow().id();
            for (int seed = 0; seed < 4; seed++) {
                Set<Optional<SharedSeed>> versions = new HashSet<>();
                for (Node node : nodes) {
                    Epoch epoch = node.agreement.live().orElseThrow();
                    assertEquals(id, epoch.id());
                    assertEquals(node.self == seed, epoch.seed(seed).isEmpty());
                    if (node.self != seed) {
                        versions.add(epoch.seed(seed));
                    }
                }
                assertEquals(1, versions.size());
            }
            return id;
        }
    }

    @Test
    void whateverTheOrderAllFourAgree() {
        for (int seed = 0; seed < 300; seed++) {
            Net net = new Net(seed);
            net.connectAll();
            net.settle();
            net.agreed();
        }
    }

    @Test
    void aReconnectionAtAnyMomentGivesAllFourANewEpoch() {
        for (int seed = 0; seed < 300; seed++) {
            Net net = new Net(seed);
            net.connectAll();
            net.deliver(net.random.nextInt(80));
            List<EpochId> before = net.nodes.stream()
                    .flatMap(node -> node.epochs.stream())
                    .map(Epoch::id)
                    .toList();
            int a = net.random.nextInt(4);
            int b = (a + 1 + net.random.nextInt(3)) % 4;
            net.disconnect(a, b);
            net.deliver(net.random.nextInt(40));
            assertTrue(net.nodes.get(a).agreement.live().isEmpty());
            net.connect(a, b);
            net.settle();
            assertFalse(before.contains(net.agreed()));
            for (Node node : net.nodes) {
                assertEquals(node.epochs.size() - 1, node.ended.size());
                for (Epoch old : node.epochs.subList(0, node.epochs.size() - 1)) {
                    assertEquals(SharedSeed.of(new byte[32]), anySeed(old));
                }
            }
        }
    }

    @Test
    void nothingAboutASeedIsEverSentToThePartyThatLacksIt() {
        Net net = new Net(5);
        net.connectAll();
        net.settle();
        net.agreed();
        int about = 0;
        for (Sent sent : net.delivered) {
            if (sent.frame.hasSeedContribution()) {
                assertNotEquals(sent.to, sent.frame.getSeedContribution().getSeed());
                about++;
            }
            if (sent.frame.hasSeedDigest()) {
                assertNotEquals(sent.to, sent.frame.getSeedDigest().getSeed());
                about++;
            }
        }
        assertTrue(about >= 48, "24 contributions and 24 digests at least, not " + about);
    }

    @Test
    void aHolderWhoTellsTwoContributionsIsFoundOut() {
        for (int seed = 0; seed < 100; seed++) {
            Net net = new Net(seed);
            net.corruption = sent -> {
                boolean lie = sent.from == 2
                        && sent.to == 1
                        && sent.frame.hasSeedContribution()
                        && sent.frame.getSeedContribution().getSeed() == 0;
                if (!lie) {
                    return sent;
                }
                SeedContribution other = sent.frame.getSeedContribution().toBuilder()
                        .setContribution(ByteString.copyFrom(new byte[32]))
                        .build();
                return new Sent(
                        2, 1, Frame.newBuilder().setSeedContribution(other).build());
            };
            net.connectAll();
            net.settle();
            assertTrue(net.nodes.get(1).disagreements > 0);
            assertTrue(net.nodes.get(3).disagreements > 0);
            assertTrue(net.nodes.get(1).epochs.isEmpty());
            assertTrue(net.nodes.get(3).epochs.isEmpty());

            net.corruption = UnaryOperator.identity();
            net.nodes.get(1).agreement.renew();
            net.nodes.get(3).agreement.renew();
            net.settle();
            net.agreed();
        }
    }

    @Test
    void aWrongDigestIsFoundOut() {
        Net net = new Net(6);
        net.corruption = sent -> {
            if (sent.from != 3 || !sent.frame.hasSeedDigest() || sent.to != 0) {
                return sent;
            }
            SeedDigest other = sent.frame.getSeedDigest().toBuilder()
                    .setDigest(ByteString.copyFrom(new byte[32]))
                    .build();
            return new Sent(3, 0, Frame.newBuilder().setSeedDigest(other).build());
        };
        net.connectAll();
        net.settle();
        assertTrue(net.nodes.get(0).disagreements > 0);
        assertTrue(net.nodes.get(0).epochs.isEmpty());
    }

    @Test
    void repeatedAndLateMessagesDoNoHarm() {
        for (int seed = 0; seed < 200; seed++) {
            Net net = new Net(seed);
            net.repeating = true;
            net.connectAll();
            net.settle();
            net.disconnect(0, 3);
            net.connect(0, 3);
            net.settle();
            net.agreed();
            for (Node node : net.nodes) {
                assertEquals(0, node.disagreements);
            }
        }
    }

    @Test
    void aRepeatedNonceNeverBringsAnOldEpochBack() throws BadFrame {
        Net net = new Net(7);
        net.connectAll();
        net.settle();
        EpochId first = net.agreed();
        EpochHello old = net.delivered.stream()
                .filter(sent -> sent.from == 2 && sent.to == 0 && sent.frame.hasEpochHello())
                .reduce((a, b) -> b)
                .orElseThrow()
                .frame
                .getEpochHello();
        EpochHello fresh = EpochHello.newBuilder()
                .setNonce(ByteString.copyFrom(new byte[32]))
                .build();
        for (int victim : new int[] {0, 1, 3}) {
            net.nodes.get(victim).agreement.hello(2, fresh);
            net.nodes.get(victim).agreement.hello(2, old);
        }
        net.settle();
        for (int victim : new int[] {0, 1, 3}) {
            List<Epoch> epochs = net.nodes.get(victim).epochs;
            assertEquals(
                    epochs.size(), epochs.stream().map(Epoch::id).distinct().count());
            assertEquals(
                    1, epochs.stream().filter(epoch -> epoch.id().equals(first)).count());
        }
    }

    @Test
    void messagesOutsideTheirSetAreMalformed() {
        Net net = new Net(8);
        EpochAgreement agreement = net.nodes.get(0).agreement;
        ByteString right = ByteString.copyFrom(new byte[32]);
        ByteString wrong = ByteString.copyFrom(new byte[31]);
        assertThrows(
                BadFrame.class,
                () -> agreement.hello(1, EpochHello.newBuilder().setNonce(wrong).build()));
        for (int seed : new int[] {-1, 0, 1, 4}) {
            SeedContribution message = SeedContribution.newBuilder()
                    .setEpoch(right)
                    .setSeed(seed)
                    .setContribution(right)
                    .build();
            assertThrows(BadFrame.class, () -> agreement.contribution(1, message));
        }
        SeedDigest digest = SeedDigest.newBuilder()
                .setEpoch(right)
                .setSeed(2)
                .setDigest(wrong)
                .build();
        assertThrows(BadFrame.class, () -> agreement.digest(1, digest));
    }
}
