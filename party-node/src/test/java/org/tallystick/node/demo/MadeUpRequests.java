package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Requests made by chance from the description of the interface: each follows its operation's parameters and schemas,
 * but for a part of its values, which are something else. The same seed makes the same requests.
 */
final class MadeUpRequests {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEEPEST = 6;
    private static final double WRONG = .12;
    private static final List<String> METHODS = List.of("get", "post", "delete");
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "x",
            "loan application",
            "2026-11",
            "2026-13-99",
            "sme",
            "\u0000",
            "\ud83d\ude00\u202e企业",
            "../../etc/passwd",
            "' OR 1=1 --",
            "%00%ff",
            "${jndi:x}",
            "00".repeat(32),
            "f".repeat(64),
            "ff".repeat(16),
            "9".repeat(30),
            "-0",
            "1e400",
            "tc1." + "A".repeat(700),
            "z".repeat(3000),
            "2026-11-22T00:00:00Z",
            "+999999999-12-31T23:59:59.999999999Z");

    private final JsonNode api;
    private final List<Operation> operations = new ArrayList<>();
    private final Random random;
    private final String subject;

    /** A request, as it goes out; the body is empty where there is none. */
    record Request(String method, String path, String type, String body) {}

    private record Operation(String method, String path, JsonNode description) {}

    private MadeUpRequests(JsonNode api, long seed, String subject) {
        this.api = api;
        this.random = new Random(seed);
        this.subject = subject;
        for (Map.Entry<String, JsonNode> path : api.get("paths").properties()) {
            for (String method : METHODS) {
                if (path.getValue().has(method)) {
                    operations.add(
                            new Operation(method, path.getKey(), path.getValue().get(method)));
                }
            }
        }
    }

    /** @param subject one that is known, so that some requests are about somebody */
    static MadeUpRequests of(String description, long seed, String subject) {
        try {
            return new MadeUpRequests(new YAMLMapper().readTree(description), seed, subject);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Request next() {
        Operation operation = operations.get(random.nextInt(operations.size()));
        String path = operation.path();
        StringBuilder query = new StringBuilder();
        for (JsonNode each : operation.description().path("parameters")) {
            JsonNode parameter = resolved(each);
            String name = parameter.get("name").asText();
            String value = encoded(text(value(parameter.path("schema"), 0)));
            if (parameter.get("in").asText().equals("path")) {
                path = path.replace("{" + name + "}", value.isEmpty() ? "x" : value);
            } else if (random.nextInt(4) > 0) {
                query.append(query.isEmpty() ? "?" : "&")
                        .append(name)
                        .append('=')
                        .append(value);
            }
        }
        JsonNode content = operation.description().at("/requestBody/content");
        String type =
                content.isEmpty() ? "application/json" : content.fieldNames().next();
        String body = content.isEmpty()
                ? ""
                : text(value(content.properties().iterator().next().getValue().path("schema"), 0));
        return new Request(operation.method().toUpperCase(java.util.Locale.ROOT), path + query, type(type), cut(body));
    }

    private String type(String right) {
        return random.nextDouble() < WRONG / 2
                ? List.of("text/csv", "application/xml", "application/json; charset=utf-16", "x")
                        .get(random.nextInt(4))
                : right;
    }

    private String cut(String body) {
        return random.nextDouble() < WRONG / 2 ? body.substring(0, random.nextInt(body.length() + 1)) : body;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    private JsonNode resolved(JsonNode schema) {
        JsonNode found = schema;
        while (found.has("$ref")) {
            found = api.at(found.get("$ref").asText().substring(1));
        }
        return found;
    }

    private JsonNode value(JsonNode described, int depth) {
        JsonNode schema = resolved(described);
        if (random.nextDouble() < WRONG) {
            return anything(depth);
        }
        if (schema.has("oneOf") && !schema.has("properties")) {
            JsonNode ways = schema.get("oneOf");
            return value(ways.get(random.nextInt(ways.size())), depth);
        }
        if (schema.has("enum")) {
            return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
        }
        return switch (schema.path("type").asText("object")) {
            case "string" -> string(schema);
            case "integer", "number" -> JSON.numberNode(number(schema));
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "array" -> array(schema, depth);
            default -> object(schema, depth);
        };
    }

    private JsonNode string(JsonNode schema) {
        if (random.nextInt(4) == 0) {
            return JSON.textNode(subject);
        }
        String pattern = schema.path("pattern").asText("");
        if (pattern.contains("{64}")) {
            return JSON.textNode("%064x".formatted(new BigInteger(8, random)));
        }
        if (pattern.contains("{32}")) {
            return JSON.textNode("%032x".formatted(new BigInteger(8, random)));
        }
        return JSON.textNode(TEXTS.get(random.nextInt(TEXTS.size())));
    }

    private long number(JsonNode schema) {
        long low = schema.path("minimum").asLong(0);
        long high = Math.max(low, schema.path("maximum").asLong(low + 1000));
        return switch (random.nextInt(4)) {
            case 0 -> low;
            case 1 -> high;
            default -> low + (long) (random.nextDouble() * (high - low));
        };
    }

    private JsonNode array(JsonNode schema, int depth) {
        ArrayNode array = JSON.arrayNode();
        int count = depth > DEEPEST ? 0 : random.nextInt(4);
        for (int k = 0; k < count; k++) {
            array.add(value(schema.path("items"), depth + 1));
        }
        return array;
    }

    private JsonNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        if (depth > DEEPEST) {
            return object;
        }
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (required.contains(property.getKey()) ? random.nextInt(40) > 0 : random.nextInt(3) == 0) {
                object.set(property.getKey(), value(property.getValue(), depth + 1));
            }
        }
        if (random.nextInt(30) == 0) {
            object.put("more", 1);
        }
        return object;
    }

    private JsonNode anything(int depth) {
        return switch (random.nextInt(9)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(true);
            case 2 -> JSON.numberNode(random.nextLong());
            case 3 -> JSON.numberNode(-1);
            case 4 -> JSON.numberNode(1e308);
            case 5 -> JSON.numberNode(BigInteger.TEN.pow(200));
            case 6 -> JSON.objectNode().set("x", JSON.arrayNode().add(depth));
            case 7 -> JSON.arrayNode().add(JSON.arrayNode().add(JSON.nullNode()));
            default -> JSON.textNode(TEXTS.get(random.nextInt(TEXTS.size())));
        };
    }
}
