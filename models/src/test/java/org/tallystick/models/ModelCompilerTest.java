package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Encoder;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;

class ModelCompilerTest {
    private static Program program(String... edits) {
        return ModelCompiler.compile(TestModels.parse(TestModels.small(edits))).program();
    }

    @Test
    void theProgramDoesNotDependOnPrivateNumbers() {
        Program other = program(
                "-1.5",
                "2.5",
                "-0.7",
                "0.3",
                "-0.9",
                "5",
                "-0.8",
                "0",
                "'A'",
                "'A'",
                "0.6, 0, -0.3",
                "1, 2, 3",
                "0.15",
                "-7",
                "'tax': 0.25",
                "'tax': -3",
                "[560, 480]",
                "[700, 300.5]",
                "'otherWeight': 0.4",
                "'otherWeight': 1");
        assertEquals(program(), other);
        assertEquals(ProgramHash.of(program()), ProgramHash.of(other));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        'range': [0, 900]       | 'range': [0, 901]
        'CNY a year'            | 'USD a year'
        'outside': 'reject'     | 'outside': 'clip'
        'mean': 450             | 'mean': 451
        'scale': 300            | 'scale': 301
        'missingValue': 450     | 'missingValue': 449
        [100, 2000]             | [100, 2001]
        'unit': 'kWh'           | 'unit': 'MWh'
        'B': 0.1                | 'BB': 0.1
        'name': 'kwh'           | 'name': 'kwh', 'column': 'power'
        'range': [1, 1000000]   | 'range': [1, 1000001]
        'kind': 'band'          | 'kind': 'points'
        'kind': 'band'          | 'kind': 'pd', 'step': 0.01
        'names': ['A', 'B', 'C'], 'thresholds': [560, 480] | 'names': ['A', 'B'], 'thresholds': [560]
        'intercept': -1.5       | 'intercept': -1.5, 'weightBound': 65
        'intercept': -1.5       | 'intercept': -1.5, 'thresholdBound': 65
        'intercept': -1.5       | 'intercept': -1.5, 'fractionBits': 15
        'intercept': -1.5       | 'intercept': -1.5, 'weights': 'public'
        'version': '1'          | 'version': '2'
        """)
    void theProgramDependsOnAllElse(String before, String after) {
        assertNotEquals(ProgramHash.of(program()), ProgramHash.of(program(before, after)));
    }

    private static ProgramHash hash(String json) {
        return ProgramHash.of(ModelCompiler.compile(TestModels.parse(json)).program());
    }

    /** Agencies have approved these: models without reasons stay the programs they were. */
    @Test
    void programsOfModelsStayTheSame() {
        assertEquals(
                "6f4505c98aeeb755c5043a40ef1adba3b815d478261221fdd78fa905c440d039",
                ProgramHash.of(program()).hex());
        assertEquals(
                "2218187806c0d8240d979579dce961a9c19dd426c21272a7271177fac7c82bf3",
                hash(TestModels.small("'intercept'", "'weights': 'public', 'intercept'"))
                        .hex());
        assertEquals(
                "f3c58c08a95da595a7e01e123be7e9d4fad22bf9162bb39e543f8941d2d5eb4f",
                ProgramHash.of(ModelCompiler.compile(TestModels.sample("small-business"))
                                .program())
                        .hex());
        assertEquals(
                "f2ea0120282f47bc870bf9bd2fb56cce4dd5061bc6ef14ccaa1285b2a8176a6e",
                ProgramHash.of(program("'kind': 'band'", "'kind': 'points'")).hex());
    }

    @Test
    void reasonsArePartOfTheProgramAndTheReferenceIsNot() {
        ProgramHash hash = hash(TestModels.explained());
        assertNotEquals(ProgramHash.of(program()), hash);
        String[] other = {"'sales': 610", "'sales': ''", "'B', 'kwh'", "'Q', 'kwh'", "'kwh': null", "'kwh': 17"};
        assertEquals(hash, hash(edited(TestModels.explained(), other)));
        assertNotEquals(hash, hash(edited(TestModels.explained(), "'count': 2", "'count': 3")));
        assertNotEquals(hash, hash(edited(TestModels.explained(), "'sales': 610, ", "")));
        Program program =
                ModelCompiler.compile(TestModels.parse(TestModels.explained())).program();
        assertEquals("small 1: one of 3 bands, and up to 2 reasons", program.name());
        // 1 + 4 + 12 lists are 17, 5 bits; three bands are 2.
        assertEquals(7, program.answerBits());
        assertEquals(
                List.of("bank part", "bank part of flow"),
                Encoder.columns(program, 3).stream().map(Operation.Column::name).toList());
    }

    private static String edited(String text, String... edits) {
        String edited = text;
        for (int k = 0; k < edits.length; k += 2) {
            assertTrue(edited.contains(edits[k]), edits[k]);
            edited = edited.replace(edits[k], edits[k + 1]);
        }
        return edited;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        'sales': 610, | 'sails': 600, | is no feature
        'sales': 610, | 'sales': 901, | outside the model's declared range
        'sales': 610, | 'sales': 'B', | not a number
        'count': 2    | 'count': 5    | 1 to 4 are possible
        'sales': 610, 'grade': 'B', 'kwh': null, | '' | at least 2 properties
        """)
    void aReferenceThatIsNoneIsRefused(String before, String after, String problem) {
        String json = edited(TestModels.explained(), before, after.equals("''") ? "" : after);
        String message = assertThrows(InvalidModel.class, () -> hash(json)).getMessage();
        assertTrue(message.contains(problem), message);
    }

