package org.tallystick.node.governance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Agreement.Kind;
import org.tallystick.node.governance.Agreement.Use;
import org.tallystick.node.session.Hash;
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

    private static final long BITS_OF_A_RANGE = Long.SIZE;

    private final Known known;
    private final Policy policy;

    /** What a node knows. */
    public interface Known {
        Optional<Program> program(Hash program);

        /** Whether a plan of a training or an evaluation is approved. */
        boolean isApproved(Hash program);

        /** What was found when a model was activated. */
        Optional<Facts> facts(Hash model);
    }

    /**
     * Found inside the computation.
     *
     * @param weights at least so many weights that are not zero among each agency's columns
     */
    public record Facts(int weights) {}

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

    /** @param refuses whether the agreement cannot be signed with it; otherwise it is to be weighed */
    public record Finding(boolean refuses, String text) {}

    public Leakage(Known known, Policy policy) {
        this.known = known;
        this.policy = policy;
    }

    /** How many bits the columns of each agency hold by their ranges, as far as scores use them. */
    public static Map<String, Double> held(Agreement agreement) {
        Map<String, Double> held = new HashMap<>();
        for (Agreement.Column column : agreement.columns()) {
            held.merge(column.owner(), bits(column.low(), column.high()), Double::sum);
        }
        return held;
    }

    private static double bits(long low, long high) {
        double values = (double) high - (double) low + 1;
        return Math.min(BITS_OF_A_RANGE, Math.log(values) / Math.log(2));
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
                findings.add(new Finding(true, "plan " + use.program() + " is not approved here; approve it first"));
            }
            if (use.kind() == Kind.SCORE) {
                ofScore(agreement, use, findings);
            }
            ofPrice(use, findings);
        }
        ofBudget(agreement, findings);
        ofLimits(agreement, findings);
        return findings;
    }

    private void ofProgram(Agreement agreement, Use use, List<Finding> findings) {
        Optional<Program> program = known.program(use.program());
        if (program.isEmpty()) {
            findings.add(new Finding(true, "program " + use.program() + " is not approved here; approve it first"));
            return;
        }
        for (Operation operation : program.get().operations()) {
            if (operation instanceof Operation.Input(int owner, List<Operation.Column> columns)
                    && owner != Role.BANK.ordinal()) {
                columns.forEach(column -> ofColumn(agreement, Role.values()[owner].id(), column, findings));
            }
        }
        int bits = program.get().answerBits();
        if (use.kind() == Kind.SCORE && bits != use.bits()) {
            findings.add(new Finding(
                    true,
                    "program " + use.program() + " tells " + bits + " bits a subject, the agreement says "
                            + use.bits()));
        }
    }

    private static void ofColumn(Agreement agreement, String owner, Operation.Column column, List<Finding> findings) {
        boolean declared = agreement.columns().stream()
                .anyMatch(each -> each.owner().equals(owner)
                        && each.name().equals(column.name())
                        && each.meaning().equals(column.meaning())
                        && each.low() == column.bounds().low()
                        && each.high() == column.bounds().high()
                        && each.scale() == column.scale());
        if (!declared) {
            findings.add(new Finding(
                    true,
                    "column " + column.name() + " of " + owner
                            + " is not among the agreement's columns as the program declares it"));
        }
    }

    private void ofScore(Agreement agreement, Use use, List<Finding> findings) {
        if (use.bits() > MOST_BITS) {
            findings.add(
                    new Finding(true, "answers of " + use.bits() + " bits are exact: few of them give columns away"));
        }
        if (!use.consent()) {
            findings.add(new Finding(false, "businesses are scored without having consented"));
        }
        if (use.models().isEmpty()) {
            findings.add(new Finding(true, "program " + use.program() + " is without a model"));
        }
        int asked = agreement.limits().minimumWeights();
        for (Hash model : use.models()) {
            Optional<Facts> facts = known.facts(model);
            if (facts.isEmpty()) {
                findings.add(new Finding(true, "model " + model + " is not activated here"));
            } else if (facts.get().weights() < asked) {
                findings.add(new Finding(
                        true,
                        "model " + model + " was activated with at least "
                                + facts.get().weights() + " weights that are not zero for each agency, fewer than "
                                + asked));
            } else if (facts.get().weights() < FEWEST_WEIGHTS) {
                findings.add(new Finding(
                        false,
                        "model " + model + " may follow a single column of an agency: answers then tell of it alone"));
            }
        }
    }

    private void ofPrice(Use use, List<Finding> findings) {
        String self = Role.values()[policy.self()].id();
        Long cap = policy.priceCaps().get(use.kind().name().toLowerCase(Locale.ROOT));
        long price = use.prices().getOrDefault(self, 0L);
        if (cap == null && price > 0 && policy.self() != Role.BANK.ordinal()) {
            findings.add(new Finding(true, "this node's price list has no price for a " + use.kind()));
        } else if (cap != null && price > cap) {
            findings.add(new Finding(true, "the price of " + price + " is above the price list's " + cap));
        }
    }

    private void ofBudget(Agreement agreement, List<Finding> findings) {
        long told = told(agreement);
        if (told == 0) {
            return;
        }
        held(agreement).forEach((owner, held) -> {
            String bound = told + " bits may be told about a business while the agreement is valid, of "
                    + Math.round(held * 10) / 10.0 + " that the columns of " + owner + " hold by their ranges";
            if (told >= held) {
                findings.add(new Finding(true, bound + ": the bound says nothing, all may be told"));
            } else if (told > held / 2) {
                findings.add(new Finding(false, bound));
            }
        });
    }

    private void ofLimits(Agreement agreement, List<Finding> findings) {
        if (agreement.limits().windowDays() != policy.windowDays()) {
            findings.add(new Finding(
                    true,
                    "the agreement counts bits in windows of "
                            + agreement.limits().windowDays() + " days, this node of " + policy.windowDays()));
        }
        if (agreement.limits().minimumGroup() < policy.fewestSubjects()) {
            findings.add(new Finding(
                    true,
                    "aggregates over " + agreement.limits().minimumGroup() + " subjects; this node asks for "
                            + policy.fewestSubjects()));
        }
        boolean asksConsent = agreement.uses().stream().anyMatch(Use::consent);
        if (asksConsent && agreement.issuers().isEmpty()) {
            findings.add(new Finding(true, "consents are asked for and nobody is named who issues them"));
        }
    }

    /** A lookup made of functions. */
    public static Known known(
            Function<Hash, Optional<Program>> programs,
            Predicate<Hash> approved,
            Function<Hash, Optional<Facts>> facts) {
        return new Known() {
            @Override
            public Optional<Program> program(Hash program) {
                return programs.apply(program);
            }

            @Override
            public boolean isApproved(Hash program) {
                return approved.test(program);
            }

            @Override
            public Optional<Facts> facts(Hash model) {
                return facts.apply(model);
            }
        };
    }
}
