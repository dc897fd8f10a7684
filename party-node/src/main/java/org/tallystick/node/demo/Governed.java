package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Consent;
import org.tallystick.node.governance.ConsentToken;
import org.tallystick.node.governance.SignatureSuite;
import org.tallystick.node.governance.Withdrawal;
import org.tallystick.node.session.Hash;

/** Those at four nodes who agree on what the bank may ask, and the registrar who issues businesses' consents. */
public final class Governed {
    static final String BANK = "First Bank of Rong";
    static final String RELIEF = "relief of hardship";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PASSWORD_BYTES = 12;
    private static final long USES_PER_DAY = 100_000_000;

    private final String purpose;
    private final SecureRandom random = new SecureRandom();
    private final SignatureSuite.Key registrar = SignatureSuite.SM2.generate();
    private final Map<Role, RestClient> officers = new EnumMap<>(Role.class);
    private final Map<Role, RestClient> approvers = new EnumMap<>(Role.class);
    private String agreement = "";
    private Hash program = Hash.of(new byte[Hash.BYTES]);

    /** Gives every node a data officer's system with a key, and an approver with a password of their own. */
    public Governed(Function<Role, RestClient> nodes, String purpose) {
        this.purpose = purpose;
        for (Role role : Role.values()) {
            officers.put(role, system(nodes.apply(role), "officer", "data-officer"));
            approvers.put(role, person(nodes.apply(role), "approver", "approver"));
        }
    }

    private RestClient person(RestClient node, String name, String role) {
        String first = password();
        ObjectNode user = JSON.createObjectNode().put("name", name).put("password", first);
        user.putArray("roles").add(role);
        node.post("/v1/users", user);
        RestClient approver = node.as(logIn(node, name, first));
        // The session goes on under the new password.
        approver.post(
                "/v1/me/password", JSON.createObjectNode().put("current", first).put("password", password()));
        return approver;
    }

    private static RestClient system(RestClient node, String label, String role) {
        ObjectNode key =
                JSON.createObjectNode().put("label", label).put("role", role).put("days", 1);
        return node.as(node.post("/v1/keys", key).get("secret").asText());
    }

    private static String logIn(RestClient node, String name, String password) {
        return node.post("/v1/login", JSON.createObjectNode().put("name", name).put("password", password))
                .get("token")
                .asText();
    }

    private String password() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    RestClient officer(Role role) {
        return officers.get(role);
    }

    RestClient approver(Role role) {
        return approvers.get(role);
    }

    /** The hash of the agreement that is in force. */
    String agreement() {
        return agreement;
    }

    /**
     * Offers a model's program to the agencies, whose approvers approve it, and activates the model.
     *
     * @param document the model file
     * @return as {@code POST /v1/models} answers
     */
    JsonNode activate(RestClient bank, String document) {
        RestClient.Reply offered = bank.tryPost("/v1/models", "application/json", document);
        if (offered.status() != 409) {
            return bank.post("/v1/models", "application/json", document);
        }
        approve(offered.body().at("/details/program").asText());
        return bank.post("/v1/models", "application/json", document);
    }

    /**
     * Every agency's approver approves the program or plan with this hash, once it is there: the bank answers when one
     * agency has refused, and another may still be looking.
     */
    void approve(String hash) {
        for (Role role : Role.values()) {
            if (role != Role.BANK) {
                awaitShown(role, "/v1/programs/" + hash);
                approvers.get(role).post("/v1/programs/" + hash + "/approve", JSON.createObjectNode());
            }
        }
    }

    private void awaitShown(Role role, String program) {
        Instant end = Instant.now().plus(PATIENCE);
        while (approvers.get(role).tryGet(program).status() == 404
                && Instant.now().isBefore(end)) {
            Demo.pause();
        }
    }

    /**
     * Drafts an agreement about a model at the bank; every node takes it up, signs it and puts it in force.
     *
     * @param model as {@code POST /v1/models} answers
     * @param bits a subject within 90 days
     */
    public void agree(JsonNode model, int bits) {
        program = Hash.parse(model.get("program").asText());
        agree(draft(model, bits));
    }

    /** The same about tables of the columns that a model takes, of businesses that have consented to its scores. */
    void agreeOnTables(JsonNode model) {
        String scores = agreement;
        ObjectNode draft = draft(model, 1);
        ObjectNode use = (ObjectNode) draft.at("/uses/0");
        use.put("kind", "table").putArray("models");
        use.putObject("prices").put("tax", 0).put("utility", 0).put("social-security", 0);
        agree(draft);
        agreement = scores;
    }

