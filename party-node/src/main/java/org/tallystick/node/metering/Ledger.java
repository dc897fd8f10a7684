package org.tallystick.node.metering;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.ReceiptLog;

/**
 * Charges and shares of revenue, derived from receipts alone: what has no receipt costs nothing, what was voided costs
 * nothing, what names no agreement has no price. A request about one business, by one model and for one purpose, is
 * charged once with one repeat, whose answer a bank may have lost; a third run is another use. Nothing is kept between
 * two statements; each reads the log from its beginning.
 */
public final class Ledger {
    /** A run and its repeat. */
    private static final int RUNS_PAID = 2;

    private final ReceiptLog log;
    private final String role;
    private final Tariffs tariffs;
    private final Columns columns;

    /** The columns that this node contributes to a program, by name. */
    @FunctionalInterface
    public interface Columns {
        List<String> of(Hash program);
    }

    /** @param role this node's */
    public Ledger(ReceiptLog log, String role, Tariffs tariffs, Columns columns) {
        this.log = log;
        this.role = role;
        this.tariffs = tariffs;
        this.columns = columns;
    }

    /** The statement of a month. */
    public Statement statement(YearMonth month) {
        long receipts = log.size();
        Map<Use.Charge, Integer> runs = new HashMap<>();
        Map<Statement.Key, Sum> sums = new LinkedHashMap<>();
        for (Use use : Uses.of(log)) {
            long fresh = fresh(runs, use);
            long rows = use.charges().size() == use.rows() ? fresh : fresh > 0 ? use.rows() : 0;
            YearMonth at = YearMonth.from(day(use));
            if (at.equals(month)) {
                sums.computeIfAbsent(key(use), key -> new Sum(use)).add(use, rows);
            }
        }
        List<Statement.Line> lines = new ArrayList<>();
        sums.forEach((key, sum) -> lines.add(line(key, sum)));
        return new Statement(month, receipts, lines, dataSets(sums));
    }

    /** How many of its charges no earlier use has paid for; which from now on are paid for. */
    private static long fresh(Map<Use.Charge, Integer> runs, Use use) {
        return use.charges().stream()
                .filter(charge -> use.goesOn()
                        ? runs.putIfAbsent(charge, 1) == null
                        : runs.merge(charge, 1, Integer::sum) % RUNS_PAID == 1)
                .count();
    }

    private static LocalDate day(Use use) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(use.at()), ZoneOffset.UTC);
    }

    private static Statement.Key key(Use use) {
        return new Statement.Key(
                use.agreement().map(Hash::hex).orElse(""),
                use.program().hex(),
                use.model().map(Hash::hex).orElse(""),
                use.purpose(),
                use.kind(),
                use.price());
    }

    private static final class Sum {
        private final Use first;
        private final Set<LocalDate> asOf = new TreeSet<>();
        private final Set<LocalDate> days = new TreeSet<>();
        private long sessions;
        private long rows;
        private long charged;

        Sum(Use first) {
            this.first = first;
        }

        void add(Use use, long chargedRows) {
            sessions++;
            rows += use.rows();
            charged += chargedRows;
            use.asOf().ifPresent(asOf::add);
            days.add(day(use));
        }
    }

    private Optional<Tariffs.Tariff> tariff(Use use) {
        return use.agreement()
                .filter(agreement -> use.price() > 0)
                .flatMap(agreement -> tariffs.of(agreement, use.program(), use.purpose()));
    }

    private Statement.Line line(Statement.Key key, Sum sum) {
        Optional<Tariffs.Tariff> tariff = tariff(sum.first);
        Map<String, Long> shares = new TreeMap<>();
        tariff.ifPresent(known ->
                known.shares().forEach((party, price) -> shares.put(party, Math.multiplyExact(price, sum.charged))));
        return new Statement.Line(
                key,
                sum.sessions,
                sum.rows,
                sum.charged,
                tariff.map(Tariffs.Tariff::currency).orElse(""),
                Math.multiplyExact(key.price(), sum.charged),
                shares);
    }

    private List<Statement.DataSet> dataSets(Map<Statement.Key, Sum> sums) {
        Map<Hash, List<Sum>> byProgram = new LinkedHashMap<>();
        sums.values()
                .forEach(sum -> byProgram
                        .computeIfAbsent(sum.first.program(), any -> new ArrayList<>())
                        .add(sum));
        List<Statement.DataSet> sets = new ArrayList<>();
        byProgram.forEach((program, uses) -> {
            List<String> own = columns.of(program);
            if (!own.isEmpty()) {
                sets.add(dataSet(program, own, uses));
            }
        });
        return sets;
    }

    private Statement.DataSet dataSet(Hash program, List<String> own, List<Sum> uses) {
        TreeSet<LocalDate> days = new TreeSet<>();
        TreeSet<LocalDate> asOf = new TreeSet<>();
        long rows = 0;
        long charged = 0;
        long revenue = 0;
        String currency = "";
        for (Sum sum : uses) {
            days.addAll(sum.days);
            asOf.addAll(sum.asOf);
            rows += sum.rows;
            charged += sum.charged;
            Optional<Tariffs.Tariff> tariff = tariff(sum.first);
            long share =
                    tariff.map(known -> known.shares().getOrDefault(role, 0L)).orElse(0L);
            revenue = Math.addExact(revenue, Math.multiplyExact(share, sum.charged));
            currency = tariff.map(Tariffs.Tariff::currency).orElse(currency);
        }
        return new Statement.DataSet(
                program.hex(),
                own,
                rows,
                charged,
                currency,
                revenue,
                days.isEmpty() ? Optional.empty() : Optional.of(days.first()),
                days.isEmpty() ? Optional.empty() : Optional.of(days.last()),
                List.copyOf(asOf));
    }
}
