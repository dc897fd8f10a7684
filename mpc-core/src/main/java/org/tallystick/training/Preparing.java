package org.tallystick.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.program.ColumnRule;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Treatment;

/**
 * The preparation of all columns: each owner's own work, the announcement of how many numbers each column makes, and
 * the counts of bad rows for columns of evidence.
 */
final class Preparing<A extends ArithmeticShare, B extends BitShare> {
    /** The most numbers of all rows together: several copies of them lie in memory. */
    private static final long MOST_ELEMENTS = 1L << 23;

    private final Mesh mesh;
    private final Protocol<A, B> protocol;
    private final TrainingPlan plan;
    private final List<Optional<Map<String, String>>> rows;
    private final int allRows;
    private final Training.Encoders encoders;

    /**
     * What is ready after it.
     *
     * @param own this party's columns
     * @param counts how many columns each party brings in
     * @param told all columns in the order of the weights, as their owners describe them, at the parties that are told:
     *     the bank, or all where nobody learns the weights
     */
    record Ready(List<Prepared> own, int[] counts, List<Training.OwnedColumn> told) {}

    /** @param allRows of the training, those to judge by included */
    Preparing(
            Mesh mesh,
            Protocol<A, B> protocol,
            TrainingPlan plan,
            List<Optional<Map<String, String>>> rows,
            int allRows,
            Training.Encoders encoders) {
        this.encoders = encoders;
        this.allRows = allRows;
        this.mesh = mesh;
        this.protocol = protocol;
        this.plan = plan;
        this.rows = rows;
    }

    private double limit() {
        return Learner.limit(plan.method());
    }

    /** @param labels shares of 0 or 1 */
    Ready run(B labels) {
        List<Column> mine = plan.broughtBy(mesh.self());
        List<List<Double>> edges = new ArrayList<>();
        List<List<Prepared>> prepared = new ArrayList<>();
        byte[] post = new byte[mine.size()];
        for (int k = 0; k < post.length; k++) {
            Column column = mine.get(k);
            if (column.treatment() instanceof Treatment.Evidence(int bins, int _, var _)) {
                edges.add(Preparation.edges(column, bins, rows));
                prepared.add(List.of());
                post[k] = (byte) (edges.getLast().size() + 2);
            } else {
                edges.add(List.of());
                prepared.add(Preparation.prepare(column, rows, limit()));
                post[k] = (byte) prepared.getLast().size();
            }
        }
        List<int[]> numbers = numbers(Board.exchange(mesh, post));
        // Before any count is revealed: a training that cannot go on reveals none.
        int[] counts = counts(numbers);
        for (int owner = 0; owner < mesh.parties(); owner++) {
            evidence(owner, numbers.get(owner), edges, prepared, labels);
        }
        List<Prepared> own = prepared.stream().flatMap(List::stream).toList();
        return new Ready(own, counts, told(mine, prepared, numbers));
    }

    /** Tells what this party has made of its columns, and hears it of the others. */
    private List<Training.OwnedColumn> told(List<Column> mine, List<List<Prepared>> prepared, List<int[]> numbers) {
        List<Prepared> described = new ArrayList<>();
        for (int k = 0; k < mine.size(); k++) {
            Column column = mine.get(k);
            if (plan.keeps(column)) {
                String name = encoders.keep(column, prepared.get(k).getFirst());
                var rule = new ColumnRule.Kept(column.name(), name, Learner.reach(plan.method()));
                described.add(new Prepared(new Prepared.Source.Kept(column.name(), rule), 0, 1));
            } else {
                described.addAll(prepared.get(k));
            }
        }
        byte[] own = PreparedFormat.encode(described);
        List<byte[]> posts;
        if (plan.reveal() == TrainingPlan.Reveal.NOBODY) {
            posts = Board.exchange(mesh, own);
        } else if (mesh.self() != plan.bank()) {
            Board.send(mesh, plan.bank(), own);
            return List.of();
        } else {
            posts = new ArrayList<>();
            for (int party = 0; party < mesh.parties(); party++) {
                posts.add(party == mesh.self() ? own : Board.receive(mesh, party));
            }
        }
        List<Training.OwnedColumn> told = new ArrayList<>();
        for (int party = 0; party < posts.size(); party++) {
            for (Column column : plan.columnsOf(party)) {
                if (column.treatment() instanceof Treatment.Stored) {
                    told.add(new Training.OwnedColumn(party, Prepared.Source.Stored.of(column)));
                }
            }
            for (Prepared each : PreparedFormat.described(posts.get(party), plan, party, numbers.get(party))) {
                told.add(new Training.OwnedColumn(party, each));
            }
        }
        return told;
    }

