package org.tallystick.node.governance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Agreement.Kind;
import org.tallystick.node.governance.Agreement.Use;
import org.tallystick.node.session.Hash;
import org.tallystick.program.ModelFacts;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;

/**
 * What an agreement would let be told about a business, looked at before it is signed: from declared ranges and from
 * what was found inside the computation when its models were activated, never from a model's numbers.
 *
 * <p>The bound is the plain one: whoever is told at most B bits about a row, by questions chosen however and in
 * whatever order, guesses that row right with a chance that is at most 2^B times what it was before, on average over
 * what it is told (a lucky answer may tell more: yes to "is it this row?" tells all). It says something only while B is
 * less than what the agency's columns hold by their declared ranges; an agreement where it says nothing is refused. A
 * bank that knows its weights and is answered exactly solves for the columns otherwise (arXiv 2010.10152).
 */
public final class Leakage {
    /** An answer of more bits is an exact number, from which few answers give a column away. */
    public static final int MOST_BITS = 16;

    /** With fewer than two weights that are not zero an answer is a column of one agency. */
    public static final int FEWEST_WEIGHTS = 2;

    private final Known known;
    private final Policy policy;

    /**
     * What a node knows.
     *
     * @param programs that are approved, or a bank's own
     * @param approvals whether a plan of a training or an evaluation is
     * @param found when a model was activated
     */
    public record Known(
            Function<Hash, Optional<Program>> programs,
            Predicate<Hash> approvals,
            Function<Hash, Optional<ModelFacts>> found) {
        Optional<Program> program(Hash program) {
            return programs.apply(program);
        }

        boolean isApproved(Hash plan) {
            return approvals.test(plan);
        }

        Optional<ModelFacts> facts(Hash model) {
            return found.apply(model);
        }
    }

    /**
     * What this node signs at most.
     *
     * @param windowDays the window of its budgets
     * @param fewestSubjects of anything aggregate
     */
    public record Policy(int self, int windowDays, int fewestSubjects, Map<String, Long> priceCaps) {
        public Policy {
            priceCaps = Map.copyOf(priceCaps);
        }
    }

    /** What a finding is about. The names, in lower case, are those of the REST interface. */
    public enum Concern {
        PLAN_NOT_APPROVED,
        PROGRAM_NOT_APPROVED,
        COLUMN_MISSING,
        COLUMN_UNUSED,
        BITS_DIFFER,
        ANSWERS_EXACT,
        WITHOUT_CONSENT,
        WITHOUT_MODEL,
        MODEL_INACTIVE,
        FEW_WEIGHTS,
        ONE_COLUMN,
        THRESHOLDS_CLOSE,
        PRICE_UNLISTED,
        PRICE_ABOVE,
        BOUND_VOID,
        BOUND_NEAR,
        WINDOWS_DIFFER,
        GROUP_SMALL,
        WITHOUT_ISSUER
    }

    /**
     * Something that stands against an agreement or is to be weighed.
     *
     * @param refuses whether the agreement cannot be signed with it
     * @param facts names, hashes and numbers in it, for who says it in other words
     * @param text all of it in English
     */
    public record Finding(boolean refuses, Concern concern, Map<String, String> facts, String text) {
        public Finding {
            facts = Map.copyOf(facts);
        }
    }

    private static Finding against(Concern concern, Map<String, ?> facts, String text) {
        return finding(true, concern, facts, text);
    }

    private static Finding toWeigh(Concern concern, Map<String, ?> facts, String text) {
        return finding(false, concern, facts, text);
    }

    private static Finding finding(boolean refuses, Concern concern, Map<String, ?> facts, String text) {
        Map<String, String> texts = new HashMap<>();
        facts.forEach((name, value) -> texts.put(name, value instanceof Hash hash ? hash.hex() : value.toString()));
        return new Finding(refuses, concern, texts, text);
    }

    public Leakage(Known known, Policy policy) {
        this.known = known;
        this.policy = policy;
    }

    /**
     * How many bits the columns of each agency hold by their ranges ({@link ColumnBits}): those that scores use. All of
     * them where a score's program is not here, which is a finding of its own.
     */
    public Map<String, Double> held(Agreement agreement) {
        Set<Agreement.Column> used = new HashSet<>();
        for (Use use : agreement.uses()) {
            if (use.kind() == Kind.SCORE) {
                Optional<Program> program = known.program(use.program());
                used.addAll(program.map(Leakage::columns).orElseGet(() -> new HashSet<>(agreement.columns())));
            }
        }
        return ColumnBits.held(
                agreement.columns().stream().filter(used::contains).toList());
    }

    /**
     * The same of each score alone, the least of them for each agency: all that may be told may be told by one, and a
     * score beside it that nobody asks for would make the bound look better than it is.
     */
    private Map<String, Double> leastHeld(Agreement agreement) {
        Map<String, Double> least = new TreeMap<>();
        for (Use use : agreement.uses()) {
            if (use.kind() == Kind.SCORE) {
                Set<Agreement.Column> used = known.program(use.program())
                        .map(Leakage::columns)
                        .orElseGet(() -> Set.copyOf(agreement.columns()));
                ColumnBits.held(agreement.columns().stream()
                                .filter(used::contains)
                                .toList())
                        .forEach((owner, held) -> least.merge(owner, held, Math::min));
            }
        }
        return least;
    }

