package org.tallystick.node.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tallystick.models.Business;
import org.tallystick.models.Dataset;
import org.tallystick.models.DatasetReader;
import org.tallystick.models.IdKind;
import org.tallystick.models.InvalidModel;
import org.tallystick.models.Model;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.NodeFailure;

/**
 * What a demonstration scores.
 *
 * @param columns by role, the columns of its table
 * @param model the model file's text
 * @param agreements whether its columns hold enough that nodes would sign an agreement about it
 */
record DemoData(
        String name,
        List<Business> businesses,
        Map<String, List<String>> columns,
        String model,
        boolean creditCodes,
        boolean agreements) {
    private static final long SEED = 20_261_121;
    private static final List<String> SHIPPED = List.of("sba-three");

    /** Made-up businesses and the model that ships for them. */
    static DemoData synthetic(int count) {
        return new DemoData(
                count + " made-up businesses",
                SyntheticBusinesses.generate(count, SEED),
                SyntheticBusinesses.COLUMNS,
                resource("samples/small-business.json"),
                true,
                true);
    }

    /**
     * Real data.
     *
     * @param dataset the file that describes it; when absent, the one in the folder, or the shipped one whose CSV file
     *     is in the folder
     */
    static DemoData real(Path folder, Optional<Path> dataset) {
        try {
            if (dataset.isPresent()) {
                return described(Dataset.read(dataset.get()), folder, Optional.empty());
            }
            Optional<Path> own = descriptionIn(folder);
            if (own.isPresent()) {
                return described(Dataset.read(own.get()), folder, Optional.empty());
            }
            for (String name : SHIPPED) {
                Optional<DemoData> data = shipped(name, folder);
                if (data.isPresent()) {
                    return data.get();
                }
            }
        } catch (InvalidModel e) {
            throw new NodeFailure(e.getMessage(), "correct the file; docs/datasets.md describes the format", e);
        } catch (IOException e) {
            throw new NodeFailure("the folder " + folder + " cannot be read", "name a folder with a data set", e);
        }
        throw new NodeFailure(
                "no data-set file describes what is in " + folder,
                "name one with --dataset FILE.yaml; docs/datasets.md describes the format");
    }

    private static Optional<Path> descriptionIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .findFirst();
        }
    }

    private static Optional<DemoData> shipped(String name, Path folder) throws IOException {
        Path temporary = Files.createTempDirectory("tallystick-dataset");
        try {
            Path file = Files.createDirectories(temporary.resolve("datasets")).resolve(name + ".yaml");
            Files.writeString(file, resource("datasets/" + name + ".yaml"));
            Dataset dataset = Dataset.read(file);
            if (!Files.exists(folder.resolve(dataset.file()))) {
                return Optional.empty();
            }
            return Optional.of(described(dataset, folder, Optional.of(resource("samples/" + name + ".json"))));
        } finally {
            Consortium.delete(temporary);
        }
    }

    private static DemoData described(Dataset dataset, Path folder, Optional<String> model) throws IOException {
        String text = model.isPresent()
                ? model.get()
                : Files.readString(
                        dataset.model()
                                .orElseThrow(() -> new NodeFailure(
                                        "the data set " + dataset.name() + " names no model",
                                        "add 'model' to the data-set file, or learn one with tally train")),
                        StandardCharsets.UTF_8);
        List<Business> businesses = DatasetReader.read(dataset, folder);
        if (businesses.isEmpty()) {
            throw new NodeFailure("the data set " + dataset.name() + " selects no rows", "correct its rows");
        }
        return new DemoData(
                businesses.size() + " businesses of " + dataset.name(),
                businesses,
                dataset.columnNames(),
                text,
                dataset.id().kind() == IdKind.CREDIT_CODE,
                false);
    }

    private static String resource(String name) {
        try (InputStream stream = Model.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is not shipped");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
