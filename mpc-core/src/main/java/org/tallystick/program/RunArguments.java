package org.tallystick.program;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;

/** Checks, before a first message, that what a party brings to a run fits the program. No value is ever named. */
final class RunArguments {
    private RunArguments() {}

    static void check(
            Protocol<?, ?> protocol,
            Program program,
            int rows,
            List<long[]> own,
            Map<String, ? extends ArithmeticShare> stored) {
        check(protocol, program, rows, stored);
        checkInputs(program, protocol.self(), rows, own);
    }

    static void checkInputs(Program program, int owner, int rows, List<long[]> own) {
        List<Operation.Input> inputs = inputsOf(program, owner);
        require(own.size() == inputs.size(), own.size() + " inputs where the program has " + inputs.size());
        for (int k = 0; k < inputs.size(); k++) {
            checkInput(inputs.get(k), rows, own.get(k));
        }
    }

    static void check(
            Protocol<?, ?> protocol, Program program, int rows, Map<String, ? extends ArithmeticShare> stored) {
        require(
                protocol.profile() == program.profile(),
                "the program is approved for " + program.profile().id() + ", not for "
                        + protocol.profile().id());
        require(
                protocol.parties() == program.parties().size(),
                "the program is for " + program.parties().size() + " parties, not for " + protocol.parties());
        require(rows >= 1, rows + " rows");
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Stored declared) {
                require(stored.containsKey(declared.name()), "no stored share " + declared.name());
                ArithmeticShare share = stored.get(declared.name());
                require(
                        share.rows() == 1
                                && share.columns() == declared.bounds().size()
                                && share.width() >= program.width(),
                        "the stored share " + declared.name() + " has " + share.rows() + " rows, " + share.columns()
                                + " columns and " + share.width() + " bits; due are 1 row, "
                                + declared.bounds().size() + " columns and " + program.width() + " bits or more");
            }
        }
    }

    private static List<Operation.Input> inputsOf(Program program, int owner) {
        return program.operations().stream()
                .flatMap(operation -> operation instanceof Operation.Input input ? Stream.of(input) : Stream.empty())
                .filter(input -> input.owner() == owner)
                .toList();
    }

    private static void checkInput(Operation.Input input, int rows, long[] values) {
        int columns = input.columns().size();
        require(
                values.length == (long) rows * columns,
                values.length + " values for " + rows + " rows of " + columns + " columns");
        for (int c = 0; c < columns; c++) {
            Operation.Column column = input.columns().get(c);
            for (int r = 0; r < rows; r++) {
                require(column.bounds().contains(values[c * rows + r]), column, r);
            }
        }
    }

    private static void require(boolean inBounds, Operation.Column column, int row) {
        if (!inBounds) {
            throw new IllegalArgumentException("row " + row + ", column " + column.name() + ": the value is outside "
                    + column.bounds().low() + " to " + column.bounds().high());
        }
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(problem);
        }
    }
}
