package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.GarbledStock;
import org.tallystick.node.wire.ProposedRow;
import org.tallystick.protocol.Profile;
import org.tallystick.training.Newton;

/** Proposals to bytes and back. What does not follow the format to the letter is a {@link BadMessage}. */
final class ProposalFormat {
    static final int MAX_ROWS = 16_384;
    static final int MAX_LEARNING_ROWS = Newton.MAX_ROWS;
    static final int MAX_SUBJECT = 64;
    static final int MAX_PURPOSE = 128;
    static final int REQUEST_BYTES = 16;
    static final int MAX_STOCK = 4096;

    private static final int VERSION = 1;

    private ProposalFormat() {}

    /** A message that does not follow the format. */
    static final class BadMessage extends Exception {
        private static final long serialVersionUID = 1L;

        BadMessage(String message) {
            super(message);
        }
    }

    static byte[] encode(Proposal proposal) {
        var message = org.tallystick.node.wire.Proposal.newBuilder()
                .setVersion(VERSION)
                .setGroup(proposal.group())
                .setEpoch(ByteString.copyFrom(proposal.epoch().bytes()))
                .setNonce(ByteString.copyFrom(proposal.nonce().bytes()))
                .setProposer(proposal.proposer())
                .setProfile(proposal.profile().id())
                .setProgram(ByteString.copyFrom(proposal.program().bytes()));
        switch (proposal.work()) {
            case Proposal.Score score -> {
                message.setKind(org.tallystick.node.wire.Proposal.Kind.SCORE)
                        .setModel(ByteString.copyFrom(score.model().bytes()))
                        .setPurpose(score.purpose());
                addRows(message, score);
            }
            case Proposal.Stock stock ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.STOCK)
                        .setStock(GarbledStock.newBuilder()
                                .setFirst(stock.first())
                                .setCount(stock.count())
                                .setOldest(stock.oldest()));
            case Proposal.Activate activate ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.ACTIVATE)
                        .setProgramEncoding(ByteString.copyFrom(activate.programEncoding()));
            case Proposal.Train train -> {
                message.setKind(org.tallystick.node.wire.Proposal.Kind.TRAIN)
                        .setProgramEncoding(ByteString.copyFrom(train.planEncoding()))
                        .addAllLearning(train.learning())
                        .addAllTesting(train.testing())
                        .setTraining(ByteString.copyFrom(HexFormat.of().parseHex(train.request())));
                train.resumes().ifPresent(origin -> message.setResumes(ByteString.copyFrom(origin.bytes())));
                train.filled().ifPresent(filled -> message.setFilled(ByteString.copyFrom(filled.bytes())));
            }
            case Proposal.Evaluate evaluate ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.EVALUATE)
                        .setProgramEncoding(ByteString.copyFrom(evaluate.planEncoding()))
                        .addAllTesting(evaluate.subjects())
                        .setTraining(ByteString.copyFrom(HexFormat.of().parseHex(evaluate.request())));
            case Proposal.Store store ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.STORE)
                        .setTable(TableFormat.segment(store))
                        .addAllSubjects(store.subjects());
            case Proposal.ScoreTable score ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.SCORE)
                        .setModel(ByteString.copyFrom(score.model().bytes()))
                        .setPurpose(score.purpose())
                        .setTable(TableFormat.segment(score));
        }
        return message.build().toByteArray();
    }

    private static void addRows(org.tallystick.node.wire.Proposal.Builder message, Proposal.Score score) {
        for (int k = 0; k < score.rows().size(); k++) {
            Proposal.Row row = score.rows().get(k);
            ProposedRow.Builder proposed = ProposedRow.newBuilder()
                    .setRequest(ByteString.copyFrom(HexFormat.of().parseHex(row.request())))
                    .setSubject(row.subject());
            if (!score.stocks().isEmpty()) {
                proposed.setStock(score.stocks().get(k));
            }
            message.addRows(proposed);
        }
    }

    static Proposal decode(byte[] bytes) throws BadMessage {
        org.tallystick.node.wire.Proposal message;
        try {
            message = org.tallystick.node.wire.Proposal.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new BadMessage("not a proposal");
        }
        require(message.getVersion() == VERSION, "an unknown version");
        require(message.getEpoch().size() == EpochId.BYTES, "an epoch id of the wrong length");
        require(message.getProposer() >= 0 && message.getProposer() < 4, "no such proposer");
        return new Proposal(
                message.getGroup(),
                EpochId.of(message.getEpoch().toByteArray()),
                hash(message.getNonce()),
                message.getProposer(),
                profile(message.getProfile()),
                hash(message.getProgram()),
                work(message));
    }

    private static Proposal.Work work(org.tallystick.node.wire.Proposal message) throws BadMessage {
        return switch (message.getKind()) {
            case SCORE -> message.hasTable() ? TableFormat.score(message) : score(message);
            case STORE -> TableFormat.store(message);
            case ACTIVATE -> activate(message);
            case TRAIN -> train(message);
            case EVALUATE -> evaluate(message);
            case STOCK -> stock(message);
            default -> throw new BadMessage("an unknown kind");
        };
    }

    private static Proposal.Score score(org.tallystick.node.wire.Proposal message) throws BadMessage {
        require(message.getProgramEncoding().isEmpty(), "a score with a program");
        require(message.getRowsCount() > 0 && message.getRowsCount() <= MAX_ROWS, "too many rows or none");
        require(message.getPurpose().length() <= MAX_PURPOSE, "a purpose that is too long");
        List<Proposal.Row> rows = new ArrayList<>();
        List<Long> stocks = new ArrayList<>();
        Set<String> requests = new HashSet<>();
        for (ProposedRow row : message.getRowsList()) {
            require(row.getRequest().size() == REQUEST_BYTES, "a request id of the wrong length");
            String subject = row.getSubject();
            require(!subject.isEmpty() && subject.length() <= MAX_SUBJECT, "a subject that is empty or too long");
            String request = HexFormat.of().formatHex(row.getRequest().toByteArray());
            // An id is charged once: two subjects under one would be had for the price of one.
            require(requests.add(request), "a request id that is there twice");
            rows.add(new Proposal.Row(request, subject));
            if (row.hasStock()) {
                require(row.getStock() >= 0, "a number of stock that is none");
                stocks.add(row.getStock());
            }
        }
        require(stocks.isEmpty() || stocks.size() == rows.size(), "stock for some rows and not for others");
        return new Proposal.Score(hash(message.getModel()), message.getPurpose(), rows, stocks);
    }

    private static Proposal.Stock stock(org.tallystick.node.wire.Proposal message) throws BadMessage {
        require(message.getRowsCount() == 0 && message.getModel().isEmpty(), "stock with rows");
        require(message.getProgramEncoding().isEmpty(), "stock with a program");
        GarbledStock stock = message.getStock();
        require(stock.getCount() >= 0 && stock.getCount() <= MAX_STOCK, "too much stock");
        require(stock.getFirst() >= 0 && stock.getFirst() <= Long.MAX_VALUE - MAX_STOCK, "a number that is none");
        require(stock.getOldest() >= 0, "a number of stock that is none");
        return new Proposal.Stock(stock.getFirst(), stock.getCount(), stock.getOldest());
    }

    private static Proposal.Activate activate(org.tallystick.node.wire.Proposal message) throws BadMessage {
        require(message.getRowsCount() == 0 && message.getModel().isEmpty(), "an activation with rows");
        require(!message.getProgramEncoding().isEmpty(), "an activation without a program");
        return new Proposal.Activate(message.getProgramEncoding().toByteArray());
    }

    private static Proposal.Train train(org.tallystick.node.wire.Proposal message) throws BadMessage {
        require(message.getRowsCount() == 0 && message.getModel().isEmpty(), "a training with rows to score");
        require(!message.getProgramEncoding().isEmpty(), "a training without a plan");
        require(
                message.getLearningCount() > 0
                        && message.getLearningCount() <= MAX_LEARNING_ROWS
                        && message.getTestingCount() <= MAX_LEARNING_ROWS,
                "too many subjects or none to learn from");
        require(message.getTraining().size() == REQUEST_BYTES, "a training without a name");
        // Twice in one training a subject would weigh double, and be judged by what was learnt from it.
        requireDistinct(List.of(message.getLearningList(), message.getTestingList()));
        return new Proposal.Train(
                message.getProgramEncoding().toByteArray(),
                message.getLearningList(),
                message.getTestingList(),
                HexFormat.of().formatHex(message.getTraining().toByteArray()),
                optional(message.getResumes()),
                optional(message.getFilled()));
    }

    private static Proposal.Evaluate evaluate(org.tallystick.node.wire.Proposal message) throws BadMessage {
        require(message.getRowsCount() == 0 && message.getModel().isEmpty(), "an evaluation with rows to score");
        require(message.getLearningCount() == 0, "an evaluation with subjects to learn from");
        require(!message.getProgramEncoding().isEmpty(), "an evaluation without a plan");
        require(
                message.getTestingCount() > 0 && message.getTestingCount() <= MAX_LEARNING_ROWS,
                "too many subjects or none");
        require(message.getTraining().size() == REQUEST_BYTES, "an evaluation without a name");
        // A few subjects often enough would be a group by number alone.
        requireDistinct(List.of(message.getTestingList()));
        return new Proposal.Evaluate(
                message.getProgramEncoding().toByteArray(),
                message.getTestingList(),
                HexFormat.of().formatHex(message.getTraining().toByteArray()));
    }

    private static void requireDistinct(List<? extends List<String>> parts) throws BadMessage {
        Set<String> subjects = new HashSet<>();
        for (List<String> part : parts) {
            for (String subject : part) {
                require(!subject.isEmpty() && subject.length() <= MAX_SUBJECT, "a subject that is empty or too long");
                require(subjects.add(subject), "a subject that is there twice");
            }
        }
    }

    private static Profile profile(String id) throws BadMessage {
        for (Profile profile : Profile.values()) {
            if (profile.id().equals(id)) {
                return profile;
            }
        }
        throw new BadMessage("an unknown profile");
    }

    private static Optional<Hash> optional(ByteString bytes) throws BadMessage {
        return bytes.isEmpty() ? Optional.empty() : Optional.of(hash(bytes));
    }

    static Hash hash(ByteString bytes) throws BadMessage {
        require(bytes.size() == Hash.BYTES, "a hash of the wrong length");
        return Hash.of(bytes.toByteArray());
    }

    static void require(boolean holds, String otherwise) throws BadMessage {
        if (!holds) {
            throw new BadMessage(otherwise);
        }
    }
}
