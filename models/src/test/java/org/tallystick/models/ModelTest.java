package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        model/1               | model/2               | at /tallystick
        'kind': 'logistic'    | 'kind': 'forest'      | at /kind
        'intercept': -1.5,    |                       | at /: required property 'intercept' not found (add it)
        'intercept'           | 'Intercept'           | 'Intercept'
        -1.5                  | '-1.5'                | at /intercept: string found, number expected
        'range': [0, 900]     | 'range': [0]          | at /features/1/range
        'range': [0, 900]     | 'range': [900, 0]     | at /features/1 (sales): a range needs min < max
        'missingValue': 450   | 'missingValue': 901   | at /features/1 (sales): column sales: the value that stands for
        'scale': 300          | 'scale': 0            | at /features/1/scale
        'weight': -0.9        | 'wieght': -0.9        | at /features/1
        'range': [1, 1000000] | 'range': [0, 1000000] | at /features/0 (flow): column flow: a logarithm needs a range above 0
        [0.6, 0, -0.3]        | [0.6, 0]              | at /features/3 (kwh): feature kwh, 2 edges make 3 bins, but weights has 2
        [100, 2000]           | [2000, 100]           | edge 100.0 must lie inside the range
        [100, 2000]           | [100, 20000]          | edge 20000.0 must lie inside the range
        'otherWeight': 0.4,   |                       | at /features/2: required property 'otherWeight'
        'owner': 'utility'    | 'owner': 'water'      | feature kwh: owner 'water' is not among the parties
        'bank': 'bank'        | 'bank': 'Bank'        | bank: 'Bank' is not among the parties
        'name': 'grade'       | 'name': 'kwh'         | another feature has the same name
        'tax': 0.25           | 'court': 0.25         | presence: 'court' is not among the parties
        'utility', 'social    | 'tax', 'social        | a role appears twice
        -0.9                  | -64.5                 | feature sales: a weight is beyond the declared weightBound of 64.0
        0.15}                 | 65}                   | feature kwh: a weight is beyond
        -1.5                  | -64.5                 | intercept is beyond the declared interceptBound
        [560, 480]            | [480, 560]            | from the best band to the worst the thresholds must fall
        'on': 'points'        | 'on': 'pd'            | a threshold on a probability of default lies between 0 and 1
        'names': ['A',        | 'names': ['A', 'Z',   | 4 names need 3 thresholds
        'names': ['A', 'B'    | 'names': ['A', 'A'    | two bands have the same name
        {'kind': 'band'}      | {'kind': 'pd', 'step': 0.3} | at /output/step: 1 / 0.3 is not a whole number
        {'kind': 'band'}      | {'kind': 'pd'}        | at /output: required property 'step'
        {'kind': 'band'}      | {'kind': 'points', 'step': 0.1} | at /output
        'points': {'base': 600, 'odds': 20, 'doubling': 40}, | | points: needed to convert
        'intercept'           | 'weightBound': 1e-400, 'intercept' | at /weightBound
        'name': 'small'       | 'name': 'small', 'name': 'large' | line 1
        {'tallystick'         | {{'tallystick'        | test.json line 1, column 2
        """)
    void problemsNameThePlaceAndTheRemedy(String before, String after, String message) {
        String broken = TestModels.small(before, after == null ? "" : after);
        InvalidModel error = assertThrows(InvalidModel.class, () -> TestModels.parse(broken));
        assertTrue(error.getMessage().startsWith("test.json"), error.getMessage());
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    @Test
    void filesThatCannotBeReadAreNamed() throws IOException {
        Path file = folder.resolve("m.json");
        assertTrue(message(file).endsWith("m.json: no such file"));
        Files.writeString(file, "");
        assertTrue(message(file).endsWith("m.json: the file is empty"));
        assertTrue(message(folder).contains("cannot be read"));
        Files.write(file, new byte[(4 << 20) + 1]);
        assertTrue(message(file).contains("larger than"));
        assertThrows(InvalidModel.class, () -> Model.sample("none"));
    }

    private static String message(Path file) {
        return assertThrows(InvalidModel.class, () -> Model.read(file)).getMessage();
    }

    @Test
    void privateNumbersAreNeverPrinted() {
        Model model = TestModels.parse(TestModels.small("-0.9", "-0.98765", "560", "567.89"));
        String texts = model + " " + model.features() + " " + model.bands() + " " + ModelCompiler.compile(model);
        assertFalse(texts.contains("98765") || texts.contains("567.89"), texts);
        InvalidModel error =
                assertThrows(InvalidModel.class, () -> TestModels.parse(TestModels.small("-0.9", "-98765")));
        assertFalse(error.getMessage().contains("98765"), error.getMessage());
    }

    @Test
    void bandsMayBeWrittenFromEitherEnd() {
        Model best = TestModels.parse(TestModels.small());
        Model worst = TestModels.parse(TestModels.small(
                "'best-first', 'names': ['A', 'B', 'C'], 'thresholds': [560, 480]",
                "'worst-first', 'names': ['C', 'B', 'A'], 'thresholds': [480, 560]"));
        assertEquals(best.bands(), worst.bands());
    }

    @Test
    void agenciesAreThePartiesThatBringSomething() {
        assertEquals(
                List.of("tax", "utility"), TestModels.parse(TestModels.small()).agencies());
        assertEquals(
                List.of("tax", "utility", "social-security"),
                TestModels.parse(TestModels.small("'tax': 0.25", "'tax': 0.25, 'social-security': 0"))
                        .agencies());
    }

    @Test
    void theScaleOfPointsIsItsDefinition() {
        PointsScale scale = new PointsScale(600, 20, 40);
        assertEquals(600, scale.points(-Math.log(20)), 1e-9);
        assertEquals(640, scale.points(-Math.log(40)), 1e-9);
        assertEquals(-Math.log(10), scale.logit(560), 1e-9);
        assertThrows(InvalidModel.class, () -> new PointsScale(600, 0, 40));
    }
}
