package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetTest {
    private static final String FILE = """
        tallystick: dataset/1
        name: loans
        model: ../m.json
        file: loans.csv
        id: {column: Nr, kind: text}
        label: {column: Out, bad: "1"}
        rows: [{column: Half, equals: "0"}]
        missing: [NA, "-"]
        parties:
          bank:
            - {name: gross, column: Gross, as: log}
            - {name: Line, as: equals, value: "Y"}
          tax:
            - {name: naics, column: Industry, as: naics}
            - {name: franchise, column: Code, as: greater-than, value: 1}
            - {name: zip, column: Zip, as: first, value: 3}
            - {name: City, as: text}
            - {name: Jobs, as: number}
        """;

    private static final String CSV = """
        Nr,Half,Out,Gross,Line,Industry,Code,Zip,City,Jobs
        a,0,1,1,Y,445110,1,92801,"SAN JOSE, CA",2.5
        b,1,0,2,Y,445110,1,92801,X,1

        c,0,0,NA,N,000000,5,9,-,-3
        """;

    @TempDir
    private Path folder;

    private List<Business> read(String dataset, String csv) throws IOException {
        Path file = Files.writeString(
                Files.createDirectories(folder.resolve("sets")).resolve("d.yaml"), dataset);
        Files.writeString(folder.resolve("loans.csv"), csv);
        Dataset read = Dataset.read(file);
        assertEquals(Optional.of(folder.resolve("m.json")), read.model());
        return DatasetReader.read(read, folder);
    }

    @Test
    void splitsRowsAmongTheParties() throws IOException {
        assertEquals(
                List.of(
                        new Business(
                                "a",
                                Map.of(
                                        "bank",
                                        Map.of("gross", "0.0", "Line", "1"),
                                        "tax",
                                        Map.of(
                                                "naics",
                                                "44-45",
                                                "franchise",
                                                "0",
                                                "zip",
                                                "928",
                                                "City",
                                                "SAN JOSE, CA",
                                                "Jobs",
                                                "2.5")),
                                Optional.of(true)),
                        new Business(
                                "c",
                                Map.of(
                                        "bank",
                                        Map.of("gross", "", "Line", "0"),
                                        "tax",
                                        Map.of("naics", "", "franchise", "1", "zip", "9", "City", "", "Jobs", "-3")),
                                Optional.of(false))),
                read(FILE, CSV));
        assertEquals(2, read(FILE, "\uFEFF" + CSV).size());
    }

    @Test
    void writesATableForEachParty() throws IOException {
        List<Business> businesses = new java.util.ArrayList<>(read(FILE, CSV));
        businesses.add(new Business("d", Map.of("bank", Map.of("gross", "7", "Line", "1")), Optional.empty()));
        Map<String, List<String>> columns = Map.of("bank", List.of("gross", "Line"), "tax", List.of("City", "zip"));
        Path out = folder.resolve("out");
        assertEquals(
                Map.of("bank.csv", 3, "tax.csv", 2, "labels.csv", 2), BusinessTables.write(out, columns, businesses));
        assertEquals("subject,gross,Line\na,0.0,1\nc,,0\nd,7,1\n", Files.readString(out.resolve("bank.csv")));
        assertEquals("subject,City,zip\na,\"SAN JOSE, CA\",928\nc,,9\n", Files.readString(out.resolve("tax.csv")));
        assertEquals("subject,bad\na,1\nc,0\n", Files.readString(out.resolve("labels.csv")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        -3$             | many  | line 5, column Jobs: not a number
        0,NA,           | 0,-5, | line 5, column Gross: not above 0
        c,0             | a,0   | line 5, column Nr: this identifier is in an earlier row
        445110,1,92801,"| x,1,92801,"| line 2, column Industry: not a NAICS code
        ,-3$            | ''    | line 5: 9 fields where the header has 10
        Gross           | gross | line 1: no column [Gross]
        Jobs            | City  | cannot be read as CSV
        """)
    void badCellsAreNamedByFileLineAndColumn(String before, String after, String message) {
        String broken = CSV.replaceAll("(?m)" + before, after.equals("''") ? "" : after);
        InvalidModel error = assertThrows(InvalidModel.class, () -> read(FILE, broken));
        assertTrue(
                error.getMessage().contains("loans.csv") && error.getMessage().contains(message), error.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        as: log             | as: logarithm            | at /parties/bank/0/as
        , value: 3          |                          | at /parties/tax/2
        kind: text          | kind: txt                | at /id/kind
        name: City          | name: zip                | at /parties/tax: a second column zip
        dataset/1           | dataset/2                | at /tallystick
        as: number          | as: number, unit: people | at /parties/tax/4
        label:              | labels:                  | at /
        parties:            | parties: {{              | line
        """)
    void badFilesAreNamedByPath(String before, String after, String message) {
        InvalidModel error =
                assertThrows(InvalidModel.class, () -> read(FILE.replace(before, after == null ? "" : after), CSV));
        assertTrue(error.getMessage().contains("d.yaml") && error.getMessage().contains(message), error.getMessage());
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("d.yaml"), FILE);
        Dataset dataset = Dataset.read(file);
        assertTrue(assertThrows(InvalidModel.class, () -> DatasetReader.read(dataset, folder))
                .getMessage()
                .contains("no such file; give the folder that holds loans.csv"));
    }

    @Test
    void creditCodesAreChecked() {
        String dataset = FILE.replace("kind: text", "kind: credit-code");
        InvalidModel error = assertThrows(InvalidModel.class, () -> read(dataset, CSV));
        assertTrue(
                error.getMessage().contains("line 2, column Nr: a unified social credit code has 18"),
                error.getMessage());
    }
}
