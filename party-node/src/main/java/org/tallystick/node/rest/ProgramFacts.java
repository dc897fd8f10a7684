package org.tallystick.node.rest;

import java.util.List;

/**
 * What goes into a program about single businesses and what comes out; nothing of trainings and evaluations.
 *
 * @param tells of each answer
 */
public record ProgramFacts(List<Column> columns, List<Answer> tells) {
    public static final ProgramFacts NONE = new ProgramFacts(List.of(), List.of());

    public ProgramFacts {
        columns = List.copyOf(columns);
        tells = List.copyOf(tells);
    }

    /** A column whose values are whole numbers from {@code low} to {@code high}, over 2^{@code scale}. */
    public record Column(String owner, String name, String meaning, long low, long high, int scale) {}

    /** @param bits about each business */
    public record Answer(String party, int bits) {}
}
