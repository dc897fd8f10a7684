package org.tallystick.models;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * Made-up small businesses with believable columns at four agencies. A latent quality and a latent size drive all
 * columns, so that agencies' data agree with one another without repeating one another, and both drive default: the
 * logit of its probability is {@link #BASE} − 1.1 · quality − 0.2 · size, + 0.7 with tax arrears, + 0.6 with
 * contribution arrears, + 0.5 with three or more electricity bills in arrears, + 0.3 · (a shock that no column shows).
 *
 * <p>Some values are missing, and some agencies have no row about some businesses. The same seed gives the same
 * businesses on every machine. Cost: about a microsecond a column.
 */
public final class SyntheticBusinesses {
    /** By role, its columns in order. */
    public static final Map<String, List<String>> COLUMNS = columns();

    private static final double BASE = -2.9;
    private static final double MISSING = 0.03;
    private static final String[] REGIONS = {"310115", "320505", "330106", "440305", "510107", "420111"};
    private static final int[] ORGANISATION_WEIGHTS = {3, 7, 9, 10, 5, 8, 4, 2};

    private final RandomGenerator random;
    private final Set<String> codes = new HashSet<>();

    private SyntheticBusinesses(long seed) {
        this.random = new Well19937c(seed);
    }

    /** {@code count} different businesses, all labelled. */
    public static List<Business> generate(int count, long seed) {
        SyntheticBusinesses source = new SyntheticBusinesses(seed);
        List<Business> businesses = new ArrayList<>(count);
        for (int k = 0; k < count; k++) {
            businesses.add(source.business());
        }
        return businesses;
    }

    private static Map<String, List<String>> columns() {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        columns.put("tax", List.of("tax_grade", "vat_sales", "tax_arrears"));
        columns.put("utility", List.of("kwh", "kwh_volatility", "bills_in_arrears"));
        columns.put("social-security", List.of("insured", "insured_change", "contribution_arrears"));
        columns.put("bank", List.of("balance", "inflow_outflow", "months_since_overdraft", "repayment"));
        return Collections.unmodifiableMap(columns);
    }

    private Business business() {
        String code = code();
        double quality = random.nextGaussian();
        double size = random.nextGaussian();
        double logit = BASE - 1.1 * quality - 0.2 * size + 0.3 * random.nextGaussian();
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();

        boolean taxArrears = chance(-2.2 - 0.9 * quality);
        keep(rows, "tax", 0.01, tax(quality, size, taxArrears));
        int bills = times(12, -3 - 0.9 * quality);
        keep(rows, "utility", 0.04, utility(quality, size, bills));
        int contributions = times(12, -3.6 - 0.8 * quality);
        keep(rows, "social-security", 0.06, socialSecurity(quality, size, contributions));
        rows.put("bank", bank(quality, size));

        logit += (taxArrears ? 0.7 : 0) + (contributions > 0 ? 0.6 : 0) + (bills >= 3 ? 0.5 : 0);
        return new Business(code, rows, Optional.of(chance(logit)));
    }

    private Map<String, String> tax(double quality, double size, boolean arrears) {
        double sales = StrictMath.exp(14.5 + 1.1 * size + 0.25 * quality + 0.3 * random.nextGaussian());
        double owed = arrears ? sales * StrictMath.exp(-4.5 + random.nextGaussian()) : 0;
        double merit = quality + 0.7 * random.nextGaussian();
        String grade = merit > 1 ? "A" : merit > -0.8 ? "B" : merit > -1.7 ? "C" : "D";
        return row("tax", random.nextDouble() < 0.08 ? "M" : grade, whole(sales), decimals(owed, 2));
    }

    private Map<String, String> utility(double quality, double size, int bills) {
        double kwh = StrictMath.exp(8.5 + 0.8 * size + 0.1 * quality + 0.5 * random.nextGaussian());
        double volatility = StrictMath.exp(-1.6 - 0.3 * quality + 0.35 * random.nextGaussian());
        return row("utility", whole(kwh), decimals(volatility, 3), Integer.toString(bills));
    }

    private Map<String, String> socialSecurity(double quality, double size, int arrears) {
        long insured = Math.max(1, Math.round(StrictMath.exp(2.3 + 0.7 * size + 0.2 * random.nextGaussian())));
        double change = Math.max(-100, 2 + 7 * quality + 11 * random.nextGaussian());
        return row("social-security", Long.toString(insured), decimals(change, 1), Integer.toString(arrears));
    }

    private Map<String, String> bank(double quality, double size) {
        double balance = StrictMath.exp(11.5 + 0.9 * size + 0.5 * quality + 0.6 * random.nextGaussian());
        double ratio = StrictMath.exp(0.02 + 0.06 * quality + 0.09 * random.nextGaussian());
        boolean overdrawn = chance(-0.4 - 0.9 * quality);
        String months = overdrawn ? Integer.toString(random.nextInt(36)) : "";
        double record = quality + 0.9 * random.nextGaussian();
        String repayment =
                random.nextDouble() < 0.25 ? "none" : record > -0.9 ? "good" : record > -2.2 ? "late" : "bad";
        return row("bank", whole(balance), decimals(ratio, 3), months, repayment);
    }

    private Map<String, String> row(String role, String... cells) {
        Map<String, String> row = new LinkedHashMap<>();
        List<String> names = COLUMNS.get(role);
        for (int k = 0; k < cells.length; k++) {
            row.put(names.get(k), random.nextDouble() < MISSING ? "" : cells[k]);
        }
        return row;
    }

    private void keep(Map<String, Map<String, String>> rows, String role, double absent, Map<String, String> row) {
        if (random.nextDouble() >= absent) {
            rows.put(role, row);
        }
    }

    private boolean chance(double logit) {
        return random.nextDouble() < 1 / (1 + StrictMath.exp(-logit));
    }

    private int times(int months, double logit) {
        int count = 0;
        for (int k = 0; k < months; k++) {
            count += chance(logit) ? 1 : 0;
        }
        return count;
    }

    /** An enterprise (9), registered with market regulation (1), a region, and a body with its own check (GB 11714). */
    private String code() {
        String code;
        do {
            StringBuilder body = new StringBuilder("MA");
            while (body.length() < 8) {
                body.append(CreditCode.ALPHABET.charAt(random.nextInt(CreditCode.ALPHABET.length())));
            }
            code = CreditCode.of("91" + REGIONS[random.nextInt(REGIONS.length)] + body + organisationCheck(body));
        } while (!codes.add(code));
        return code;
    }

    private static char organisationCheck(CharSequence body) {
        int sum = 0;
        for (int k = 0; k < 8; k++) {
            sum += ORGANISATION_WEIGHTS[k] * Character.digit(body.charAt(k), 36);
        }
        return "0123456789X".charAt((11 - sum % 11) % 11);
    }

    private static String whole(double value) {
        return Long.toString(Math.round(value));
    }

    private static String decimals(double value, int places) {
        return BigDecimal.valueOf(Math.round(value * Math.pow(10, places)), places)
                .toPlainString();
    }
}
