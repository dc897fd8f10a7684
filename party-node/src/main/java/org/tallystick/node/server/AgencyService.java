package org.tallystick.node.server;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.NodeService;
import org.tallystick.node.rest.NodeService.Approval;
import org.tallystick.node.rest.NodeService.Program;
import org.tallystick.node.rest.NodeService.ProgramText;
import org.tallystick.node.rest.ProgramFacts;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.Programs.StoredProgram;
import org.tallystick.program.Encoding;
import org.tallystick.program.MalformedProgram;
import org.tallystick.program.Operation;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.ModelEvaluation;
import org.tallystick.training.TrainingPlan;

/** The programs an agency's operator looks at and approves. */
public final class AgencyService implements NodeService.Agency {
    private static final Logger LOG = LoggerFactory.getLogger(AgencyService.class);

    private final StoredPrograms programs;
    private final Consumer<Hash> withdrawn;
    private final BiConsumer<String, String> record;

    /**
     * @param withdrawn told of each program whose approval is taken back
     * @param record puts a decision on record and returns when it is: its kind, and which program and by whom
     */
    public AgencyService(StoredPrograms programs, Consumer<Hash> withdrawn, BiConsumer<String, String> record) {
        this.programs = programs;
        this.withdrawn = withdrawn;
        this.record = record;
    }

    @Override
    public List<Program> programs() {
        return programs.all().stream().map(AgencyService::view).toList();
    }

    @Override
    public Optional<ProgramText> program(String hash) {
        return stored(hash).map(AgencyService::text);
    }

    @Override
    public Optional<Program> approve(String hash, String by) {
        if (stored(hash).isEmpty()) {
            return Optional.empty();
        }
        // On record before it is in force; one that is taken back is so at once.
        record.accept("program.approved", hash + "\n" + by);
        programs.approve(Hash.parse(hash), by);
        return stored(hash).map(AgencyService::view);
    }

    @Override
    public Optional<Program> withdraw(String hash, String by) {
        if (stored(hash).isEmpty()) {
            return Optional.empty();
        }
        if (programs.withdraw(Hash.parse(hash))) {
            LOG.info("the approval of program {} is withdrawn by {}", hash, by);
            withdrawn.accept(Hash.parse(hash));
            record.accept("program.withdrawn", hash + "\n" + by);
        }
        return stored(hash).map(AgencyService::view);
    }

    private Optional<StoredProgram> stored(String hash) {
        return programs.all().stream()
                .filter(each -> HexFormat.of().formatHex(each.hash()).equals(hash))
                .findFirst();
    }

    private static Program view(StoredProgram stored) {
        return new Program(
                HexFormat.of().formatHex(stored.hash()),
                stored.name(),
                stored.seenAt(),
                stored.approval().map(approved -> new Approval(approved.by(), approved.at())));
    }

