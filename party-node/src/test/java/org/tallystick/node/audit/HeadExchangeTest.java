package org.tallystick.node.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Identity;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.wire.ConsistencyQuestion;
import org.tallystick.node.wire.LogHeads;
import org.tallystick.node.wire.ReceiptMessage;

final class HeadExchangeTest {
    private final List<Signing> keys =
            IntStream.range(0, 4).mapToObj(i -> Signing.generate()).toList();
    private final List<Node> nodes = new ArrayList<>();
    private final ArrayDeque<Runnable> network = new ArrayDeque<>();
    private long time;

    /** A node whose messages arrive when {@link #settle} says so. */
    private final class Node implements HeadExchange.Surroundings {
        final int self;
        final MerkleTree tree;
        final HeadExchange exchange;
        final List<String> recorded = new ArrayList<>();
        KnownHeads saved;
        boolean diskIsFull;

        Node(int self, MerkleTree tree, KnownHeads known) {
            this.self = self;
            this.tree = tree;
            this.saved = known;
            List<byte[]> publicKeys = keys.stream().map(Signing::publicKey).toList();
            this.exchange = new HeadExchange(new Identity("demo", self, keys.get(self), publicKeys), tree, known, this);
        }

        @Override
        public boolean send(int peer, byte[] message) {
            network.add(() -> {
                try {
                    nodes.get(peer).exchange.received(self, message);
                } catch (MalformedReceipt e) {
                    throw new AssertionError(e);
                }
            });
            return true;
        }

        @Override
        public void save(KnownHeads known) {
            saved = known;
        }

        @Override
        public void record(String kind, ByteString content) {
            recorded.add(kind);
        }

        @Override
        public void decided(String kind, ByteString content) {
            if (diskIsFull) {
                throw new StorageFailure("the disk is full", "free space");
            }
            recorded.add(kind);
        }

        @Override
        public InstantSource clock() {
            return () -> java.time.Instant.ofEpochMilli(time++);
        }

        void grow(String text, int count) {
            for (int i = 0; i < count; i++) {
                tree.append(leaf(text + i));
            }
        }

        List<String> warnings() {
            return exchange.warnings(Role.ids());
        }
    }