    /** The agencies' columns as a program declares them. */
    private static Set<Agreement.Column> columns(Program program) {
        Set<Agreement.Column> columns = new LinkedHashSet<>();
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Input(int owner, List<Operation.Column> declared)
                    && owner != Role.BANK.ordinal()) {
                for (Operation.Column column : declared) {
                    columns.add(new Agreement.Column(
                            Role.values()[owner].id(),
                            column.name(),
                            column.meaning(),
                            column.bounds().low(),
                            column.bounds().high(),
                            column.scale()));
                }
            }
        }
        return columns;
    }

    /** The most bits that scores may tell about one business as long as the agreement is valid. */
    public static long told(Agreement agreement) {
        boolean scores = agreement.uses().stream().anyMatch(use -> use.kind() == Kind.SCORE);
        long days = Duration.between(agreement.validFrom(), agreement.validUntil())
                .plusDays(1)
                .minusNanos(1)
                .toDays();
        long windows = Math.ceilDiv(days, agreement.limits().windowDays());
        return scores ? agreement.limits().bitsPerSubject() * windows : 0;
    }

    /** Everything that stands against the agreement or is to be weighed. */
    public List<Finding> findings(Agreement agreement) {
        List<Finding> findings = new ArrayList<>();
        for (Use use : agreement.uses()) {
            if (use.kind() == Kind.SCORE || use.kind() == Kind.TABLE) {
                ofProgram(agreement, use, findings);
            } else if (!known.isApproved(use.program())) {
                findings.add(against(
                        Concern.PLAN_NOT_APPROVED,
                        Map.of("program", use.program()),
                        "plan " + use.program() + " is not approved here; approve it first"));
            }
            if (use.kind() == Kind.SCORE) {
                ofScore(agreement, use, findings);
            }
            ofPrice(use, findings);
        }
        ofColumns(agreement, findings);
        ofBudget(agreement, findings);
        ofLimits(agreement, findings);
        return findings;
    }

    private void ofProgram(Agreement agreement, Use use, List<Finding> findings) {
        Optional<Program> program = known.program(use.program());
        if (program.isEmpty()) {
            findings.add(against(
                    Concern.PROGRAM_NOT_APPROVED,
                    Map.of("program", use.program()),
                    "program " + use.program() + " is not approved here; approve it first"));
            return;
        }
        for (Agreement.Column column : columns(program.get())) {
            if (!agreement.columns().contains(column)) {
                findings.add(against(
                        Concern.COLUMN_MISSING,
                        Map.of("column", column.name(), "owner", column.owner()),
                        "column " + column.name() + " of " + column.owner()
                                + " is not among the agreement's columns as the program declares it"));
            }
        }
        int bits = program.get().answerBits();
        if (use.kind() == Kind.SCORE && bits != use.bits()) {
            findings.add(against(
                    Concern.BITS_DIFFER,
                    Map.of("program", use.program(), "told", bits, "agreed", use.bits()),
                    "program " + use.program() + " tells " + bits + " bits a subject, the agreement says "
                            + use.bits()));
        }
    }

    /** A column that no program takes would make the bound look better than it is. */
    private void ofColumns(Agreement agreement, List<Finding> findings) {
        List<Optional<Program>> programs = agreement.uses().stream()
                .filter(use -> use.kind() == Kind.SCORE || use.kind() == Kind.TABLE)
                .map(use -> known.program(use.program()))
                .toList();
        if (programs.stream().anyMatch(Optional::isEmpty)) {
            return;
        }
        Set<Agreement.Column> used = new HashSet<>();
        programs.forEach(program -> used.addAll(columns(program.get())));
        agreement.columns().stream()
                .filter(column -> !used.contains(column))
                .forEach(column -> findings.add(against(
                        Concern.COLUMN_UNUSED,
                        Map.of("column", column.name(), "owner", column.owner()),
                        "column " + column.name() + " of " + column.owner() + " serves no use")));
    }

    private void ofScore(Agreement agreement, Use use, List<Finding> findings) {
        if (use.bits() > MOST_BITS) {
            findings.add(against(
                    Concern.ANSWERS_EXACT,
                    Map.of("bits", use.bits()),
                    "answers of " + use.bits() + " bits are exact: few of them give columns away"));
        }
        if (!use.consent()) {
            findings.add(toWeigh(Concern.WITHOUT_CONSENT, Map.of(), "businesses are scored without having consented"));
        }
        if (use.models().isEmpty()) {
            findings.add(against(
                    Concern.WITHOUT_MODEL,
                    Map.of("program", use.program()),
                    "program " + use.program() + " is without a model"));
        }
        int asked = agreement.limits().minimumWeights();
        for (Hash model : use.models()) {
            Optional<ModelFacts> facts = facts(use.program(), model);
            known.program(use.program())
                    .ifPresent(program -> ofBands(agreement, program, facts.orElse(ModelFacts.NONE), findings));
            if (facts.isEmpty()) {
                findings.add(against(
                        Concern.MODEL_INACTIVE, Map.of("model", model), "model " + model + " is not activated here"));
            } else if (facts.get().weights() < asked) {
                findings.add(against(
                        Concern.FEW_WEIGHTS,
                        Map.of("model", model, "weights", facts.get().weights(), "agreed", asked),
                        "model " + model + " was activated with at least "
                                + facts.get().weights() + " weights that are not zero for each agency, fewer than "
                                + asked));
            } else if (facts.get().weights() < FEWEST_WEIGHTS) {
                findings.add(toWeigh(
                        Concern.ONE_COLUMN,
                        Map.of("model", model),
                        "model " + model + " may follow a single column of an agency: answers then tell of it alone"));
            }
        }
    }

    /**
     * What is known of a model: what its program shows, and what was found when it was activated. A model whose numbers
     * are all public leaves nothing behind when it is activated, and bears its program's hash.
     */
    private Optional<ModelFacts> facts(Hash program, Hash model) {
        Optional<Program> found = known.program(program);
        ModelFacts open =
                found.map(any -> ModelFacts.open(any, Role.BANK.ordinal())).orElse(ModelFacts.NONE);
        if (model.equals(program) && found.filter(Program::isOpen).isPresent()) {
            return Optional.of(open);
        }
        return known.facts(model).map(facts -> new ModelFacts(Math.max(facts.weights(), open.weights()), facts.band()));
    }

    private static void ofBands(Agreement agreement, Program program, ModelFacts facts, List<Finding> findings) {
        int bits = BandBits.most(program, facts);
        if (bits > agreement.limits().bandBits()) {
            findings.add(against(
                    Concern.THRESHOLDS_CLOSE,
                    Map.of("bits", bits, "agreed", agreement.limits().bandBits()),
                    "thresholds are so close that falling between two tells " + bits
                            + " bits of where a score lies in its range, the agreement says at most "
                            + agreement.limits().bandBits()));
        }
    }

    private void ofPrice(Use use, List<Finding> findings) {
        String self = Role.values()[policy.self()].id();
        Long cap = policy.priceCaps().get(use.kind().name().toLowerCase(Locale.ROOT));
        long price = use.prices().getOrDefault(self, 0L);
        if (cap == null && price > 0 && policy.self() != Role.BANK.ordinal()) {
            findings.add(against(
                    Concern.PRICE_UNLISTED,
                    Map.of("use", use.kind().name().toLowerCase(Locale.ROOT)),
                    "this node's price list has no price for a " + use.kind()));
        } else if (cap != null && price > cap) {
            findings.add(against(
                    Concern.PRICE_ABOVE,
                    Map.of("price", price, "cap", cap),
                    "the price of " + price + " is above the price list's " + cap));
        }
    }

    private void ofBudget(Agreement agreement, List<Finding> findings) {
        long told = told(agreement);
        if (told == 0) {
            return;
        }
        leastHeld(agreement).forEach((owner, held) -> {
            double rounded = Math.round(held * 10) / 10.0;
            Map<String, ?> facts = Map.of("told", told, "held", rounded, "owner", owner);
            String bound = told + " bits may be told about a business while the agreement is valid, of " + rounded
                    + " that the columns of " + owner + " hold by their ranges";
            if (told >= held) {
                findings.add(against(Concern.BOUND_VOID, facts, bound + ": the bound says nothing, all may be told"));
            } else if (told > held / 2) {
                findings.add(toWeigh(Concern.BOUND_NEAR, facts, bound));
            }
        });
    }

    private void ofLimits(Agreement agreement, List<Finding> findings) {
        if (agreement.limits().windowDays() != policy.windowDays()) {
            findings.add(against(
                    Concern.WINDOWS_DIFFER,
                    Map.of("agreed", agreement.limits().windowDays(), "here", policy.windowDays()),
                    "the agreement counts bits in windows of "
                            + agreement.limits().windowDays() + " days, this node of " + policy.windowDays()));
        }
        if (agreement.limits().minimumGroup() < policy.fewestSubjects()) {
            findings.add(against(
                    Concern.GROUP_SMALL,
                    Map.of("agreed", agreement.limits().minimumGroup(), "here", policy.fewestSubjects()),
                    "aggregates over " + agreement.limits().minimumGroup() + " subjects; this node asks for "
                            + policy.fewestSubjects()));
        }
        boolean asksConsent = agreement.uses().stream().anyMatch(Use::consent);
        if (asksConsent && agreement.issuers().isEmpty()) {
            findings.add(against(
                    Concern.WITHOUT_ISSUER, Map.of(), "consents are asked for and nobody is named who issues them"));
        }
    }
}
