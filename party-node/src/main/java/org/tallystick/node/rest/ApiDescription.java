package org.tallystick.node.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The description of the interface, {@code openapi.yaml}: the one place that says what a request may hold. Requests are
 * checked against its schemas.
 */
final class ApiDescription {
    private static final String ADDRESS = "https://tallystick.org/openapi.json";
    private static final int MAX_FINDINGS = 5;
    private static final List<String> CHECKED = List.of("ScoreOne", "ScoreRows", "Approve", "SubjectAsked");

    private final String text;
    private final JsonNode tree;
    private final SchemaRegistry registry;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private ApiDescription(String text, JsonNode tree) {
        this.text = text;
        this.tree = tree;
        // The registry reads the whole description as if it were a schema, for the references in it.
        Dialect dialect = Dialect.builder(Dialects.getOpenApi31())
                .keywords(tree.propertyStream()
                        .map(Map.Entry::getKey)
                        .map(NonValidationKeyword::new)
                        .toList())
                .build();
        this.registry =
                SchemaRegistry.withDialect(dialect, builder -> builder.schemas(Map.of(ADDRESS, tree.toString())));
    }

    /** The description that this version comes with. */
    static ApiDescription load() {
        try (InputStream stream = ApiDescription.class.getResourceAsStream("openapi.yaml")) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            ApiDescription api = new ApiDescription(text, new YAMLMapper().readTree(text));
            // Schemas are compiled when first used: not in somebody's request.
            for (String component : CHECKED) {
                api.schema("/components/schemas/" + component).validate(Json.object());
            }
            return api;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As published. */
    String text() {
        return text;
    }

    JsonNode tree() {
        return tree;
    }

    /** The schema at a JSON pointer into the description, such as {@code /components/schemas/Job}. */
    Schema schema(String pointer) {
        return schemas.computeIfAbsent(pointer, at -> registry.getSchema(SchemaLocation.of(ADDRESS + "#" + pointer)));
    }

    /**
     * The document, when it follows the component; {@code invalid_request} with each finding and its place otherwise.
     */
    JsonNode checked(String component, JsonNode document) {
        List<Error> errors = schema("/components/schemas/" + component).validate(document);
        if (errors.isEmpty()) {
            return document;
        }
        String findings =
                errors.stream().limit(MAX_FINDINGS).map(ApiDescription::finding).collect(Collectors.joining("; "));
        String more = errors.size() > MAX_FINDINGS ? "; and " + (errors.size() - MAX_FINDINGS) + " more" : "";
        throw new ServiceFailure(Problem.of(
                Problem.Code.INVALID_REQUEST, findings + more, "correct the body; GET /openapi.yaml describes it"));
    }

    private static String finding(Error error) {
        String path = error.getInstanceLocation().toString();
        return "at " + (path.isEmpty() ? "/" : Json.shortened(path)) + ": " + Json.shortened(error.getMessage());
    }
}
