package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.tallystick.models.Business;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.cli.Tally;
import org.tallystick.node.config.Role;

/** Trainings and evaluations where agreements are asked for: shown to agencies, approved, agreed on, run, charged. */
final class AgreedLearning {
    /** What an agency gets for a row. */
    static final long PRICE = 40;

    private static final List<Role> AGENCIES = List.of(Role.TAX, Role.UTILITY, Role.SOCIAL_SECURITY);
    private static final int LEARNT_FROM = 200;
    private static final String LABEL = "{\"column\": \"" + TrainingGroup.LABEL + "\", \"bad\": \"1\"}";
    private static final String TRAINING = """
        {"name": "learnt", "training": {"method": "newton", "penalty": 4, "iterations": 5, "lossEvery": 0},
         "columns": {"tax": [{"name": "vat_sales"}, {"name": "tax_arrears"}],
                     "utility": [{"name": "bills_in_arrears"}], "social-security": [{"name": "insured"}],
                     "bank": [{"name": "balance"}]},
         "label": %s}
        """.formatted(LABEL);

    private final LiveGroup group;
    private final Governed people;
    private final List<String> subjects;

    /** @param businesses 300 of them, labelled */
    AgreedLearning(LiveGroup group, Governed people, List<Business> businesses) {
        this.group = group;
        this.people = people;
        this.subjects = businesses.stream().map(Business::id).toList();
    }

    /** Learns a model and has it judged; returns what the judging brought. */
    JsonNode run() {
        String plan = shownByAskingForIt();
        shownOnPurpose("/v1/trainings", json(TRAINING), plan, false);
        people.approve(plan);
        shownOnPurpose("/v1/trainings", json(TRAINING), plan, true);
        people.agreeOnPlan("training", plan, PRICE);
        JsonNode trained = ended("/v1/trainings", training(), "done");
        chargedOnce("train", plan, trained.at("/result/session").asText());

        ObjectNode evaluation = LiveGroup.JSON.createObjectNode();
        evaluation.set("model", trained.at("/result/model"));
        evaluation.put("threshold", .2).set("label", json(LABEL));
        String judging = group.bank()
                .post("/v1/evaluations", evaluation.deepCopy().put("offer", true))
                .get("plan")
                .asText();
        people.approve(judging);
        shownOnPurpose("/v1/evaluations", evaluation, judging, true);
        people.agreeOnPlan("evaluation", judging, PRICE);
        subjects.forEach(evaluation.putArray("subjects")::add);
        JsonNode judged = ended("/v1/evaluations", evaluation, "done");
        chargedOnce("evaluate", judging, judged.at("/result/session").asText());
        return judged.get("result");
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) LiveGroup.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private ObjectNode training() {
        ObjectNode request = json(TRAINING);
        subjects.subList(0, LEARNT_FROM).forEach(request.putArray("learning")::add);
        subjects.subList(LEARNT_FROM, subjects.size()).forEach(request.putArray("testing")::add);
        return request;
    }

    /** Nobody is asked to compute anything; every agency has the plan to look at all the same, and no subject. */
    private String shownByAskingForIt() {
        JsonNode failed = ended("/v1/trainings", training(), "failed");
        assertEquals("refused", failed.at("/problem/code").asText(), failed::toString);
        assertTrue(failed.at("/problem/detail").asText().contains("no agreement"), failed::toString);
        assertTrue(failed.at("/problem/detail").asText().contains("have been shown"), failed::toString);
        String plan = failed.get("plan").asText();
        for (Role agency : AGENCIES) {
            JsonNode shown = people.approver(agency).get("/v1/programs/" + plan).get("program");
            assertEquals("training", shown.get("name").asText());
            assertFalse(shown.has("approval"), shown::toString);
        }
        return plan;
    }

    private void shownOnPurpose(String path, ObjectNode request, String plan, boolean approved) {
        JsonNode offered = group.bank().post(path, request.deepCopy().put("offer", true));
        assertEquals(plan, offered.get("plan").asText());
        for (Role agency : AGENCIES) {
            assertEquals(approved, offered.get("approved").get(agency.id()).asBoolean(), offered::toString);
        }
    }

    private JsonNode ended(String path, ObjectNode request, String status) {
        String at = path + "/" + group.bank().post(path, request).get("id").asText();
        LiveGroup.await(
                () -> !group.bank().get(at).get("status").asText().equals("running"), () -> "still running: " + at);
        JsonNode state = group.bank().get(at);
        assertEquals(status, state.get("status").asText(), state::toString);
        return state;
    }

    private static List<String> kinds(RestClient officer, String session) {
        return officer.get("/v1/receipts?session=" + session)
                .get("receipts")
                .valueStream()
                .map(receipt -> receipt.get("kind").asText())
                .toList();
    }

    private void chargedOnce(String kind, String plan, String session) {
        for (Role agency : AGENCIES) {
            RestClient officer = people.officer(agency);
            // The end of a session waits a moment for a force that it can share.
            LiveGroup.await(() -> kinds(officer, session).contains("ended"), () -> "no end of " + session);
            assertEquals(List.of("accepted", "authorised", "ended"), kinds(officer, session));
            JsonNode line = officer.get("/v1/statements/" + YearMonth.now(ZoneOffset.UTC))
                    .get("lines")
                    .valueStream()
                    .filter(each -> each.get("program").asText().equals(plan))
                    .findFirst()
                    .orElseThrow();
            assertEquals(kind, line.get("kind").asText());
            assertEquals(1, line.get("sessions").asInt(), line::toString);
            assertEquals(subjects.size(), line.get("charged").asInt(), line::toString);
            long share = PRICE * subjects.size();
            assertEquals(share, line.get("shares").get(agency.id()).asLong(), line::toString);
        }
    }

    /** What four exports say, by the command that a regulator would use. */
    void auditedLogsAgree(Path folder) {
        List<String> arguments =
                new ArrayList<>(List.of("audit", "--group", group.node(Role.TAX).toString()));
        for (Role role : Role.values()) {
            Path file = folder.resolve(role.id() + ".export");
            group.client(role).download("/v1/receipts/export", file);
            arguments.add(file.toString());
        }
        assertEquals(0, Tally.commandLine().execute(arguments.toArray(String[]::new)));
    }
}