    /** By party and column, how many numbers: bins of evidence, otherwise columns. */
    private List<int[]> numbers(List<byte[]> posts) {
        List<int[]> all = new ArrayList<>();
        for (int party = 0; party < posts.size(); party++) {
            byte[] post = posts.get(party);
            int[] numbers = new int[post.length];
            boolean sound = post.length == plan.broughtBy(party).size();
            for (int k = 0; k < post.length; k++) {
                numbers[k] = post[k];
                sound = sound && isPossible(plan.broughtBy(party).get(k).treatment(), numbers[k]);
            }
            if (!sound) {
                throw new ProtocolAbort(ProtocolAbort.Reason.MALFORMED, "an impossible number of columns");
            }
            all.add(numbers);
        }
        return all;
    }

    private static boolean isPossible(Treatment treatment, int numbers) {
        return switch (treatment) {
            case Treatment.Standardised _ -> numbers == 1;
            case Treatment.Categories(int most) -> numbers >= 0 && numbers < most;
            case Treatment.Evidence(int bins, int _, var _) -> numbers >= 2 && numbers <= bins + 1;
            case Treatment.Stored _ -> false;
        };
    }

    private int[] counts(List<int[]> numbers) {
        int[] counts = new int[numbers.size()];
        for (int party = 0; party < counts.length; party++) {
            List<Column> columns = plan.broughtBy(party);
            for (int k = 0; k < columns.size(); k++) {
                counts[party] += isEvidence(columns.get(k)) ? 1 : numbers.get(party)[k];
            }
        }
        long all = Arrays.stream(counts).asLongStream().sum() + plan.stored().size();
        if (all < 1 || all > Learner.mostColumns(plan.method()) || all * allRows > MOST_ELEMENTS) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.MALFORMED,
                    "the columns make " + all + " numbers a row: none, or more than this method takes from " + allRows
                            + " rows");
        }
        return counts;
    }

    private static boolean isEvidence(Column column) {
        return column.treatment() instanceof Treatment.Evidence;
    }

    /** The evidence of one owner's columns, one at a time: indicators take much memory. */
    private void evidence(int owner, int[] bins, List<List<Double>> edges, List<List<Prepared>> prepared, B labels) {
        List<Column> columns = plan.broughtBy(owner);
        boolean mine = owner == mesh.self();
        for (int k = 0; k < columns.size(); k++) {
            Column column = columns.get(k);
            if (column.treatment() instanceof Treatment.Evidence(int _, int minimum, var _)) {
                long[] indicators = mine ? Preparation.indicators(column, edges.get(k), rows) : null;
                B indicated = Training.bits(protocol, new OwnerInput(owner, rows.size(), bins[k], 1, indicators));
                Optional<BinCounts.Counts> counts = BinCounts.reveal(
                        protocol,
                        protocol.fromBit(indicated, BinCounts.WIDTH),
                        protocol.fromBit(labels, BinCounts.WIDTH),
                        minimum,
                        owner);
                if (counts.isPresent()) {
                    double limit = plan.keeps(column) ? Learner.reach(plan.method()) : limit();
                    prepared.set(k, List.of(Preparation.evidence(column, edges.get(k), rows, counts.get(), limit)));
                }
            }
        }
    }
}
