package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.GarbledStock;
import org.tallystick.node.wire.ProposalRows;
import org.tallystick.node.wire.ProposedRow;
import org.tallystick.program.ModelFacts;
import org.tallystick.program.Program;
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

    /** The most weights that a bank may promise not to be zero. */
    static final int MAX_WEIGHTS = 16;

    /** The widest band that a bank may promise. */
    static final long MAX_BAND = 1L << 61;

    static final int SALT_BYTES = 32;
    static final int MAX_CONSENT = 2048;

    private static final int VERSION = 2;

    private ProposalFormat() {}

    /** A message that does not follow the format. */
    static final class BadMessage extends Exception {
        private static final long serialVersionUID = 1L;

        BadMessage(String message) {
            super(message);
        }
    }

    /**
     * A proposal as it travels.
     *
     * @param header what is public, with the root over the rows
     * @param rows whom it is about; empty when there are no rows
     */
    record Encoded(byte[] header, byte[] rows) {
        @Override
        public String toString() {
            return "Encoded[" + header.length + " and " + rows.length + " bytes]";
        }
    }

    /** @param salt 32 random bytes, without which nobody can tell from the header whom it is about */
    static Encoded encode(Proposal proposal, byte[] salt) {
        ProposalRows rows = ProposalRowsFormat.of(proposal.work(), salt);
        List<byte[]> leaves = ProposalRowsFormat.leaves(rows);
        byte[] header = header(proposal, leaves.size(), rootOf(leaves));
        return new Encoded(header, rows.toByteArray());
    }

    /** Nothing where there are no rows. */
    private static byte[] rootOf(List<byte[]> leaves) {
        return leaves.isEmpty() ? new byte[0] : ProposalRowsFormat.root(leaves);
    }

    private static byte[] header(Proposal proposal, int rows, byte[] root) {
        var message = org.tallystick.node.wire.Proposal.newBuilder()
                .setVersion(VERSION)
                .setGroup(proposal.group())
                .setEpoch(ByteString.copyFrom(proposal.epoch().bytes()))
                .setNonce(ByteString.copyFrom(proposal.nonce().bytes()))
                .setProposer(proposal.proposer())
                .setProfile(proposal.profile().id())
                .setProgram(ByteString.copyFrom(proposal.program().bytes()));
        proposal.terms()
                .ifPresent(terms -> message.setAgreement(
                                ByteString.copyFrom(terms.agreement().bytes()))
                        .setPrice(terms.price()));
        if (rows > 0) {
            message.setRowCount(rows).setRowsRoot(ByteString.copyFrom(root));
        }
        switch (proposal.work()) {
            case Proposal.Score score -> {
                message.setKind(org.tallystick.node.wire.Proposal.Kind.SCORE)
                        .setModel(ByteString.copyFrom(score.model().bytes()))
                        .setPurpose(score.purpose())
                        .addAllStocks(score.stocks());
            }
            case Proposal.Stock stock ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.STOCK)
                        .setStock(GarbledStock.newBuilder()
                                .setFirst(stock.first())
                                .setCount(stock.count())
                                .setOldest(stock.oldest()));
            case Proposal.Activate activate ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.ACTIVATE)
                        .setProgramEncoding(ByteString.copyFrom(activate.programEncoding()))
                        .setWeights(activate.promised().weights())
                        .setBand(activate.promised().band());
            case Proposal.Train train -> {
                message.setKind(org.tallystick.node.wire.Proposal.Kind.TRAIN)
                        .setProgramEncoding(ByteString.copyFrom(train.planEncoding()))
                        .setTraining(ByteString.copyFrom(HexFormat.of().parseHex(train.request())));
                train.resumes().ifPresent(origin -> message.setResumes(ByteString.copyFrom(origin.bytes())));
                train.filled().ifPresent(filled -> message.setFilled(ByteString.copyFrom(filled.bytes())));
            }
            case Proposal.Evaluate evaluate ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.EVALUATE)
                        .setProgramEncoding(ByteString.copyFrom(evaluate.planEncoding()))
                        .setTraining(ByteString.copyFrom(HexFormat.of().parseHex(evaluate.request())));
            case Proposal.Offer offer ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.OFFER)
                        .setProgramEncoding(ByteString.copyFrom(offer.planEncoding()));
            case Proposal.Store store ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.STORE).setTable(TableFormat.segment(store));
            case Proposal.ScoreTable score ->
                message.setKind(org.tallystick.node.wire.Proposal.Kind.SCORE)
                        .setModel(ByteString.copyFrom(score.model().bytes()))
                        .setPurpose(score.purpose())
                        .setTable(TableFormat.segment(score));
        }
        return message.build().toByteArray();
    }

    /** The proposal of this header about these rows; one whose root is of other rows is none. */
    static Proposal decode(byte[] header, byte[] rowBytes) throws BadMessage {
        org.tallystick.node.wire.Proposal message;
        ProposalRows rows;
        try {
            message = org.tallystick.node.wire.Proposal.parseFrom(header);
            rows = ProposalRows.parseFrom(rowBytes);
        } catch (InvalidProtocolBufferException e) {
            throw new BadMessage("not a proposal");
        }
        require(message.getVersion() == VERSION, "an unknown version");
        require(message.getEpoch().size() == EpochId.BYTES, "an epoch id of the wrong length");
        require(message.getProposer() >= 0 && message.getProposer() < 4, "no such proposer");
        List<byte[]> leaves = ProposalRowsFormat.leaves(rows);
        require(message.getRowCount() == leaves.size(), "another number of rows than it says");
        byte[] root = rootOf(leaves);
        require(message.getRowsRoot().equals(ByteString.copyFrom(root)), "other rows than it says");
        require(leaves.isEmpty() || rows.getSalt().size() == SALT_BYTES, "a salt of the wrong length");
        Proposal proposal = new Proposal(
                message.getGroup(),
                EpochId.of(message.getEpoch().toByteArray()),
                hash(message.getNonce()),
                message.getProposer(),
                profile(message.getProfile()),
                hash(message.getProgram()),
                terms(message),
                work(message, rows));
        // Receipts keep these bytes: nothing may be in them but what they say.
        require(Arrays.equals(header(proposal, leaves.size(), root), header), "another form than its own");
        byte[] own = ProposalRowsFormat.of(proposal.work(), rows.getSalt().toByteArray())
                .toByteArray();
        require(Arrays.equals(own, rowBytes), "rows in another form than their own");
        return proposal;
    }

    private static Optional<Proposal.Terms> terms(org.tallystick.node.wire.Proposal message) throws BadMessage {
        require(message.getPrice() >= 0, "a price below nothing");
        Optional<Hash> agreement = optional(message.getAgreement());
        require(agreement.isPresent() || message.getPrice() == 0, "a price without an agreement");
        return agreement.map(hash -> new Proposal.Terms(hash, message.getPrice()));
    }

    private static Proposal.Work work(org.tallystick.node.wire.Proposal message, ProposalRows rows) throws BadMessage {
        boolean scores = message.getKind() == org.tallystick.node.wire.Proposal.Kind.SCORE && !message.hasTable();
        require(scores || rows.getRowsCount() == 0 && message.getStocksCount() == 0, "rows to score");
        boolean stores = message.getKind() == org.tallystick.node.wire.Proposal.Kind.STORE;
        require(stores || rows.getSubjectsCount() == 0 && rows.getConsentsCount() == 0, "rows to store");
        boolean learns = message.getKind() == org.tallystick.node.wire.Proposal.Kind.TRAIN;
        require(learns || rows.getLearningCount() == 0, "subjects to learn from");
        boolean judges = message.getKind() == org.tallystick.node.wire.Proposal.Kind.EVALUATE;
        require(learns || judges || rows.getTestingCount() == 0, "subjects to judge by");
        return switch (message.getKind()) {
            case SCORE -> message.hasTable() ? TableFormat.score(message) : score(message, rows);
            case STORE -> TableFormat.store(message, rows);
            case ACTIVATE -> activate(message);
            case TRAIN -> train(message, rows);
            case EVALUATE -> evaluate(message, rows);
            case STOCK -> stock(message);
            case OFFER -> offer(message);
            default -> throw new BadMessage("an unknown kind");
        };
    }

    private static Proposal.Score score(org.tallystick.node.wire.Proposal message, ProposalRows brought)
            throws BadMessage {
        require(message.getProgramEncoding().isEmpty(), "a score with a program");
        require(brought.getRowsCount() > 0 && brought.getRowsCount() <= MAX_ROWS, "too many rows or none");
        require(message.getPurpose().length() <= MAX_PURPOSE, "a purpose that is too long");
        List<Proposal.Row> rows = new ArrayList<>();
        Set<String> requests = new HashSet<>();
        for (ProposedRow row : brought.getRowsList()) {
            require(row.getRequest().size() == REQUEST_BYTES, "a request id of the wrong length");
            String subject = row.getSubject();
            require(!subject.isEmpty() && subject.length() <= MAX_SUBJECT, "a subject that is empty or too long");
            String request = HexFormat.of().formatHex(row.getRequest().toByteArray());
            // An id names one row's answer, for banks that ask again.
            require(requests.add(request), "a request id that is there twice");
            require(row.getConsent().length() <= MAX_CONSENT, "a consent that is too long");
            rows.add(new Proposal.Row(request, subject, row.getConsent()));
        }
        List<Long> stocks = message.getStocksList();
        for (long stock : stocks) {
            require(stock >= 0, "a number of stock that is none");
        }
        require(stocks.isEmpty() || stocks.size() == rows.size(), "stock for some rows and not for others");
        return new Proposal.Score(hash(message.getModel()), message.getPurpose(), rows, stocks);
    }

    private static Proposal.Stock stock(org.tallystick.node.wire.Proposal message) throws BadMessage {
        require(message.getModel().isEmpty(), "stock with a model");
        require(message.getProgramEncoding().isEmpty(), "stock with a program");
        GarbledStock stock = message.getStock();
        require(stock.getCount() >= 0 && stock.getCount() <= MAX_STOCK, "too much stock");
        require(stock.getFirst() >= 0 && stock.getFirst() <= Long.MAX_VALUE - MAX_STOCK, "a number that is none");
        require(stock.getOldest() >= 0, "a number of stock that is none");
        return new Proposal.Stock(stock.getFirst(), stock.getCount(), stock.getOldest());
    }

    private static Proposal.Offer offer(org.tallystick.node.wire.Proposal message) throws BadMessage {
        require(!message.getProgramEncoding().isEmpty(), "an offer without a plan");
        return new Proposal.Offer(message.getProgramEncoding().toByteArray());
    }

    private static Proposal.Activate activate(org.tallystick.node.wire.Proposal message) throws BadMessage {
        require(message.getModel().isEmpty(), "an activation of an activated model");
        require(!message.getProgramEncoding().isEmpty(), "an activation without a program");
        boolean possible = message.getWeights() >= 0
                && message.getWeights() <= MAX_WEIGHTS
                && message.getBand() >= 0
                && message.getBand() <= MAX_BAND;
        require(possible, "a promise that is none");
        return new Proposal.Activate(
                message.getProgramEncoding().toByteArray(), new ModelFacts(message.getWeights(), message.getBand()));
    }

    private static Proposal.Train train(org.tallystick.node.wire.Proposal message, ProposalRows rows)
            throws BadMessage {
        require(message.getModel().isEmpty(), "a training with a model");
        require(!message.getProgramEncoding().isEmpty(), "a training without a plan");
        require(
                rows.getLearningCount() > 0
                        && rows.getLearningCount() <= MAX_LEARNING_ROWS
                        && rows.getTestingCount() <= MAX_LEARNING_ROWS,
                "too many subjects or none to learn from");
        require(message.getTraining().size() == REQUEST_BYTES, "a training without a name");
        // Twice in one training a subject would weigh double, and be judged by what was learnt from it.
        requireDistinct(List.of(rows.getLearningList(), rows.getTestingList()));
        return new Proposal.Train(
                message.getProgramEncoding().toByteArray(),
                rows.getLearningList(),
                rows.getTestingList(),
                HexFormat.of().formatHex(message.getTraining().toByteArray()),
                optional(message.getResumes()),
                optional(message.getFilled()));
    }

    private static Proposal.Evaluate evaluate(org.tallystick.node.wire.Proposal message, ProposalRows rows)
            throws BadMessage {
        require(message.getModel().isEmpty(), "an evaluation with a stored model");
        require(!message.getProgramEncoding().isEmpty(), "an evaluation without a plan");
        require(rows.getTestingCount() > 0 && rows.getTestingCount() <= MAX_LEARNING_ROWS, "too many subjects or none");
        require(message.getTraining().size() == REQUEST_BYTES, "an evaluation without a name");
        // A few subjects often enough would be a group by number alone.
        requireDistinct(List.of(rows.getTestingList()));
        return new Proposal.Evaluate(
                message.getProgramEncoding().toByteArray(),
                rows.getTestingList(),
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

    /** What is so of a model's numbers, up to what a proposal can promise. */
    static ModelFacts promised(Program program, int owner, Map<String, long[]> values) {
        if (values.isEmpty()) {
            return ModelFacts.NONE;
        }
        ModelFacts facts = ModelFacts.of(program, owner, values);
        return new ModelFacts(Math.min(MAX_WEIGHTS, facts.weights()), Math.min(MAX_BAND, facts.band()));
    }
}
