package org.tallystick.node.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Hash;
import org.tallystick.node.transport.TlsMaterial;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.transport.TransportConfig;
import org.tallystick.node.transport.TransportListener;
import org.tallystick.node.wire.Acceptance;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.Proposal;
import org.tallystick.node.wire.ProposalRows;
import org.tallystick.node.wire.ProposedRow;
import org.tallystick.node.wire.RefusedProposal;
import org.tallystick.node.wire.SignedProposal;

/**
 * The bank's keys and certificate in hands that write proposals as they like: connects to the agencies' processes in
 * place of the bank's node, and hears what each answers.
 */
final class BankInDisguise implements AutoCloseable {
    private static final byte[] SALT = new byte[32];

    private final Vertx vertx = Vertx.vertx();
    private final Signing key;
    private final Transport transport;
    private final Map<String, BlockingQueue<String>> answers = new ConcurrentHashMap<>();
    private byte[] request = new byte[0];
    private String asked = "";
    private String consent = "";

    /** Connects, and waits until all four agree on an epoch. The bank's own process must have ended. */
    BankInDisguise(LiveGroup group) throws IOException {
        NodeConfig config = NodeConfigFile.read(group.node(Role.BANK));
        key = Signing.read(config.signingKey());
        List<TransportConfig.Party> parties = config.parties().stream()
                .map(party -> new TransportConfig.Party(
                        party.role().id(),
                        party.address().host(),
                        party.address().port()))
                .toList();
        TlsMaterial tls = TlsMaterial.ofFiles(
                config.tls().certificate(), config.tls().key(), config.tls().authority());
        transport = Transport.start(
                vertx,
                TransportConfig.of(Role.BANK.ordinal(), parties, config.group().id(), tls),
                new TransportListener() {
                    @Override
                    public void control(int peer, ControlKind kind, byte[] message) {
                        hear(peer, kind, message);
                    }
                });
        LiveGroup.await(() -> transport.epoch().isPresent(), () -> "the agencies do not agree on an epoch");
    }

    private void hear(int peer, ControlKind kind, byte[] message) {
        try {
            switch (kind) {
                case ACCEPT ->
                    answer(Acceptance.parseFrom(message).getProposalHash(), peer)
                            .add("ACCEPTED");
                case REFUSE -> {
                    RefusedProposal refusal = RefusedProposal.parseFrom(message);
                    answer(refusal.getProposalHash(), peer)
                            .add(refusal.getReason().name());
                }
                default -> {}
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private BlockingQueue<String> answer(ByteString proposal, int peer) {
        String about = Hash.of(proposal.toByteArray()).hex() + " " + peer;
        return answers.computeIfAbsent(about, key -> new LinkedBlockingQueue<>());
    }

    /** A proposal that is right in all but what is changed afterwards. */
    Proposal.Builder proposal(String group, Hash program, Hash model, String subject) {
        return proposal(group, program, model, subject, "");
    }

    /** The same, with a consent: a new request, about one business. */
    Proposal.Builder proposal(String group, Hash program, Hash model, String subject, String token) {
        request = random(16).toByteArray();
        asked = subject;
        consent = token;
        return Proposal.newBuilder()
                .setVersion(2)
                .setGroup(group)
                .setEpoch(
                        ByteString.copyFrom(transport.epoch().orElseThrow().id().bytes()))
                .setNonce(random(Hash.BYTES))
                .setProposer(Role.BANK.ordinal())
                .setProfile("rep4")
                .setKind(Proposal.Kind.SCORE)
                .setProgram(ByteString.copyFrom(program.bytes()))
                .setModel(ByteString.copyFrom(model.bytes()))
                .setPurpose(LiveGroup.PURPOSE)
                .setRowCount(1)
                .setRowsRoot(root());
    }

    /** The Merkle root over the one row, as RFC 6962 has it: the hash of its leaf. */
    private ByteString root() {
        byte[] own = sha256(ByteBuffer.allocate(36).put(SALT).putInt(0).array());
        byte[] subject = asked.getBytes(StandardCharsets.UTF_8);
        byte[] token = consent.getBytes(StandardCharsets.UTF_8);
        ByteBuffer leaf = ByteBuffer.allocate(1 + 32 + 1 + 4 + request.length + 4 + subject.length + 4 + token.length);
        leaf.put((byte) 0).put(own).put((byte) 's');
        for (byte[] text : List.of(request, subject, token)) {
            leaf.putInt(text.length).put(text);
        }
        return ByteString.copyFrom(sha256(leaf.array()));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private ByteString rows() {
        return ProposalRows.newBuilder()
                .setSalt(ByteString.copyFrom(SALT))
                .addRows(ProposedRow.newBuilder()
                        .setRequest(ByteString.copyFrom(request))
                        .setSubject(asked)
                        .setConsent(consent))
                .build()
                .toByteString();
    }

    private static ByteString random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return ByteString.copyFrom(random);
    }

    /** What an agency answers to a proposal, signed with the bank's key. */
    String answerOf(Role agency, Proposal.Builder proposal) {
        return answerOf(agency, proposal, key);
    }

    /** As {@link #answerOf(Role, Proposal.Builder)}, signed with any key. */
    String answerOf(Role agency, Proposal.Builder proposal, Signing signer) {
        byte[] bytes = proposal.build().toByteArray();
        Hash hash = Hash.over("tallystick/proposal/2", bytes);
        byte[] message = SignedProposal.newBuilder()
                .setProposal(ByteString.copyFrom(bytes))
                .setSignature(ByteString.copyFrom(signer.sign(Signing.Domain.PROPOSAL, hash.bytes())))
                .setRows(rows())
                .build()
                .toByteArray();
        if (!transport.control(agency.ordinal(), ControlKind.PROPOSAL, message)) {
            throw new AssertionError("not connected to " + agency);
        }
        try {
            String answer = answer(ByteString.copyFrom(hash.bytes()), agency.ordinal())
                    .poll(LiveGroup.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return String.valueOf(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        transport.close();
        vertx.close().await();
    }
}