    private static byte[] leaf(String text) {
        return Merkle.leafHash(text.getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void start() {
        for (int self = 0; self < 4; self++) {
            nodes.add(new Node(self, MerkleTree.inMemory(), KnownHeads.nothing()));
        }
        for (int self = 0; self < 4; self++) {
            connect(self);
        }
        settle();
    }

    private void connect(int self) {
        for (int peer = 0; peer < 4; peer++) {
            if (peer != self) {
                nodes.get(self).exchange.connected(peer);
                nodes.get(peer).exchange.connected(self);
            }
        }
    }

    /** Until nobody has anything to say. */
    private void settle() {
        do {
            while (!network.isEmpty()) {
                network.poll().run();
            }
            nodes.forEach(node -> node.exchange.tick());
        } while (!network.isEmpty());
    }

    private void replace(int self, MerkleTree tree, KnownHeads known) {
        nodes.set(self, new Node(self, tree, known));
        connect(self);
        settle();
    }

    @Test
    void honestLogsAreKnownToAllAndNobodyIsWarned() {
        for (int round = 0; round < 20; round++) {
            for (Node node : nodes) {
                node.grow("r" + round, (node.self * 7 + round) % 5);
            }
            settle();
        }
        for (Node node : nodes) {
            assertEquals(List.of(), node.warnings());
            assertEquals(List.of(), node.recorded);
            for (Node other : nodes) {
                TreeHead known = node.exchange.known().of(other.self).orElseThrow();
                assertEquals(other.tree.size(), known.size());
                assertEquals(Hash.of(other.tree.root()), known.root());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void anOldBackupIsNoticedByTheNodeItselfWhichSignsNoMoreUntilItIsTold(int self) {
        int peer = (self + 1) % 4;
        Node old = nodes.get(self);
        old.grow("a", 5);
        settle();
        MerkleTree backup = MerkleTree.inMemory();
        IntStream.range(0, 3).forEach(i -> backup.append(leaf("a" + i)));

        replace(self, backup, KnownHeads.nothing());
        Node restored = nodes.get(self);
        restored.grow("b", 4);
        settle();

        assertEquals(5, restored.exchange.lost().orElseThrow().size());
        assertEquals(Optional.empty(), restored.exchange.own());
        assertEquals(List.of("log.lost"), restored.recorded);
        assertTrue(restored.warnings().getFirst().contains("restore"), restored.warnings()::toString);
        assertEquals(List.of(), nodes.get(peer).warnings());

        restored.diskIsFull = true;
        assertThrows(StorageFailure.class, () -> restored.exchange.goOn("Li Na"));
        assertEquals(Optional.empty(), restored.exchange.own(), "it signs what nobody has decided by the record");
        restored.diskIsFull = false;
        assertTrue(restored.exchange.goOn("Li Na"));
        settle();
        for (Node node : nodes) {
            assertEquals(1, node.exchange.contradictions(self));
            assertEquals(1, node.saved.contradictions().size());
            assertTrue(node.recorded.contains(node == restored ? "log.gone-on" : "log.contradicted"));
            assertEquals(1, node.warnings().size(), node.warnings()::toString);
        }
        assertFalse(restored.exchange.goOn("Li Na"));
        restored.grow("c", 4);
        settle();
        assertEquals(
                restored.tree.size(),
                nodes.get(peer).exchange.known().of(self).orElseThrow().size());
        assertEquals(1, nodes.get(peer).exchange.contradictions(self));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aShorterLogThanItsOwnLastHeadIsNoticedAtStartWithoutPeers(int self) {
        Node node = nodes.get(self);
        node.grow("a", 5);
        settle();
        MerkleTree shorter = MerkleTree.inMemory();
        IntStream.range(0, 4).forEach(i -> shorter.append(leaf("a" + i)));

        Node restarted = new Node(self, shorter, node.exchange.known());

        assertEquals(5, restarted.exchange.lost().orElseThrow().size());
        assertEquals(0, new Node(self, node.tree, node.exchange.known()).exchange.contradictions(self));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void anEditedRowIsNoticedByTheNodeItself(int self) {
        Node node = nodes.get(self);
        node.grow("a", 5);
        settle();
        MerkleTree edited = MerkleTree.inMemory();
        for (String text : List.of("a0", "a1", "edited", "a3", "a4", "a5")) {
            edited.append(leaf(text));
        }

        replace(self, edited, KnownHeads.nothing());

        assertEquals(5, nodes.get(self).exchange.lost().orElseThrow().size());
    }

    @Test
    void aNodeThatDoesNotSayItHasAnotherLogIsFoundOutByItsNextHead() {
        Node node = nodes.get(1);
        node.grow("a", 5);
        settle();
        MerkleTree other = MerkleTree.inMemory();
        IntStream.range(0, 9).forEach(i -> other.append(leaf("b" + i)));

        tell(1, 0, TreeHead.signed("demo", 1, 9, Hash.of(other.root()), 50, keys.get(1)), other);

        assertEquals(1, nodes.get(0).exchange.contradictions(1));
        assertEquals(List.of("log.contradicted"), nodes.get(0).recorded);
    }

    @Test
    void aHeadThatGoesBackIsAContradiction() {
        Node node = nodes.get(1);
        node.grow("a", 5);
        settle();

        tell(1, 0, TreeHead.signed("demo", 1, 3, Hash.of(node.tree.root(3)), 50, keys.get(1)), node.tree);

        assertEquals(1, nodes.get(0).exchange.contradictions(1));
    }

    @Test
    void twoLogsShownToTwoNodesAreFoundOutWhenTheseHearOfEachOther() {
        MerkleTree one = MerkleTree.inMemory();
        MerkleTree other = MerkleTree.inMemory();
        IntStream.range(0, 4).forEach(i -> one.append(leaf("a" + i)));
        IntStream.range(0, 4).forEach(i -> other.append(leaf("b" + i)));
        replace(1, one, KnownHeads.nothing());
        tell(1, 0, TreeHead.signed("demo", 1, 4, Hash.of(one.root()), 1, keys.get(1)), one);
        Node second = nodes.get(2);
        MerkleTree shown = MerkleTree.inMemory();
        IntStream.range(0, 4).forEach(i -> shown.append(leaf("b" + i)));
        nodes.set(2, new Node(2, second.tree, KnownHeads.nothing()));
        tell(1, 2, TreeHead.signed("demo", 1, 4, Hash.of(other.root()), 1, keys.get(1)), shown);
        nodes.get(2).exchange.connected(0);
        nodes.get(0).exchange.connected(2);
        settle();

        assertEquals(1, nodes.get(0).exchange.contradictions(1));
        assertEquals(1, nodes.get(2).exchange.contradictions(1));
    }

    /** Party {@code from} says so; its questions are answered from that tree, by force. */
    private void tell(int from, int to, TreeHead head, MerkleTree tree) {
        nodes.set(from, new Node(from, tree, KnownHeads.nothing()));
        byte[] message = ReceiptMessage.newBuilder()
                .setHeads(LogHeads.newBuilder().setOwn(ByteString.copyFrom(head.encode())))
                .build()
                .toByteArray();
        try {
            nodes.get(to).exchange.received(from, message);
        } catch (MalformedReceipt e) {
            throw new AssertionError(e);
        }
        while (!network.isEmpty()) {
            network.poll().run();
        }
    }

    @Test
    void whatPeersMayNotSayIsRefused() {
        Node node = nodes.get(0);
        TreeHead head = TreeHead.signed("demo", 1, 3, Hash.over("x"), 1, keys.get(1));
        TreeHead forged = new TreeHead(1, 4, head.root(), 1, head.signature());
        ByteString stranger = ByteString.copyFrom(
                TreeHead.signed("demo", 9, 3, Hash.over("x"), 1, keys.get(1)).encode());
        List<ReceiptMessage> refused = List.of(
                ReceiptMessage.getDefaultInstance(),
                message(LogHeads.newBuilder().setOwn(ByteString.copyFrom(forged.encode()))),
                message(LogHeads.newBuilder().setOwn(ByteString.copyFrom(new byte[7]))),
                message(LogHeads.newBuilder().setOwn(stranger)),
                message(LogHeads.newBuilder().addSeen(ByteString.copyFrom(forged.encode()))),
                message(LogHeads.newBuilder()
                        .addAllSeen(java.util.Collections.nCopies(5, ByteString.copyFrom(head.encode())))),
                ReceiptMessage.newBuilder()
                        .setQuestion(
                                ConsistencyQuestion.newBuilder().setEarlier(0).setLater(99))
                        .build(),
                ReceiptMessage.newBuilder()
                        .setQuestion(
                                ConsistencyQuestion.newBuilder().setEarlier(-1).setLater(0))
                        .build());
        for (ReceiptMessage each : refused) {
            assertThrows(MalformedReceipt.class, () -> node.exchange.received(1, each.toByteArray()), each::toString);
        }
        // A head of party 1 told by party 2 as its own.
        assertThrows(
                MalformedReceipt.class,
                () -> node.exchange.received(
                        2,
                        message(LogHeads.newBuilder().setOwn(ByteString.copyFrom(head.encode())))
                                .toByteArray()));
        assertThrows(MalformedReceipt.class, () -> node.exchange.received(1, new byte[] {1, 2, 3}));
        assertEquals(List.of(), node.warnings());
    }

    private static ReceiptMessage message(LogHeads.Builder heads) {
        return ReceiptMessage.newBuilder().setHeads(heads).build();
    }

    @Test
    void whatIsKnownComesBackFromItsBytes() throws MalformedReceipt {
        TreeHead one = TreeHead.signed("demo", 1, 3, Hash.over("x"), 1, keys.get(1));
        TreeHead two = TreeHead.signed("demo", 1, 2, Hash.over("y"), 2, keys.get(1));
        KnownHeads known = KnownHeads.nothing().with(one).with(new KnownHeads.Contradiction(one, two));
        byte[] bytes = known.encode();

        assertEquals(known, KnownHeads.decode(ByteBuffer.wrap(bytes)));
        for (int length = 0; length < bytes.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
            assertThrows(MalformedReceipt.class, () -> KnownHeads.decode(cut));
        }
    }
}
