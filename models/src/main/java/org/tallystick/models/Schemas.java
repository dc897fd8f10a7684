package org.tallystick.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Reads a JSON or YAML file and checks it against a published schema. */
final class Schemas {
    /** Largest file read. */
    private static final long MAX_BYTES = 4L << 20;

    /** Most findings shown of one file. */
    private static final int MAX_FINDINGS = 5;

    private Schemas() {}

    /**
     * The file's tree, valid by the schema of this package's resource {@code schema}.
     *
     * @throws InvalidModel if it cannot be read, parsed, or is not valid: each finding with its path in the file
     */
    static JsonNode read(Path file, ObjectMapper mapper, String schema) {
        return validated(file.toString(), text(file), mapper, schema);
    }

    /** As {@link #read}, from text; {@code where} names it in messages. */
    static JsonNode validated(String where, String text, ObjectMapper mapper, String schema) {
        JsonNode tree;
        try {
            tree = mapper.reader()
                    .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .readTree(text);
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null
                    ? ""
                    : " line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new InvalidModel(where + line + ": " + e.getOriginalMessage());
        }
        if (tree.isMissingNode()) {
            throw new InvalidModel(where + ": the file is empty");
        }
        List<Error> errors = schema(schema).validate(tree);
        if (!errors.isEmpty()) {
            throw new InvalidModel(where + " does not follow " + schema + ": "
                    + errors.stream().limit(MAX_FINDINGS).map(Schemas::finding).collect(Collectors.joining("; "))
                    + (errors.size() > MAX_FINDINGS ? "; and " + (errors.size() - MAX_FINDINGS) + " more" : ""));
        }
        return tree;
    }

    private static String finding(Error error) {
        String path = error.getInstanceLocation().toString();
        String advice = switch (error.getKeyword()) {
            case "required" -> " (add it)";
            case "unevaluatedProperties", "additionalProperties" ->
                " (remove it, or check its spelling and the kind it belongs to)";
            case "const", "enum" -> " (write one of these)";
            case "type" -> " (change the value's type)";
            default -> "";
        };
        return "at " + (path.isEmpty() ? "/" : path) + ": " + error.getMessage() + advice;
    }

    private static Schema schema(String resource) {
        try (InputStream stream = Schemas.class.getResourceAsStream(resource)) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(stream, InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new InvalidModel(file + ": larger than " + MAX_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new InvalidModel(file + ": no such file");
        } catch (IOException e) {
            throw new InvalidModel(file + ": cannot be read: " + e.getMessage());
        }
    }
}
