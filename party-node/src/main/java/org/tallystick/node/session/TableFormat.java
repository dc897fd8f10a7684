package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.tallystick.node.session.ProposalFormat.BadMessage;
import org.tallystick.node.wire.ProposalRows;
import org.tallystick.node.wire.TableSegment;
import org.tallystick.node.wire.TablesDeleted;

/** What proposals say of tables, to bytes and back. */
final class TableFormat {
    static final int ID_BYTES = 16;
    static final int MAX_NAME = 128;
    static final int MAX_SEGMENTS = 1 << 20;

    /** More deletions than this in one message are not looked at. */
    static final int MAX_DELETED = 4096;

    private static final long FIRST_DAY = LocalDate.of(1900, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(2200, 1, 1).toEpochDay();

    private TableFormat() {}

    static TableSegment segment(Proposal.Store store) {
        Tables.Table table = store.table();
        return TableSegment.newBuilder()
                .setId(bytes(table.id()))
                .setPosition(store.position())
                .setName(table.name())
                .setAsOf(table.asOf().toEpochDay())
                .setRows(table.rows())
                .setSegmentRows(table.segmentRows())
                .build();
    }

    static TableSegment segment(Proposal.ScoreTable score) {
        return TableSegment.newBuilder()
                .setId(bytes(score.table()))
                .setPosition(score.position())
                .setFilled(ByteString.copyFrom(score.filled().bytes()))
                .setRequest(bytes(score.request()))
                .build();
    }

    static Proposal.Store store(org.tallystick.node.wire.Proposal message, ProposalRows rows) throws BadMessage {
        require(message.getModel().isEmpty() && message.getProgramEncoding().isEmpty(), "a table with rows to score");
        List<String> subjects = rows.getSubjectsList();
        require(!subjects.isEmpty() && subjects.size() <= ProposalFormat.MAX_ROWS, "too many subjects or none");
        Set<String> different = new HashSet<>();
        for (String subject : subjects) {
            require(
                    !subject.isEmpty() && subject.length() <= ProposalFormat.MAX_SUBJECT,
                    "a subject that is empty or too long");
            require(isPrintable(subject), "a subject with control characters");
            require(different.add(subject), "a subject that is there twice");
        }
        TableSegment segment = message.getTable();
        require(!segment.getName().isEmpty() && segment.getName().length() <= MAX_NAME, "a table without a name");
        require(isPrintable(segment.getName()), "a name with control characters");
        require(segment.getAsOf() >= FIRST_DAY && segment.getAsOf() <= LAST_DAY, "a table of no such day");
        require(segment.getRows() >= 1, "a table of no rows");
        require(
                segment.getSegmentRows() >= 1 && segment.getSegmentRows() <= ProposalFormat.MAX_ROWS,
                "segments of too many rows or none");
        Tables.Table table = new Tables.Table(
                id(segment.getId()),
                segment.getName(),
                LocalDate.ofEpochDay(segment.getAsOf()),
                ProposalFormat.hash(message.getProgram()),
                segment.getRows(),
                segment.getSegmentRows());
        require(table.segments() <= MAX_SEGMENTS, "too many segments");
        require(segment.getPosition() >= 0 && segment.getPosition() < table.segments(), "no such segment");
        // So that the rows a table says it has are those it gets, and no more.
        require(subjects.size() == table.rowsOf(segment.getPosition()), "a segment of another number of rows");
        List<String> consents = rows.getConsentsList();
        require(
                consents.isEmpty() || consents.size() == subjects.size(),
                "consents of some subjects and not of others");
        for (String consent : consents) {
            require(consent.length() <= ProposalFormat.MAX_CONSENT, "a consent that is too long");
        }
        return new Proposal.Store(table, segment.getPosition(), subjects, consents);
    }

    static Proposal.ScoreTable score(org.tallystick.node.wire.Proposal message) throws BadMessage {
        require(message.getProgramEncoding().isEmpty(), "a table with a program");
        require(message.getPurpose().length() <= ProposalFormat.MAX_PURPOSE, "a purpose that is too long");
        TableSegment segment = message.getTable();
        require(segment.getPosition() >= 0 && segment.getPosition() < MAX_SEGMENTS, "no such segment");
        require(segment.getRequest().size() == ProposalFormat.REQUEST_BYTES, "a request id of the wrong length");
        return new Proposal.ScoreTable(
                ProposalFormat.hash(message.getModel()),
                message.getPurpose(),
                id(segment.getId()),
                segment.getPosition(),
                ProposalFormat.hash(segment.getFilled()),
                HexFormat.of().formatHex(segment.getRequest().toByteArray()));
    }

    static byte[] deleted(List<String> ids) {
        return TablesDeleted.newBuilder()
                .addAllIds(ids.stream().map(TableFormat::bytes).toList())
                .build()
                .toByteArray();
    }

    static List<String> deleted(byte[] message) throws BadMessage, InvalidProtocolBufferException {
        TablesDeleted parsed = TablesDeleted.parseFrom(message);
        require(parsed.getIdsCount() <= MAX_DELETED, "too many deletions");
        List<String> ids = new ArrayList<>();
        for (ByteString id : parsed.getIdsList()) {
            ids.add(id(id));
        }
        return ids;
    }

    /** As REST callers' texts. */
    private static boolean isPrintable(String text) {
        return text.chars().noneMatch(each -> each < ' ' || each == 0x7f);
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    private static String id(ByteString bytes) throws BadMessage {
        require(bytes.size() == ID_BYTES, "a table's id of the wrong length");
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static void require(boolean holds, String otherwise) throws BadMessage {
        ProposalFormat.require(holds, otherwise);
    }
}
