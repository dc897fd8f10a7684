package org.tallystick.node.governance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Hash;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;

/** Agreements made of what a person wants and what the programs declare. */
public final class Drafts {
    private final String group;
    private final Function<Hash, Optional<Program>> programs;
    private final Function<Hash, Optional<Register.Entry>> known;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param programs that are known here
     * @param known agreements, of which a new revision may be drafted
     */
    public Drafts(
            String group, Function<Hash, Optional<Program>> programs, Function<Hash, Optional<Register.Entry>> known) {
        this.group = group;
        this.programs = programs;
        this.known = known;
    }

    /** As {@link Governor#draft}. */
    Agreement of(ObjectNode wanted) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", 1);
        Optional<Agreement> before = before(wanted);
        json.put("id", before.map(Agreement::id).orElseGet(() -> ConsentToken.newNonce(random)));
        json.put("revision", before.map(Agreement::revision).orElse(0) + 1);
        json.put("previous", wanted.path("previous").asText(""));
        json.put("group", group);
        ArrayNode columns = JsonNodeFactory.instance.arrayNode();
        Set<String> seen = new HashSet<>();
        ArrayNode uses = JsonNodeFactory.instance.arrayNode();
        wanted.path("uses").forEach(use -> uses.add(use((ObjectNode) use, columns, seen)));
        wanted.properties().forEach(field -> json.set(field.getKey(), field.getValue()));
        json.set("uses", uses);
        json.set("columns", columns);
        try {
            return AgreementFormat.read(json.toString().getBytes(StandardCharsets.UTF_8));
        } catch (AgreementFormat.BadAgreement e) {
            throw new Register.Rejected("no agreement comes of it: " + e.getMessage(), "correct what is wanted");
        }
    }

    private Optional<Agreement> before(ObjectNode wanted) {
        String previous = wanted.path("previous").asText("");
        if (previous.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(known.apply(Hash.parse(previous))
                .map(Register.Entry::agreement)
                .orElseThrow(() -> new Register.Rejected(
                        "the revision before is not known here", "name one that GET /v1/agreements lists")));
    }

    private ObjectNode use(ObjectNode wanted, ArrayNode columns, Set<String> seen) {
        String kind = wanted.path("kind").asText();
        ObjectNode use = wanted.deepCopy();
        use.put("bits", 0);
        boolean hasProgram = kind.equals("score") || kind.equals("table");
        if (hasProgram) {
            Program program = programs.apply(Hash.parse(wanted.get("program").asText()))
                    .orElseThrow(() -> new Register.Rejected(
                            "program " + wanted.get("program").asText() + " is not known here",
                            "activate a model of it first"));
            if (kind.equals("score")) {
                use.put("bits", program.answerBits());
            }
            add(program, columns, seen);
        }
        return use;
    }

    private static void add(Program program, ArrayNode columns, Set<String> seen) {
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Input(int owner, var declared) && owner != Role.BANK.ordinal()) {
                for (Operation.Column column : declared) {
                    ObjectNode json = JsonNodeFactory.instance
                            .objectNode()
                            .put("owner", Role.values()[owner].id())
                            .put("name", column.name())
                            .put("meaning", column.meaning())
                            .put("low", column.bounds().low())
                            .put("high", column.bounds().high())
                            .put("scale", column.scale());
                    if (seen.add(json.toString())) {
                        columns.add(json);
                    }
                }
            }
        }
    }
}