    private static ProgramText text(StoredProgram stored) {
        if (TrainingPlan.isMarked(stored.encoding())) {
            return text(stored, TrainingPlan.decode(stored.encoding()));
        }
        if (EvaluationPlan.isMarked(stored.encoding())) {
            return text(stored, EvaluationPlan.decode(stored.encoding()));
        }
        org.tallystick.program.Program program;
        try {
            program = Encoding.decode(stored.encoding());
        } catch (MalformedProgram e) {
            throw new IllegalStateException("the state database holds a program that cannot be read", e);
        }
        List<String> answers = new ArrayList<>();
        List<ProgramFacts.Answer> tells = new ArrayList<>();
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Reveal reveal) {
                String party = program.parties().get(reveal.party());
                int bits = program.answerBits(reveal);
                answers.add("to " + party + " alone: value " + reveal.x() + ", " + bits + " bits a subject");
                tells.add(new ProgramFacts.Answer(party, bits));
            }
        }
        return new ProgramText(
                view(stored),
                inputs(program),
                operations(program, operation -> true),
                answers,
                new ProgramFacts(columns(program), tells));
    }

    private static List<ProgramFacts.Column> columns(org.tallystick.program.Program program) {
        List<ProgramFacts.Column> all = new ArrayList<>();
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Input(int owner, List<Operation.Column> columns)) {
                columns.forEach(column -> all.add(new ProgramFacts.Column(
                        program.parties().get(owner),
                        column.name(),
                        column.meaning(),
                        column.bounds().low(),
                        column.bounds().high(),
                        column.scale())));
            }
        }
        return all;
    }

    /** Each column, by whom it is brought, by which rule and in which range. */
    private static List<String> inputs(org.tallystick.program.Program program) {
        List<String> inputs = new ArrayList<>();
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Input(int owner, List<Operation.Column> columns)) {
                columns.forEach(column -> inputs.add(program.parties().get(owner) + ": " + column.name() + " = "
                        + column.meaning() + ", " + column.bounds().low() + " to "
                        + column.bounds().high() + " / 2^" + column.scale()));
            }
        }
        return inputs;
    }

    private static List<String> operations(org.tallystick.program.Program program, Predicate<Operation> shown) {
        return IntStream.range(0, program.operations().size())
                .filter(k -> shown.test(program.operations().get(k)))
                .mapToObj(k -> k + ": " + brief(program.operations().get(k), program.parties()))
                .toList();
    }

    /** An evaluation: the columns that a program declares, whose answers about single subjects nobody gets. */
    private static ProgramText text(StoredProgram stored, EvaluationPlan plan) {
        String bank = plan.program().parties().get(plan.bank());
        List<String> inputs = new ArrayList<>(inputs(plan.program()));
        inputs.add(bank + ": its column " + plan.label().column() + ", bad where it is "
                + plan.label().bad());
        return new ProgramText(
                view(stored),
                inputs,
                operations(plan.program(), operation -> !(operation instanceof Operation.Reveal)),
                List.of(
                        "to " + bank + " alone, over all subjects together and about none: how many are bad, how many"
                                + " reach the threshold and how many bad ones among those, AUC, KS, and for each"
                                + " tenth of the riskiest how many and how many bad ones",
                        "to all: whether at least " + ModelEvaluation.FEWEST_OF_A_KIND
                                + " are bad and as many good, without which it ends; whether the model's private"
                                + " numbers lie in their declared limits"),
                ProgramFacts.NONE);
    }

    /** A training: what each owner makes of which columns, how it is learnt, and who learns what. */
    private static ProgramText text(StoredProgram stored, TrainingPlan plan) {
        List<String> parties = Role.ids();
        List<String> inputs = plan.columns().stream()
                .map(column -> parties.get(column.owner()) + ": " + column.name() + ", " + treatment(column))
                .toList();
        String bank = parties.get(plan.bank());
        String from = plan.table()
                .map(table -> "all columns but the bank's are those of table " + table)
                .orElse("every owner brings in its columns");
        String losses = plan.lossEvery() == 0
                ? "no loss is opened"
                : "the mean loss is opened to all after every " + plan.lossEvery() + " steps";
        return new ProgramText(
                view(stored),
                inputs,
                List.of(from, plan.method().toString(), losses),
                List.of(
                        "to " + bank + ": the weights, how each column is prepared (limits, mean, deviation, frequent"
                                + " texts, evidence of bins), AUC, KS, lift and confusion counts",
                        "to a column's owner: the bad rows of each bin of its evidence that holds its minimum"),
                ProgramFacts.NONE);
    }

    private static String treatment(TrainingPlan.Column column) {
        return column.treatment() instanceof TrainingPlan.Treatment.Stored stored
                ? "as stored: " + stored.meaning() + ", " + stored.low() + " to " + stored.high() + " / 2^"
                        + stored.scale()
                : column.treatment().toString();
    }

    private static String brief(Operation operation, List<String> parties) {
        return switch (operation) {
            case Operation.Input input ->
                "input of " + input.columns().size() + " columns by " + parties.get(input.owner());
            case Operation.Stored kept ->
                "stored " + kept.name() + ", " + kept.bounds().size() + " private numbers";
            case Operation.Contributions sums ->
                "sums of value " + sums.x() + " times value " + sums.y() + " by feature: column by column to "
                        + sums.groups();
            case Operation.Reasons reasons ->
                "the numbers of up to " + reasons.count() + " columns of value " + reasons.x() + " that lie farthest "
                        + (reasons.above() ? "above" : "below") + " value " + reasons.reference()
                        + ", the farthest first; not how far";
            default -> operation.toString();
        };
    }
}
