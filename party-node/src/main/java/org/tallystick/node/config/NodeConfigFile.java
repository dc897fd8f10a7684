package org.tallystick.node.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactoryBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tallystick.node.config.NodeConfig.Access;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.Batching;
import org.tallystick.node.config.NodeConfig.Data;
import org.tallystick.node.config.NodeConfig.Database;
import org.tallystick.node.config.NodeConfig.Deadlines;
import org.tallystick.node.config.NodeConfig.Garbled;
import org.tallystick.node.config.NodeConfig.Governance;
import org.tallystick.node.config.NodeConfig.Group;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.config.NodeConfig.Limits;
import org.tallystick.node.config.NodeConfig.Party;
import org.tallystick.node.config.NodeConfig.Policy;
import org.tallystick.node.config.NodeConfig.Rest;
import org.tallystick.node.config.NodeConfig.Tls;
import org.tallystick.node.config.NodeConfig.Use;
import org.tallystick.node.transport.TransportConfig;
import org.tallystick.protocol.Profile;

/** Reads {@code node.yaml} strictly: an unknown, repeated, missing or wrong key is a {@link ConfigFailure}. */
public final class NodeConfigFile {
    /** Its name in a node's folder. */
    public static final String NAME = "node.yaml";

    private static final long MAX_BYTES = 1 << 20;
    private static final Pattern GROUP = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");
    private static final Pattern COLUMN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final Pattern IN_LIST = Pattern.compile("(?i)\\bIN\\s*\\(\\s*\\?\\s*\\)");
    private static final int LEAST_FRAME = TransportConfig.Limits.LEAST_FRAME;
    private static final int MOST_FRAME = 64 << 20;
    private static final int DEFAULT_FRAME = TransportConfig.Limits.DEFAULT.frame();
    private static final String EXAMPLE_ADDRESS = "127.0.0.1:7000";

    private NodeConfigFile() {}

    /**
     * Reads a configuration.
     *
     * @param at the file, or the folder it is in
     */
    public static NodeConfig read(Path at) {
        Path file = Files.isDirectory(at) ? at.resolve(NAME) : at;
        return node(new Section(file, "", tree(file)));
    }

