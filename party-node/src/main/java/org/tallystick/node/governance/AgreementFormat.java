package org.tallystick.node.governance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Agreement.Column;
import org.tallystick.node.governance.Agreement.Issuer;
import org.tallystick.node.governance.Agreement.Kind;
import org.tallystick.node.governance.Agreement.Limits;
import org.tallystick.node.governance.Agreement.Purpose;
import org.tallystick.node.governance.Agreement.Use;
import org.tallystick.node.session.Hash;
import org.tallystick.protocol.Profile;

/**
 * Agreements to canonical bytes and back: JSON in UTF-8 without white space, fields in the order of the record, whole
 * numbers only. A document is accepted only if it is, to the letter, what {@link #encode} gives for what it says, so
 * that one agreement has one hash.
 */
public final class AgreementFormat {
    /** The largest document. */
    public static final int MAX_BYTES = 256 << 10;

    private static final int MAX_TEXT = 200;
    private static final int MAX_LIST = 512;
    private static final int MAX_DAYS = 3660;
    private static final long MAX_PRICE = 1_000_000_000_000L;
    private static final long MAX_USES = 1_000_000_000_000L;
    private static final int FORMAT = 1;
    private static final Pattern TEXT = Pattern.compile("[^\\x00-\\x1f\\x7f]{1," + MAX_TEXT + "}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{130}");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private AgreementFormat() {}

    /** A document that is no agreement: says what is wrong with it. */
    public static final class BadAgreement extends Exception {
        private static final long serialVersionUID = 1L;

        BadAgreement(String message) {
            super(message);
        }
    }

    /** What is signed and named. */
    public static Hash hash(byte[] document) {
        return Hash.over("tallystick/agreement/1", document);
    }

    public static byte[] encode(Agreement agreement) {
        try {
            return MAPPER.writeValueAsBytes(json(agreement));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an agreement has an encoding", e);
        }
    }

