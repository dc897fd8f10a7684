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
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A job or a table as uploaded, parsed while it arrives: the body is never in memory as a whole. The rules are those of
 * {@code NewJob} and {@code NewTable} in the description.
 *
 * @param texts what it says beside the subjects, by field
 */
record JobUpload(Map<String, String> texts, List<String> subjects) {
    private static final String COLUMN = "subject";
    private static final String SUBJECTS = "subjects";

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
        Optional<List<String>> subjects = Optional.empty();
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "", "an object");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                if (field.equals(SUBJECTS)) {
                    subjects = Optional.of(subjects(parser, maxRows));
                } else if (fields.contains(field)) {
                    texts.put(field, text(parser, field, Checks.NAME));
                } else if (mayNameTable && field.equals(TABLE)) {
                    texts.put(field, text(parser, field, Checks.TABLE));
                } else {
                    throw Checks.invalid(
                            "at /: there is no field \"" + Json.shortened(field) + "\"",
                            "leave it out; the fields are " + String.join(", ", fields) + " and subjects"
                                    + (mayNameTable ? " or table" : ""));
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
        if (texts.containsKey(TABLE)) {
            if (subjects.isPresent()) {
                throw Checks.invalid("at /: there are both subjects and a table", "leave one of them out");
            }
            return new JobUpload(texts, List.of());
        }
        require(subjects.isPresent(), SUBJECTS);
        return new JobUpload(texts, subjects.get());
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

    /** From CSV with a header, of which the column {@code subject} is read. */
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
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(body, decoder))) {
            skipByteOrderMark(reader);
            try (CSVParser parser =
                    CSVParser.builder().setReader(reader).setFormat(format).get()) {
                Iterator<CSVRecord> records = parser.iterator();
                int column = records.hasNext() ? records.next().toList().indexOf(COLUMN) : -1;
                if (column < 0) {
                    throw Checks.invalid(
                            "the first line names no column \"" + COLUMN + "\"", "write a header with that column");
                }
                while (records.hasNext()) {
                    add(subjects, subject(records.next(), column), maxRows);
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
        return new JobUpload(texts, notEmpty(subjects));
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
        return "JobUpload[" + subjects.size() + " subjects]";
    }
}