    private static ObjectNode tree(Path file) {
        YAMLFactoryBuilder yaml = YAMLFactory.builder();
        ObjectMapper mapper = new ObjectMapper(
                yaml.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigFailure(file, "", "is larger than 1 MiB", "name a node's " + NAME);
            }
            JsonNode tree = mapper.readTree(Files.readAllBytes(file));
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new ConfigFailure(file, "", "is no mapping of keys", "write it as tally init does");
        } catch (NoSuchFileException e) {
            throw new ConfigFailure(
                    file, "", "does not exist", "name a node's folder; tally init makes a group's folders");
        } catch (JsonProcessingException e) {
            JsonLocation where = e.getLocation();
            String line = where == null ? "" : "line " + where.getLineNr() + ", column " + where.getColumnNr() + ": ";
            String problem = e.getOriginalMessage().lines().findFirst().orElse("not YAML");
            throw new ConfigFailure(file, "", line + problem, "correct the YAML there");
        } catch (IOException e) {
            throw new ConfigFailure(file, "", "cannot be read (" + e.getMessage() + ")", "let this user read it");
        }
    }

    private static NodeConfig node(Section top) {
        Section group = top.section("group", "{id: demo, name: Demonstration}");
        Role role = role(top, "role");
        List<Party> parties = PartyList.of(top);
        Optional<Section> state =
                top.isMapping("state") ? Optional.of(top.section("state", "{folder: state}")) : Optional.empty();
        NodeConfig config = new NodeConfig(
                file(top),
                new Group(group(group), group.text("name", "Demonstration")),
                role,
                parties,
                top.address("listen", EXAMPLE_ADDRESS),
                tls(top),
                top.path("signingKey", "keys/signing.pem"),
                top.has("agreementKey")
                        ? Optional.of(top.path("agreementKey", "keys/agreement.sm2"))
                        : Optional.empty(),
                rest(top),
                access(top),
                state.map(section -> section.path("folder", "state")).orElseGet(() -> top.path("state", "state")),
                state.flatMap(NodeConfigFile::database),
                data(top),
                policy(top),
                governance(top),
                limits(top),
                batching(top),
                garbled(top),
                deadlines(top),
                top.flag("tracing", false));
        group.finish();
        state.ifPresent(Section::finish);
        top.finish();
        if (config.agreementKey().isPresent() != config.own().agreementKey().isPresent()) {
            throw top.failure(
                    "agreementKey",
                    "and the agreementKey of " + role.id() + " among the parties go together, and one is missing",
                    "name the file here and its public key there, or neither");
        }
        if (config.listen().equals(config.rest().listen())) {
            throw top.failure(
                    "rest.listen",
                    config.listen() + " is also where this node listens for its peers",
                    "give REST a port of its own");
        }
        return config;
    }

    private static Path file(Section top) {
        return top.file().toAbsolutePath().normalize();
    }

    private static String group(Section group) {
        return group.text("id", GROUP, "1 to 32 lower-case letters, digits and hyphens", "demo");
    }

    static Role role(Section section, String key) {
        String id = section.text(key, "tax");
        return Role.of(id)
                .orElseThrow(() -> section.failure(
                        key, "\"" + id + "\" is no role", "write one of " + String.join(", ", Role.ids())));
    }

    private static Tls tls(Section top) {
        Section tls = top.section("tls", "{authority: certs/ca.pem, certificate: certs/node.pem, key: keys/node.pem}");
        Tls files = new Tls(
                tls.path("authority", "certs/ca.pem"),
                tls.path("certificate", "certs/node.pem"),
                tls.path("key", "keys/node.pem"));
        tls.finish();
        return files;
    }

    private static Rest rest(Section top) {
        Section rest = top.section("rest", "{listen: 127.0.0.1:8000, tokenHash: keys/rest-token.sha256}");
        Rest value =
                new Rest(rest.address("listen", "127.0.0.1:8000"), rest.path("tokenHash", "keys/rest-token.sha256"));
        rest.finish();
        return value;
    }

    private static Optional<Database> database(Section state) {
        String example =
                "{url: 'jdbc:postgresql://db.example/tally', user: tally, passwordFile: keys/database-password}";
        if (!state.has("database")) {
            return Optional.empty();
        }
        Section database = state.section("database", example);
        String url = database.text("url", "jdbc:postgresql://db.example/tally");
        if (!url.startsWith("jdbc:postgresql:")) {
            throw database.failure("url", "is no address of PostgreSQL", "write jdbc:postgresql://HOST:PORT/DATABASE");
        }
        if (url.toLowerCase(Locale.ROOT).contains("password=")) {
            throw database.failure("url", "has a password in it", "put it in a file and name that: passwordFile");
        }
        Database value = new Database(
                url, database.text("user", "tally"), database.path("passwordFile", "keys/database-password"));
        database.finish();
        return Optional.of(value);
    }

    private static Access access(Section top) {
        Section access = top.optionalSection("access", "{idle: 30m, session: 12h}");
        Duration least = Duration.ofMinutes(1);
        Access value = new Access(
                access.duration("idle", least, Duration.ofHours(24), Duration.ofMinutes(30)),
                access.duration("session", least, Duration.ofHours(168), Duration.ofHours(12)),
                SsoConfig.read(access));
        access.finish();
        return value;
    }

    private static Data data(Section top) {
        Section data = top.section("data", "{url: ..., query: ..., id: subject}");
        String folder = file(top).getParent().toString();
        String query = data.text("query", "SELECT * FROM business WHERE subject IN (?)");
        if (IN_LIST.matcher(query).results().count() != 1
                || query.chars().filter(c -> c == '?').count() != 1) {
            throw data.failure(
                    "query",
                    "does not have IN (?) exactly once",
                    "write for example query: SELECT * FROM business WHERE subject IN (?)");
        }
        String url = data.text("url", "jdbc:h2:file:${folder}/data/features").replace("${folder}", folder);
        if (!url.startsWith("jdbc:")) {
            throw data.failure(
                    "url", "is no JDBC address", "write for example url: jdbc:h2:file:${folder}/data/features");
        }
        Data value = new Data(
                url,
                data.optionalText("user", "sa").orElse(""),
                data.optionalText("password", "a password").orElse(""),
                query,
                data.text("id", COLUMN, "a column name", "subject"),
                idKind(data));
        data.finish();
        return value;
    }

    private static IdKind idKind(Section data) {
        String kind = data.optionalText("idKind", "credit-code").orElse("credit-code");
        return switch (kind) {
            case "credit-code" -> IdKind.CREDIT_CODE;
            case "text" -> IdKind.TEXT;
            default -> throw data.failure("idKind", "\"" + kind + "\" is not known", "write credit-code or text");
        };
    }

    private static Policy policy(Section top) {
        Section policy = top.optionalSection("policy", "{floor: rep4}");
        String floor = policy.optionalText("floor", "rep4").orElse(Profile.REP4.id());
        Profile profile = Arrays.stream(Profile.values())
                .filter(p -> p != Profile.CLEAR && p.id().equals(floor))
                .findFirst()
                .orElseThrow(() -> policy.failure(
                        "floor", "\"" + floor + "\" is no profile of a node", "write one of " + profiles()));
        String approve = policy.optionalText("approve", "listed").orElse("listed");
        Approval approval = switch (approve) {
            case "listed" -> Approval.LISTED;
            case "all" -> Approval.ALL;
            default ->
                throw policy.failure(
                        "approve",
                        "\"" + approve + "\" is not known",
                        "write listed; all lets peers run any program and is for demonstrations");
        };
        Policy value = new Policy(
                profile,
                policy.integer("maxRows", 1, 1 << 20, 16_384),
                policy.integer("tableRows", 0, Integer.MAX_VALUE, 0),
                policy.integer("stock", 0, 1 << 20, 1024),
                approval);
        policy.finish();
        return value;
    }

    private static String profiles() {
        return Arrays.stream(Profile.values())
                .filter(profile -> profile != Profile.CLEAR)
                .map(Profile::id)
                .collect(Collectors.joining(", "));
    }

    private static Limits limits(Section top) {
        Section limits = top.optionalSection("limits", "{sessions: 64}");
        Limits value = new Limits(
                limits.integer("frameBytes", LEAST_FRAME, MOST_FRAME, DEFAULT_FRAME),
                limits.integer("bodyBytes", 1 << 10, 1 << 29, 32 << 20),
                limits.integer("jobRows", 1, 100_000_000, 1_000_000),
                limits.integer("sessions", 1, 100_000, 64),
                limits.integer("stockBytes", 1 << 20, Integer.MAX_VALUE, 64 << 20),
                limits.integer("ratePrincipal", 1, 1_000_000, 10_000),
                limits.integer("rateAddress", 1, 1_000_000, 100));
        limits.finish();
        return value;
    }

    private static Batching batching(Section top) {
        Section batching = top.optionalSection("batching", "{window: 2ms}");
        Batching value = new Batching(
                batching.duration("window", Duration.ZERO, Duration.ofSeconds(10), Duration.ofMillis(2)),
                batching.integer("maxRows", 1, 16_384, 4096),
                batching.integer("maxRuns", 1, 64, 4),
                batching.integer("jobChunk", 1, 16_384, 8192));
        batching.finish();
        return value;
    }

    private static Governance governance(Section top) {
        Section governance = top.optionalSection("governance", "{agreements: required}");
        String text = governance.optionalText("agreements", "required").orElse("required");
        boolean required = switch (text) {
            case "required" -> true;
            case "none" -> false;
            default ->
                throw governance.failure(
                        "agreements",
                        "\"" + text + "\" is not known",
                        "write required; none lets a bank use approved programs without an agreement");
        };
        Section priced = governance.optionalSection("prices", "{score: 100}");
        Map<String, Long> prices = new HashMap<>();
        for (String kind : List.of("score", "table", "training", "evaluation")) {
            if (priced.has(kind)) {
                prices.put(kind, (long) priced.integer(kind, 0, Integer.MAX_VALUE, 0));
            }
        }
        priced.finish();
        Governance value = new Governance(
                required,
                governance.integer("windowDays", 1, 3660, 90),
                governance.integer("fewestSubjects", 1, Integer.MAX_VALUE, 100),
                prices);
        governance.finish();
        return value;
    }

    private static Garbled garbled(Section top) {
        Section garbled = top.optionalSection("garbled", "{use: auto}");
        String text = garbled.optionalText("use", "auto").orElse("auto");
        Use use = switch (text) {
            case "auto" -> Use.AUTO;
            case "always" -> Use.ALWAYS;
            case "never" -> Use.NEVER;
            default -> throw garbled.failure("use", "\"" + text + "\" is not known", "write auto, always or never");
        };
        Garbled value =
                new Garbled(use, garbled.integer("low", 1, 1 << 20, 64), garbled.integer("full", 1, 1 << 20, 192));
        if (value.low() > value.full()) {
            throw garbled.failure("low", value.low() + " is more than full", "write a low mark below the full one");
        }
        garbled.finish();
        return value;
    }

    private static Deadlines deadlines(Section top) {
        Duration low = Duration.ofMillis(10);
        Duration high = Duration.ofHours(1);
        Duration connect = Duration.ofSeconds(10);
        Duration reconnect = Duration.ofSeconds(10);
        Duration accept = Duration.ofSeconds(20);
        Duration receive = Duration.ofSeconds(20);
        Duration request = Duration.ofSeconds(60);
        Section deadlines = top.optionalSection("deadlines", "{request: 60s}");
        Deadlines value = new Deadlines(
                deadlines.duration("connect", Duration.ofMillis(100), Duration.ofMinutes(10), connect),
                deadlines.duration("reconnect", Duration.ofMillis(100), Duration.ofMinutes(10), reconnect),
                deadlines.duration("accept", low, high, accept),
                deadlines.duration("receive", low, high, receive),
                deadlines.duration("request", low, high, request));
        deadlines.finish();
        return value;
    }
}
