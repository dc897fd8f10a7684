package org.tallystick.node.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A CSV file (RFC 4180) with a header, read row by row, strictly; every error names file, line and column. */
final class CsvFile {
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{Nd}_]{0,62}");
    private static final int MAX_COLUMNS = 1000;
    private static final int MAX_FIELD = 4000;

    private final Path file;
    private final Charset charset;

    CsvFile(Path file, Charset charset) {
        this.file = file;
        this.charset = charset;
    }

    /** Takes one row: its first line, and its fields in the order of the header, without surrounding blanks. */
    interface RowConsumer {
        void accept(long line, List<String> fields);
    }

    DataFailure failure(long line, String column, String problem, String remedy) {
        String where = ", line " + line + (column.isEmpty() ? "" : ", column " + column);
        return new DataFailure(file + where + ": " + problem, remedy);
    }

    /** Reads the header alone. */
    List<String> header() {
        return read((line, fields) -> {}, 0);
    }

    /** Reads all rows; returns the header. */
    List<String> read(RowConsumer consumer) {
        return read(consumer, Long.MAX_VALUE);
    }

    private List<String> read(RowConsumer consumer, long limit) {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setIgnoreEmptyLines(true)
                .setTrim(true)
                .get();
        long line = 1;
        try (BufferedReader reader = Files.newBufferedReader(file, charset)) {
            skipByteOrderMark(reader);
            try (CSVParser parser =
                    CSVParser.builder().setReader(reader).setFormat(format).get()) {
                Iterator<CSVRecord> records = parser.iterator();
                if (!records.hasNext()) {
                    throw failure(1, "", "there is no header", "write the names of the columns in the first line");
                }
                List<String> header = header(records.next());
                line = parser.getCurrentLineNumber() + 1;
                for (long row = 0; row < limit && records.hasNext(); row++) {
                    CSVRecord record = records.next();
                    consumer.accept(line, fields(header, record, line));
                    line = parser.getCurrentLineNumber() + 1;
                }
                return header;
            }
        } catch (NoSuchFileException e) {
            throw new DataFailure(file + " does not exist", "name a CSV file", e);
        } catch (CharacterCodingException e) {
            throw wrongCharset();
        } catch (IOException e) {
            throw new DataFailure(file + " cannot be read", "let this user read it", e);
        } catch (UncheckedIOException | IllegalStateException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw wrongCharset();
            }
            throw failure(line, "", "is not CSV", "check the quotes there");
        }
    }

    private DataFailure wrongCharset() {
        return new DataFailure(file + " is not " + charset, "name its encoding, for example --encoding GB18030");
    }

    private static void skipByteOrderMark(BufferedReader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
    }

    private List<String> header(CSVRecord record) {
        List<String> header = record.toList();
        if (header.size() > MAX_COLUMNS) {
            throw failure(1, "", header.size() + " columns", "import at most " + MAX_COLUMNS + " columns");
        }
        Set<String> seen = new HashSet<>();
        for (int column = 0; column < header.size(); column++) {
            String name = header.get(column);
            if (!NAME.matcher(name).matches()) {
                throw failure(
                        1,
                        "" + (column + 1),
                        "the name of the column is not usable",
                        "use a letter, then at most 62 letters, digits and underscores");
            }
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw failure(1, name, "the name is there twice", "give each column its own name");
            }
        }
        return List.copyOf(header);
    }

    private List<String> fields(List<String> header, CSVRecord record, long line) {
        if (record.size() != header.size()) {
            throw failure(
                    line,
                    "",
                    record.size() + " fields where the header has " + header.size(),
                    "write one field for each column, quoted where it has a comma in it");
        }
        List<String> fields = new ArrayList<>(header.size());
        for (int column = 0; column < header.size(); column++) {
            String field = record.get(column);
            if (field.length() > MAX_FIELD) {
                throw failure(
                        line, header.get(column), "longer than " + MAX_FIELD + " characters", "check the quotes there");
            }
            fields.add(field);
        }
        return fields;
    }
}