    @Test
    void anAgencyEncodesFromTheProgramAlone() {
        Compiled compiled = ModelCompiler.compile(TestModels.parse(TestModels.small()));
        Encoder tax = Encoder.of(compiled.program(), "tax");
        assertEquals(
                List.of(
                        "sales",
                        "grade = A",
                        "grade = B",
                        "grade = C",
                        "grade: any other",
                        "grade: missing",
                        "tax has no row"),
                tax.columns().stream().map(Operation.Column::name).toList());
        assertArrayEquals(
                new long[] {1 << 16, 0, 1, 0, 0, 0, 0}, tax.encode(Optional.of(Map.of("sales", "750", "grade", "B"))));
        assertArrayEquals(new long[] {0, 0, 0, 0, 1, 0, 0}, tax.encode(Optional.of(Map.of("sales", "", "grade", "M"))));
        assertArrayEquals(new long[] {0, 0, 0, 0, 0, 1, 1}, tax.encode(Optional.empty()));
        assertArrayEquals(
                new long[] {1 << 16, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1},
                tax.encode(List.of(Optional.of(Map.of("sales", "750", "grade", "A")), Optional.empty())));
        assertEquals(
                0, Encoder.of(compiled.program(), "social-security").columns().size());
        Encoder bank = Encoder.of(compiled.program(), "bank");
        assertThrows(IllegalStateException.class, () -> bank.encode(Optional.empty()));
    }

    @Test
    void storedValuesLieInTheirDeclaredBounds() {
        Compiled compiled = ModelCompiler.compile(TestModels.parse(TestModels.small()));
        int seen = 0;
        for (Operation operation : compiled.program().operations()) {
            if (operation instanceof Operation.Stored stored) {
                long[] values = compiled.storedValues().get(stored.name());
                assertEquals(stored.bounds().size(), values.length);
                for (int k = 0; k < values.length; k++) {
                    assertTrue(stored.bounds().get(k).contains(values[k]), stored.name() + " " + k);
                }
                seen++;
            }
        }
        assertEquals(2, seen);
    }

    @Test
    void widthsStayNarrow() {
        assertEquals(
                42,
                ModelCompiler.compile(TestModels.sample("sba-three")).program().width());
        assertEquals(
                44,
                ModelCompiler.compile(TestModels.parse(TestModels.standard("{'kind': 'band'}")))
                        .program()
                        .width());
        assertEquals(
                48,
                ModelCompiler.compile(TestModels.parse(TestModels.standard("{'kind': 'points'}")))
                        .program()
                        .width());
    }

    @Test
    void aModelThatOverflowsIsRejectedByFeatureAndNumbers() {
        InvalidModel error = assertThrows(
                InvalidModel.class,
                () -> program("'range': [0, 900]", "'range': [0, 1000000000000]", "'scale': 300", "'scale': 1"));
        assertTrue(
                error.getMessage().contains("feature sales (0 to 1000000000000 CNY a year, weightBound 64)"),
                error.getMessage());
        assertTrue(error.getMessage().contains("needs 79 bits"), error.getMessage());
    }

    @Test
    void aModelWithoutAgenciesOrWithTheWrongNumberOfPartiesIsRejected() {
        String[] bankAlone = {
            "'owner': 'tax'",
            "'owner': 'bank'",
            "'owner': 'utility'",
            "'owner': 'bank'",
            "'tax': 0.25, 'utility': -0.125",
            ""
        };
        assertTrue(assertThrows(InvalidModel.class, () -> program(bankAlone))
                .getMessage()
                .contains("alone"));
        String[] three = {"'social-security', ", ""};
        assertTrue(assertThrows(InvalidModel.class, () -> program(three))
                .getMessage()
                .contains("exactly 4"));
        Model model = TestModels.parse(TestModels.small(three));
        assertEquals(
                3,
                ModelCompiler.compile(model, Profile.CLEAR).program().parties().size());
    }

    @Test
    void meaningsAreRulesAndOfPublicModelsShowTheWeights() {
        for (Operation operation :
                program("'intercept'", "'weights': 'public', 'intercept'").operations()) {
            if (operation instanceof Operation.Input input) {
                assertEquals(1, input.columns().size());
                ColumnRule rule = ColumnRule.parse(input.columns().getFirst().meaning());
                assertTrue(rule instanceof ColumnRule.Sum, rule.text());
            }
        }
    }
}
