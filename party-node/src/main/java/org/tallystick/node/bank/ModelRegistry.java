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
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.server.StoredModels.NamedDocument;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Programs;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.Activations;
import org.tallystick.program.Encoding;
import org.tallystick.program.KeptEncoders;
import org.tallystick.program.ModelRejected;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;

/** The bank's models: compiled from their files, activated with the group, found again after a restart. */
public final class ModelRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);

    private final Activations activations;
    private final KnownPrograms programs;
    private final KeptEncoders kept;
    private final Map<Hash, NamedDocument> activating = new ConcurrentHashMap<>();
    private final Map<String, ActiveModel> active = new ConcurrentHashMap<>();

    /** @param kept what this node has made of its own columns and tells nobody */
    public ModelRegistry(Activations activations, KnownPrograms programs, KeptEncoders kept) {
        this.activations = activations;
        this.programs = programs;
        this.kept = kept;
    }

    /** The programs this node has been offered, approved or not. */
    @FunctionalInterface
    public interface KnownPrograms {
        Optional<Program> known(Hash hash);
    }

    /** The file of the model that is being activated with this program. */
    public Optional<NamedDocument> activating(Hash program) {
        return Optional.ofNullable(activating.get(program));
    }

    /** Loads the newest activation of every model. */
    public void load() {
        for (Activations.Activation each : activations.all()) {
            if (each.document().isPresent()
                    && !active.containsKey(each.model())
                    && isTrained(each.document().get())) {
                loadTrained(each);
            } else if (each.document().isPresent() && !active.containsKey(each.model())) {
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
                                new CompiledScoring(compiled),
                                Hash.of(each.program()),
                                Hash.parse(each.id()),
                                each.createdAt()));
            }
        }
    }

    // ---- weights that nobody knows: no model file, but its name in place of one

    private static final byte[] TRAINED = "{\"tallystick\": \"trained/1\"}".getBytes(StandardCharsets.UTF_8);

    private static boolean isTrained(byte[] document) {
        return Arrays.equals(document, TRAINED);
    }

    private void loadTrained(Activations.Activation each) {
        Hash program = Hash.of(each.program());
        Optional<Program> known = programs.known(program);
        if (known.isEmpty()) {
            LOG.warn("the program of model {} is not there any more: train it again", each.model());
            return;
        }
        active.put(each.model(), trained(each.model(), program, known.get(), Hash.parse(each.id()), each.createdAt()));
    }

    private ActiveModel trained(String name, Hash hash, Program program, Hash digest, Instant at) {
        return new ActiveModel(name, new BlindScoring(program, Role.BANK.ordinal(), kept), hash, digest, at);
    }

    /** Shares of trained weights are about to be stored for this program, under this name. */
    public void storing(String name, Hash program) {
        activating.put(program, new NamedDocument(name, TRAINED));
    }

    /** They are stored, or will not be; present when they are. */
    public void stored(String name, Hash hash, Program program, Optional<Hash> digest) {
        activating.remove(hash);
        digest.ifPresent(found -> active.put(name, trained(name, hash, program, found, Instant.now())));
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
            ActiveModel model = new ActiveModel(name, new CompiledScoring(compiled), hash, digest, now);
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
