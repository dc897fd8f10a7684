package org.tallystick.node.server;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.NodeService;
import org.tallystick.node.rest.NodeService.Approval;
import org.tallystick.node.rest.NodeService.Program;
import org.tallystick.node.rest.NodeService.ProgramText;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.Programs.StoredProgram;
import org.tallystick.program.Encoding;
import org.tallystick.program.MalformedProgram;
import org.tallystick.program.Operation;
import org.tallystick.program.Shape;
import org.tallystick.training.TrainingPlan;

/** The programs an agency's operator looks at and approves. */
public final class AgencyService implements NodeService.Agency {
    private static final Logger LOG = LoggerFactory.getLogger(AgencyService.class);

    private final StoredPrograms programs;

    public AgencyService(StoredPrograms programs) {
        this.programs = programs;
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
        org.tallystick.program.Program program;
        try {
            program = Encoding.decode(stored.encoding());
        } catch (MalformedProgram e) {
            throw new IllegalStateException("the state database holds a program that cannot be read", e);
        }
        List<String> inputs = new ArrayList<>();
        List<String> operations = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        List<Shape> shapes = program.shapes();
        for (int k = 0; k < program.operations().size(); k++) {
            Operation operation = program.operations().get(k);
            operations.add(k + ": " + brief(operation, program.parties()));
            switch (operation) {
                case Operation.Input(int owner, List<Operation.Column> columns) ->
                    columns.forEach(column -> inputs.add(program.parties().get(owner) + ": " + column.name() + " = "
                            + column.meaning() + ", " + column.bounds().low() + " to "
                            + column.bounds().high() + " / 2^" + column.scale()));
                case Operation.Reveal(int x, int party) ->
                    answers.add("to " + program.parties().get(party) + " alone: value " + x + ", "
                            + shapes.get(x).columns() + " bits a subject");
                default -> {}
            }
        }
        return new ProgramText(view(stored), inputs, operations, answers);
    }

    /** A training: what each owner makes of which columns, how it is learnt, and who learns what. */
    private static ProgramText text(StoredProgram stored, TrainingPlan plan) {
        List<String> parties = Role.ids();
        List<String> inputs = plan.columns().stream()
                .map(column -> parties.get(column.owner()) + ": " + column.name() + ", " + column.treatment())
                .toList();
        String bank = parties.get(plan.bank());
        String losses = plan.lossEvery() == 0
                ? "no loss is opened"
                : "the mean loss is opened to all after every " + plan.lossEvery() + " steps";
        return new ProgramText(
                view(stored),
                inputs,
                List.of(plan.method().toString(), losses),
                List.of(
                        "to " + bank + ": the weights, how each column is prepared (limits, mean, deviation, frequent"
                                + " texts, evidence of bins), AUC, KS, lift and confusion counts",
                        "to a column's owner: the bad rows of each bin of its evidence that holds its minimum"));
    }

    private static String brief(Operation operation, List<String> parties) {
        return switch (operation) {
            case Operation.Input input ->
                "input of " + input.columns().size() + " columns by " + parties.get(input.owner());
            case Operation.Stored kept ->
                "stored " + kept.name() + ", " + kept.bounds().size() + " private numbers";
            default -> operation.toString();
        };
    }
}