    /** The agreement as JSON, its fields in their order. */
    public static ObjectNode json(Agreement agreement) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("format", FORMAT)
                .put("id", agreement.id())
                .put("revision", agreement.revision())
                .put("previous", agreement.previous().map(Hash::hex).orElse(""))
                .put("group", agreement.group())
                .put("title", agreement.title())
                .put("requester", agreement.requester());
        ArrayNode purposes = json.putArray("purposes");
        agreement
                .purposes()
                .forEach(purpose -> purposes.addObject()
                        .put("name", purpose.name())
                        .put("publicInterest", purpose.publicInterest()));
        ArrayNode uses = json.putArray("uses");
        agreement.uses().forEach(use -> add(uses.addObject(), use));
        ArrayNode columns = json.putArray("columns");
        agreement
                .columns()
                .forEach(column -> columns.addObject()
                        .put("owner", column.owner())
                        .put("name", column.name())
                        .put("meaning", column.meaning())
                        .put("low", column.low())
                        .put("high", column.high())
                        .put("scale", column.scale()));
        Limits limits = agreement.limits();
        json.put("currency", agreement.currency())
                .put("floor", agreement.floor())
                .putObject("limits")
                .put("bitsPerSubject", limits.bitsPerSubject())
                .put("windowDays", limits.windowDays())
                .put("usesPerDay", limits.usesPerDay())
                .put("minimumGroup", limits.minimumGroup())
                .put("minimumWeights", limits.minimumWeights())
                .put("bandBits", limits.bandBits());
        ArrayNode issuers = json.putArray("issuers");
        agreement
                .issuers()
                .forEach(issuer -> issuers.addObject()
                        .put("name", issuer.name())
                        .put("suite", issuer.suite().id())
                        .put("publicKey", issuer.publicKey()));
        return json.put("validFrom", agreement.validFrom().toString())
                .put("validUntil", agreement.validUntil().toString())
                .put("retentionDays", agreement.retentionDays());
    }

    private static void add(ObjectNode json, Use use) {
        json.put("kind", use.kind().name().toLowerCase(Locale.ROOT))
                .put("program", use.program().hex());
        ArrayNode models = json.putArray("models");
        use.models().forEach(model -> models.add(model.hex()));
        json.put("bits", use.bits()).put("consent", use.consent());
        ObjectNode prices = json.putObject("prices");
        new TreeMap<>(use.prices()).forEach(prices::put);
    }

    /** The agreement that these are the canonical bytes of. */
    public static Agreement decode(byte[] document) throws BadAgreement {
        Agreement agreement = read(document);
        if (!Arrays.equals(encode(agreement), document)) {
            throw new BadAgreement("the document is not in canonical form");
        }
        return agreement;
    }

    /** The agreement that JSON of any form describes, all of its fields and no others. */
    public static Agreement read(byte[] text) throws BadAgreement {
        if (text.length > MAX_BYTES) {
            throw new BadAgreement("the document is longer than " + MAX_BYTES + " bytes");
        }
        try {
            return agreement(new Reader(MAPPER.readTree(text), "agreement"));
        } catch (IOException e) {
            throw new BadAgreement("the document is not JSON");
        }
    }

    /** The JSON of a value object, of which every field is looked at and no other is there. */
    private static final class Reader {
        private final JsonNode json;
        private final String where;
        private final Set<String> seen = new HashSet<>();

        Reader(JsonNode json, String where) throws BadAgreement {
            this.json = json;
            this.where = where;
            if (json == null || !json.isObject()) {
                throw new BadAgreement(where + " is no object");
            }
        }

        private JsonNode field(String name) throws BadAgreement {
            seen.add(name);
            JsonNode field = json.get(name);
            if (field == null) {
                throw new BadAgreement(where + " has no \"" + name + "\"");
            }
            return field;
        }

        String text(String name, Pattern pattern) throws BadAgreement {
            JsonNode field = field(name);
            if (!field.isTextual() || !pattern.matcher(field.textValue()).matches()) {
                throw new BadAgreement(where + "." + name + " is not of the form " + pattern);
            }
            return field.textValue();
        }

        Optional<Hash> optionalHash(String name) throws BadAgreement {
            JsonNode field = field(name);
            return field.isTextual() && field.textValue().isEmpty() ? Optional.empty() : Optional.of(hash(name));
        }

        Hash hash(String name) throws BadAgreement {
            return Hash.parse(text(name, HASH));
        }

        long number(String name, long least, long most) throws BadAgreement {
            JsonNode field = field(name);
            if (!field.isIntegralNumber()
                    || !field.canConvertToLong()
                    || field.longValue() < least
                    || field.longValue() > most) {
                throw new BadAgreement(where + "." + name + " is no whole number from " + least + " to " + most);
            }
            return field.longValue();
        }

        boolean flag(String name) throws BadAgreement {
            JsonNode field = field(name);
            if (!field.isBoolean()) {
                throw new BadAgreement(where + "." + name + " is neither true nor false");
            }
            return field.booleanValue();
        }

        Instant time(String name) throws BadAgreement {
            try {
                return Instant.parse(text(name, TEXT));
            } catch (DateTimeException e) {
                throw new BadAgreement(where + "." + name + " is no time such as 2026-11-01T00:00:00Z");
            }
        }

        List<JsonNode> list(String name) throws BadAgreement {
            JsonNode field = field(name);
            if (!field.isArray() || field.size() > MAX_LIST) {
                throw new BadAgreement(where + "." + name + " is no list of at most " + MAX_LIST);
            }
            return field.valueStream().toList();
        }

        Reader object(String name) throws BadAgreement {
            return new Reader(field(name), where + "." + name);
        }

        void end() throws BadAgreement {
            for (String name : (Iterable<String>) json::fieldNames) {
                if (!seen.contains(name)) {
                    throw new BadAgreement(where + " has a field \"" + name + "\" that agreements do not know");
                }
            }
        }
    }

    /** How an item of a list is read. */
    private interface Item<T> {
        T read(Reader reader) throws BadAgreement;
    }

    private static <T> List<T> all(Reader in, String name, Item<T> item) throws BadAgreement {
        List<T> items = new ArrayList<>();
        for (JsonNode each : in.list(name)) {
            Reader reader = new Reader(each, name + "[" + items.size() + "]");
            items.add(item.read(reader));
            reader.end();
        }
        return items;
    }

    private static Agreement agreement(Reader in) throws BadAgreement {
        in.number("format", FORMAT, FORMAT);
        Reader limits = in.object("limits");
        Agreement agreement = new Agreement(
                in.text("id", ID),
                (int) in.number("revision", 1, Integer.MAX_VALUE),
                in.optionalHash("previous"),
                in.text("group", TEXT),
                in.text("title", TEXT),
                in.text("requester", TEXT),
                all(in, "purposes", each -> new Purpose(each.text("name", TEXT), each.flag("publicInterest"))),
                all(in, "uses", AgreementFormat::use),
                all(in, "columns", AgreementFormat::column),
                in.text("currency", CURRENCY),
                in.text("floor", TEXT),
                new Limits(
                        (int) limits.number("bitsPerSubject", 0, 1 << 20),
                        (int) limits.number("windowDays", 1, MAX_DAYS),
                        limits.number("usesPerDay", 0, MAX_USES),
                        (int) limits.number("minimumGroup", 1, Integer.MAX_VALUE),
                        (int) limits.number("minimumWeights", 0, MAX_LIST),
                        (int) limits.number("bandBits", 0, Long.SIZE)),
                all(in, "issuers", AgreementFormat::issuer),
                in.time("validFrom"),
                in.time("validUntil"),
                (int) in.number("retentionDays", 0, MAX_DAYS));
        limits.end();
        in.end();
        check(agreement);
        return agreement;
    }

    private static Use use(Reader in) throws BadAgreement {
        Kind kind = kind(in.text("kind", TEXT));
        Hash program = in.hash("program");
        List<Hash> models = new ArrayList<>();
        for (JsonNode model : in.list("models")) {
            if (!model.isTextual() || !HASH.matcher(model.textValue()).matches()) {
                throw new BadAgreement("a model of a use is no digest of 64 hexadecimal digits");
            }
            models.add(Hash.parse(model.textValue()));
        }
        int bits = (int) in.number("bits", 0, 1 << 16);
        boolean consent = in.flag("consent");
        Reader priced = in.object("prices");
        Map<String, Long> prices = new TreeMap<>();
        for (String name : (Iterable<String>) priced.json::fieldNames) {
            if (!isAgency(name)) {
                throw new BadAgreement("prices are for agencies, not for " + name);
            }
            prices.put(name, priced.number(name, 0, MAX_PRICE));
        }
        return new Use(kind, program, models, bits, consent, prices);
    }

    private static Kind kind(String name) throws BadAgreement {
        for (Kind kind : Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return kind;
            }
        }
        throw new BadAgreement("a use is of kind score, table, training or evaluation");
    }

    private static boolean isAgency(String name) {
        return Role.of(name).filter(role -> role != Role.BANK).isPresent();
    }

    private static Column column(Reader in) throws BadAgreement {
        String owner = in.text("owner", TEXT);
        if (!isAgency(owner)) {
            throw new BadAgreement("columns are agencies', not those of " + owner);
        }
        long low = in.number("low", Long.MIN_VALUE, Long.MAX_VALUE);
        return new Column(
                owner,
                in.text("name", TEXT),
                in.text("meaning", Pattern.compile("[^\\x00-\\x1f\\x7f]{0,20000}")),
                low,
                in.number("high", low, Long.MAX_VALUE),
                (int) in.number("scale", 0, 62));
    }

    private static Issuer issuer(Reader in) throws BadAgreement {
        String name = in.text("name", TEXT);
        SignatureSuite suite = SignatureSuite.of(in.text("suite", TEXT))
                .orElseThrow(() -> new BadAgreement("an issuer's suite is ed25519 or sm2"));
        return new Issuer(name, suite, in.text("publicKey", KEY));
    }

    private static void check(Agreement agreement) throws BadAgreement {
        require(!agreement.purposes().isEmpty(), "an agreement without a purpose");
        require(!agreement.uses().isEmpty(), "an agreement without a use");
        require(agreement.validFrom().isBefore(agreement.validUntil()), "an agreement that is never valid");
        require(agreement.previous().isPresent() == agreement.revision() > 1, "previous is what a revision follows");
        require(
                Arrays.stream(Profile.values())
                        .anyMatch(profile ->
                                profile != Profile.CLEAR && profile.id().equals(agreement.floor())),
                "a floor that is no security profile");
        Set<String> names = new HashSet<>();
        for (Purpose purpose : agreement.purposes()) {
            require(names.add(purpose.name()), "a purpose that is there twice");
        }
        Set<Hash> programs = new HashSet<>();
        for (Use use : agreement.uses()) {
            require(programs.add(use.program()), "a program that is there twice");
            require(new HashSet<>(use.models()).size() == use.models().size(), "a model that is there twice");
            require(use.kind() == Kind.SCORE || use.models().isEmpty(), "models of a use that scores nothing");
            require(use.kind() == Kind.SCORE || use.bits() == 0, "bits of a use that answers about no subject");
            require(use.kind() != Kind.SCORE || use.bits() > 0, "a score that tells nothing");
            // Nothing would look for them: subjects of trainings and evaluations bring none.
            boolean brings = use.kind() == Kind.SCORE || use.kind() == Kind.TABLE;
            require(brings || !use.consent(), "consent to a use whose subjects bring none");
        }
    }

    private static void require(boolean holds, String otherwise) throws BadAgreement {
        if (!holds) {
            throw new BadAgreement(otherwise);
        }
    }

    /** The text of a document, for people. */
    public static String text(byte[] document) {
        return new String(document, StandardCharsets.UTF_8);
    }
}