    /**
     * The same about a plan of a training or an evaluation, which every agency's approver has approved.
     *
     * @param kind {@code training} or {@code evaluation}
     * @param price of a row, for each agency
     */
    void agreeOnPlan(String kind, String plan, long price) {
        String scores = agreement;
        ObjectNode draft = JSON.createObjectNode();
        draft.put("kind", kind).put("program", plan).put("consent", false).putArray("models");
        draft.putObject("prices").put("tax", price).put("utility", price).put("social-security", price);
        ObjectNode whole = draft(JSON.createObjectNode().put("program", plan).put("digest", plan), 0);
        whole.putArray("uses").add(draft);
        agree(whole);
        agreement = scores;
    }

    private void agree(ObjectNode draft) {
        JsonNode document =
                officers.get(Role.BANK).post("/v1/agreements/draft", draft).get("document");
        agreement = officers.get(Role.BANK)
                .post("/v1/agreements", document)
                .get("hash")
                .asText();
        for (Role role : Role.values()) {
            if (role != Role.BANK) {
                await(role, entry -> true, "is offered");
                officers.get(role).post("/v1/agreements/" + agreement + "/propose", "application/json", "");
            }
            approvers.get(role).post("/v1/agreements/" + agreement + "/sign", "application/json", "");
        }
        for (Role role : Role.values()) {
            await(role, entry -> entry.get("signed").size() == Role.values().length, "has four signatures");
            approvers.get(role).post("/v1/agreements/" + agreement + "/activate", "application/json", "");
        }
    }

    private ObjectNode draft(JsonNode model, int bits) {
        Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
        ObjectNode draft = JSON.createObjectNode()
                .put("title", "Scores for loans to small businesses")
                .put("requester", BANK)
                .put("currency", "CNY")
                .put("floor", "rep4")
                .put("validFrom", today.toString())
                .put("validUntil", today.plus(90, ChronoUnit.DAYS).toString())
                .put("retentionDays", 365);
        draft.putArray("purposes").addObject().put("name", purpose).put("publicInterest", false);
        draft.withArray("purposes").addObject().put("name", RELIEF).put("publicInterest", true);
        ObjectNode use = draft.putArray("uses")
                .addObject()
                .put("kind", "score")
                .put("program", model.get("program").asText());
        use.putArray("models").add(model.get("digest").asText());
        use.put("consent", true);
        use.putObject("prices").put("tax", 50).put("utility", 20).put("social-security", 30);
        draft.putObject("limits")
                .put("bitsPerSubject", bits)
                .put("windowDays", 90)
                .put("usesPerDay", USES_PER_DAY)
                .put("minimumGroup", 100)
                .put("minimumWeights", 1)
                .put("bandBits", 24);
        draft.putArray("issuers")
                .addObject()
                .put("name", "market supervision bureau")
                .put("suite", registrar.suite().id())
                .put("publicKey", HexFormat.of().formatHex(registrar.publicKey()));
        return draft;
    }

    private void await(Role role, Function<JsonNode, Boolean> holds, String what) {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            RestClient.Reply reply = officers.get(role).tryGet("/v1/agreements/" + agreement);
            if (reply.status() == 200 && holds.apply(reply.body())) {
                return;
            }
            if (Instant.now().isAfter(end)) {
                throw new NodeFailure(
                        "the " + role.id() + " node does not see that the agreement " + what, "look at its log");
            }
            Demo.pause();
        }
    }

    /** A consent of each business to this use, signed together by the registrar. */
    public List<String> consents(List<String> subjects) {
        List<Consent> consents = new ArrayList<>();
        subjects.forEach(subject -> consents.add(consent(subject)));
        return ConsentToken.issue(registrar, consents);
    }

    Consent consent(String subject) {
        return new Consent(
                subject,
                BANK,
                purpose,
                program,
                false,
                ConsentToken.newNonce(random),
                Instant.now().plus(1, ChronoUnit.DAYS));
    }

    /** The registrar's word for what a business agrees to. */
    String issued(Consent consent) {
        return ConsentToken.issue(registrar, List.of(consent)).getFirst();
    }

    /** The registrar's word that a consent is withdrawn. */
    String withdrawn(Consent consent) {
        return Withdrawal.issue(registrar, consent.nonce());
    }
}
