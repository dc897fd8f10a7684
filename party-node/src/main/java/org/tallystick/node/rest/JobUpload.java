package org.tallystick.node.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.tallystick.node.storage.JobRows;

/**
 * A job or a table as uploaded, parsed while it arrives: the body is never in memory as a whole. The rules are those of
 * {@code NewJob} and {@code NewTable} in the description.
 *
 * @param texts what it says beside the rows, by field
 */
record JobUpload(Map<String, String> texts, JobRows rows) {
    private static final String SUBJECT = "subject";
    private static final String CONSENT = "consent";

    /** The fields that have the rows, each in another form. */
    private static final String SUBJECTS = "subjects";

    private static final String ROWS = "rows";

    /** Stands in place of subjects. */
    static final String TABLE = "table";

    JobUpload {
        texts = Map.copyOf(texts);
    }

    String text(String field) {
        return texts.get(field);
    }

    /** From a JSON object; its fields may come in any order. */
    static JobUpload json(InputStream body, List<String> fields, boolean mayNameTable, int maxRows) {
        Map<String, String> texts = new HashMap<>();
        List<JobRows> rows = new ArrayList<>();
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "", "an object");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                if (field.equals(SUBJECTS)) {
                    rows.add(JobRows.of(subjects(parser, maxRows)));
                } else if (field.equals(ROWS)) {
                    rows.add(rows(parser, maxRows));
                } else if (fields.contains(field)) {
                    texts.put(field, text(parser, field, Checks.NAME));
                } else if (mayNameTable && field.equals(TABLE)) {
                    texts.put(field, text(parser, field, Checks.TABLE));
                } else {
                    throw unknown(
                            "",
                            field,
                            String.join(", ", fields) + " and subjects or rows" + (mayNameTable ? " or table" : ""));
                }
            }
            if (parser.nextToken() != null) {
                throw Checks.invalid("there is something after the JSON document", "leave it out");
            }
        } catch (JsonProcessingException e) {
            throw Json.notJson(e);
        } catch (IOException e) {
            throw brokeOff();
        }
        for (String field : fields) {
            require(texts.containsKey(field), field);
        }
        return new JobUpload(texts, only(rows, texts.containsKey(TABLE)));
    }

    /** Rows come in one form, or a table has them. */
    private static JobRows only(List<JobRows> rows, boolean table) {
        if (rows.size() + (table ? 1 : 0) > 1) {
            throw Checks.invalid("at /: of subjects, rows and a table there is more than one", "leave one of them out");
        }
        require(table || !rows.isEmpty(), SUBJECTS);
        return table ? JobRows.of(List.of()) : rows.getFirst();
    }

    private static ServiceFailure unknown(String where, String field, String known) {
        return Checks.invalid(
                "at /" + where + ": there is no field \"" + Json.shortened(field) + "\"",
                "leave it out; the fields are " + known);
    }

    private static void require(boolean present, String name) {
        if (!present) {
            throw Checks.invalid("at /: the field \"" + name + "\" is missing", "add it");
        }
    }

    private static List<String> subjects(JsonParser parser, int maxRows) throws IOException {
        expect(parser.currentToken(), JsonToken.START_ARRAY, "subjects", "a list");
        List<String> subjects = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            add(subjects, text(parser, "subjects/" + subjects.size(), Checks.SUBJECT), maxRows);
        }
        return notEmpty(subjects);
    }

    /** Objects of a subject and, where there is one, its consent. */
    private static JobRows rows(JsonParser parser, int maxRows) throws IOException {
        expect(parser.currentToken(), JsonToken.START_ARRAY, ROWS, "a list");
        List<String> subjects = new ArrayList<>();
        List<String> consents = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String where = ROWS + "/" + subjects.size();
            expect(parser.currentToken(), JsonToken.START_OBJECT, where, "an object");
            Map<String, String> row = new HashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                String at = where + "/" + field;
                switch (field) {
                    case SUBJECT -> row.put(field, text(parser, at, Checks.SUBJECT));
                    case CONSENT -> {
                        expect(parser.currentToken(), JsonToken.VALUE_STRING, at, "text");
                        row.put(field, Checks.consent("at /" + at, parser.getText()));
                    }
                    default -> throw unknown(where, field, "subject and consent");
                }
            }
            if (!row.containsKey(SUBJECT)) {
                throw Checks.invalid("at /" + where + ": the field \"subject\" is missing", "add it");
            }
            add(subjects, row.get(SUBJECT), maxRows);
            consents.add(row.getOrDefault(CONSENT, ""));
        }
        return rows(notEmpty(subjects), consents);
    }

    /** Of consents none are kept where no row has one. */
    private static JobRows rows(List<String> subjects, List<String> consents) {
        return new JobRows(subjects, consents.stream().allMatch(String::isEmpty) ? List.of() : consents);
    }

    private static String text(JsonParser parser, String where, Pattern pattern) throws IOException {
        expect(parser.currentToken(), JsonToken.VALUE_STRING, where, "text");
        String text = parser.getText();
        if (!pattern.matcher(text).matches()) {
            throw Checks.invalid("at /" + where + ": empty, too long, or with control characters", "correct it");
        }
        return text;
    }

    private static void expect(JsonToken token, JsonToken wanted, String where, String what) {
        if (token != wanted) {
            throw Checks.invalid("at /" + where + ": this must be " + what, "correct it");
        }
    }

    /** From CSV with a header, of which the column {@code subject} is read and, where there is one, {@code consent}. */
    static JobUpload csv(Map<String, String> texts, InputStream body, int maxRows) {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setIgnoreEmptyLines(true)
                .setTrim(true)
                .get();
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        List<String> subjects = new ArrayList<>();
        List<String> consents = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(body, decoder))) {
            skipByteOrderMark(reader);
            try (CSVParser parser =
                    CSVParser.builder().setReader(reader).setFormat(format).get()) {
                Iterator<CSVRecord> records = parser.iterator();
                List<String> header = records.hasNext() ? records.next().toList() : List.of();
                int column = header.indexOf(SUBJECT);
                if (column < 0) {
                    throw Checks.invalid(
                            "the first line names no column \"" + SUBJECT + "\"", "write a header with that column");
                }
                int consent = header.indexOf(CONSENT);
                while (records.hasNext()) {
                    CSVRecord record = records.next();
                    add(subjects, subject(record, column), maxRows);
                    consents.add(consent(record, consent));
                }
            }
        } catch (CharacterCodingException e) {
            throw notUtf8();
        } catch (IOException e) {
            throw brokeOff();
        } catch (UncheckedIOException | IllegalStateException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw notUtf8();
            }
            throw Checks.invalid("the body is not CSV near row " + (subjects.size() + 1), "check the quotes there");
        }
        return new JobUpload(texts, rows(notEmpty(subjects), consents));
    }

    private static void skipByteOrderMark(BufferedReader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
    }

    private static String subject(CSVRecord record, int column) {
        String subject = column < record.size() ? record.get(column) : "";
        if (!Checks.SUBJECT.matcher(subject).matches()) {
            throw Checks.invalid(
                    "row " + record.getRecordNumber() + ": the subject is empty, too long, or has control characters",
                    "correct it");
        }
        return subject;
    }

    /** Empty where the column is missing or the row leaves it empty. */
    private static String consent(CSVRecord record, int column) {
        String consent = column >= 0 && column < record.size() ? record.get(column) : "";
        return consent.isEmpty() ? "" : Checks.consent("row " + record.getRecordNumber() + ", consent", consent);
    }

    private static void add(List<String> subjects, String subject, int maxRows) {
        if (subjects.size() == maxRows) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.TOO_LARGE, "a job has at most " + maxRows + " subjects", "make several jobs of it"));
        }
        subjects.add(subject);
    }

    private static List<String> notEmpty(List<String> subjects) {
        if (subjects.isEmpty()) {
            throw Checks.invalid("there are no subjects", "send at least one");
        }
        return subjects;
    }

    private static ServiceFailure notUtf8() {
        return Checks.invalid("the body is not UTF-8", "send it in UTF-8");
    }

    private static ServiceFailure brokeOff() {
        return Checks.invalid("the body broke off", "send it again over a connection that holds");
    }

    @Override
    public String toString() {
        return "JobUpload[" + rows.size() + " rows]";
    }
}
