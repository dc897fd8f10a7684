package org.tallystick.program;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.tallystick.program.ColumnRule.Outside;
import org.tallystick.program.ColumnRule.Range;
import org.tallystick.program.ColumnRule.Term;

/**
 * The canonical text of a {@link ColumnRule}, one text to a rule:
 *
 * <pre>
 * number(column=vat_sales,unit="CNY a year",log=true,mean=13.5,scale=1.2,min=1000,max=100000000,outside=clip,missing=1000)
 * within(column=kwh,unit=kWh,min=0,max=1000000,outside=clip,from=-inf,below=500)
 * missing(column=kwh)   equals(column=grade,value=A)   other(column=grade,listed=[A,B],missing=true)   absent()
 * kept(column=sales,name=4f…,reach=16)
 * sum(-1.5 + 0.25*number(…) + -2*equals(…))   private-sum(number(…) + equals(…))
 * </pre>
 */
final class RuleText {
    /** Longest text and longest list accepted: a program comes from the network. */
    private static final int MAX_LENGTH = 1 << 16;

    private final String text;
    private int at;

    private RuleText(String text) {
        this.text = text;
    }

    static ColumnRule parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a column rule of " + text.length() + " characters; at most " + MAX_LENGTH);
        }
        RuleText reader = new RuleText(text);
        ColumnRule rule = reader.rule();
        if (reader.at != text.length()) {
            throw reader.expected("the end");
        }
        if (!print(rule).equals(text)) {
            throw new IllegalArgumentException("not the canonical text of a column rule, which is " + print(rule));
        }
        return rule;
    }

    // ---- printing

    static String print(ColumnRule rule) {
        return switch (rule) {
            case ColumnRule.Numeric r ->
                "number(column=" + string(r.column()) + ",unit=" + string(r.unit()) + ",log=" + r.log() + ",mean="
                        + number(r.mean()) + ",scale=" + number(r.scale()) + range(r.range()) + ",missing="
                        + number(r.missing()) + ")";
            case ColumnRule.Within r ->
                "within(column=" + string(r.column()) + ",unit=" + string(r.unit()) + range(r.range()) + ",from="
                        + number(r.from()) + ",below=" + number(r.below()) + ")";
            case ColumnRule.Missing r -> "missing(column=" + string(r.column()) + ")";
            case ColumnRule.Equals r -> "equals(column=" + string(r.column()) + ",value=" + string(r.value()) + ")";
            case ColumnRule.Other r ->
                "other(column=" + string(r.column()) + ",listed=["
                        + r.listed().stream().map(RuleText::string).collect(Collectors.joining(",")) + "],missing="
                        + r.missing() + ")";
            case ColumnRule.Absent r -> "absent()";
            case ColumnRule.Kept r ->
                "kept(column=" + string(r.column()) + ",name=" + string(r.name()) + ",reach=" + number(r.reach()) + ")";
            case ColumnRule.Sum r ->
                "sum(" + number(r.constant())
                        + r.terms().stream()
                                .map(term -> " + " + number(term.weight()) + "*" + print(term.rule()))
                                .collect(Collectors.joining())
                        + ")";
            case ColumnRule.PrivateSum r ->
                "private-sum(" + r.terms().stream().map(RuleText::print).collect(Collectors.joining(" + ")) + ")";
        };
    }

    /** Plain decimal digits that read back as the same double. */
    static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        return value == 0
                ? "0"
                : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    private static String range(Range range) {
        return ",min=" + number(range.min()) + ",max=" + number(range.max()) + ",outside="
                + (range.outside() == Outside.CLIP ? "clip" : "reject");
    }

    private static String string(String value) {
        if (!value.isEmpty() && value.chars().allMatch(RuleText::isBare)) {
            return value;
        }
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static boolean isBare(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-';
    }

    // ---- reading

    private ColumnRule rule() {
        String name = bare();
        expect("(");
        ColumnRule rule = switch (name) {
            case "number" -> numberRule();
            case "within" -> withinRule();
            case "missing" -> new ColumnRule.Missing(field("column=", this::string));
            case "equals" -> new ColumnRule.Equals(field("column=", this::string), field(",value=", this::string));
            case "other" ->
                new ColumnRule.Other(
                        field("column=", this::string),
                        field(",listed=", this::strings),
                        field(",missing=", this::truth));
            case "absent" -> new ColumnRule.Absent();
            case "kept" ->
                new ColumnRule.Kept(field("column=", this::string), field(",name=", this::string), (int)
                        (double) field(",reach=", this::number));
            case "sum" -> sumRule();
            case "private-sum" -> privateSumRule();
            default -> throw expected("a rule's name instead of '" + name + "'");
        };
        expect(")");
        return rule;
    }

    private ColumnRule numberRule() {
        return new ColumnRule.Numeric(
                field("column=", this::string),
                field(",unit=", this::string),
                field(",log=", this::truth),
                field(",mean=", this::number),
                field(",scale=", this::number),
                range(),
                field(",missing=", this::number));
    }

    private ColumnRule withinRule() {
        return new ColumnRule.Within(
                field("column=", this::string),
                field(",unit=", this::string),
                range(),
                field(",from=", this::number),
                field(",below=", this::number));
    }

    /** A sum's terms are simple rules, so a rule nests no deeper than once. */
    private ColumnRule simpleRule() {
        if (text.startsWith("sum(", at) || text.startsWith("private-sum(", at)) {
            throw expected("a rule that is no sum");
        }
        return rule();
    }

    private ColumnRule sumRule() {
        double constant = number();
        List<Term> terms = new ArrayList<>();
        while (accept(" + ")) {
            double weight = number();
            expect("*");
            terms.add(new Term(weight, simpleRule()));
        }
        return new ColumnRule.Sum(constant, terms);
    }

    private ColumnRule privateSumRule() {
        List<ColumnRule> terms = new ArrayList<>();
        if (!text.startsWith(")", at)) {
            do {
                terms.add(simpleRule());
            } while (accept(" + "));
        }
        return new ColumnRule.PrivateSum(terms);
    }

    private Range range() {
        return new Range(field(",min=", this::number), field(",max=", this::number), field(",outside=", this::outside));
    }

    private <T> T field(String name, Supplier<T> value) {
        expect(name);
        return value.get();
    }

    private Outside outside() {
        if (accept("clip")) {
            return Outside.CLIP;
        }
        expect("reject");
        return Outside.REJECT;
    }

    private boolean truth() {
        if (accept("true")) {
            return true;
        }
        expect("false");
        return false;
    }

    private double number() {
        String digits = bare();
        if (digits.equals("inf") || digits.equals("-inf")) {
            return digits.equals("inf") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        }
        try {
            return new BigDecimal(digits).doubleValue();
        } catch (NumberFormatException notANumber) {
            throw expected("a number instead of '" + digits + "'");
        }
    }

    private List<String> strings() {
        List<String> values = new ArrayList<>();
        expect("[");
        if (!text.startsWith("]", at)) {
            do {
                values.add(string());
            } while (accept(","));
        }
        expect("]");
        return values;
    }

    private String string() {
        if (!accept("\"")) {
            return bare();
        }
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            if (at < text.length()) {
                value.append(text.charAt(at++));
            }
        }
        expect("\"");
        return value.toString();
    }

    private String bare() {
        int start = at;
        while (at < text.length() && isBare(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw expected("a word or a number");
        }
        return text.substring(start, at);
    }

    private boolean accept(String token) {
        if (!text.startsWith(token, at)) {
            return false;
        }
        at += token.length();
        return true;
    }

    private void expect(String token) {
        if (!accept(token)) {
            throw expected("'" + token + "'");
        }
    }

    private IllegalArgumentException expected(String what) {
        return new IllegalArgumentException("column rule, character " + (at + 1) + ": expected " + what);
    }
}
