package org.tallystick.node.bank;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.models.Compiled;
import org.tallystick.models.InvalidModel;
import org.tallystick.models.Model;
import org.tallystick.models.ModelCompiler;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.server.StoredModels.NamedDocument;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Programs;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.Activations;
import org.tallystick.program.Encoding;
import org.tallystick.program.ModelRejected;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;

/** The bank's models: compiled from their files, activated with the group, found again after a restart. */
public final class ModelRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);

    private final Activations activations;
    private final Map<Hash, NamedDocument> activating = new ConcurrentHashMap<>();
    private final Map<String, ActiveModel> active = new ConcurrentHashMap<>();

    public ModelRegistry(Activations activations) {
        this.activations = activations;
    }

    /** The file of the model that is being activated with this program. */
    public Optional<NamedDocument> activating(Hash program) {
        return Optional.ofNullable(activating.get(program));
    }

    /** Loads the newest activation of every model. */
    public void load() {
        for (Activations.Activation each : activations.all()) {
            if (each.document().isPresent() && !active.containsKey(each.model())) {
                Compiled compiled = compile(each.document().get());
                if (!Arrays.equals(ProgramHash.of(compiled.program()).bytes(), each.program())) {
                    LOG.warn(
                            "model {} compiles to another program than the agencies have approved: activate it again",
                            each.model());
                    continue;
                }
                active.put(
                        each.model(),
                        new ActiveModel(
                                each.model(),
                                compiled,
                                Hash.of(each.program()),
                                Hash.parse(each.id()),
                                each.createdAt()));
            }
        }
    }

    public Optional<ActiveModel> find(String name) {
        return Optional.ofNullable(active.get(name));
    }

    public List<ActiveModel> all() {
        return active.values().stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }

    /**
     * Compiles a model file and activates it with the group.
     *
     * @throws ServiceFailure when the file is no valid model, or its numbers are outside their declared bounds
     */
    public ActiveModel activate(byte[] document, Sessions sessions, Programs programs) {
        Compiled compiled = compile(document);
        String name = compiled.model().name();
        Program program = compiled.program();
        Hash hash = Hash.of(ProgramHash.of(program).bytes());
        programs.offered(hash, program);
        if (activating.putIfAbsent(hash, new NamedDocument(name, document)) != null) {
            throw new ServiceFailure(Problem.busy());
        }
        try {
            Hash digest = sessions.activate(program, Encoding.encode(program), hash, compiled.storedValues());
            Instant now = Instant.now();
            if (compiled.storedValues().isEmpty()) {
                // Of the others the file is stored with the shares; here there are none.
                activations.replace(
                        new Activations.Activation(digest.hex(), hash.bytes(), name, now, Optional.of(document)));
            }
            ActiveModel model = new ActiveModel(name, compiled, hash, digest, now);
            active.put(name, model);
            return model;
        } catch (ModelRejected e) {
            throw new ServiceFailure(Problem.modelRejected(e.getMessage()), e);
        } finally {
            activating.remove(hash);
        }
    }

    /** The hash of a model file's program, which agencies approve. */
    public Hash program(byte[] document) {
        return Hash.of(ProgramHash.of(compile(document).program()).bytes());
    }

    private static Compiled compile(byte[] document) {
        try {
            return ModelCompiler.compile(Model.parse(new String(document, StandardCharsets.UTF_8)));
        } catch (InvalidModel e) {
            throw new ServiceFailure(Problem.modelRejected(e.getMessage()), e);
        }
    }
}
