package org.tallystick.node.session;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.tallystick.training.Prepared;
import org.tallystick.training.TrainingPlan;

/** What a node keeps for trainings, in memory. */
final class MemoryTrainings implements TrainingStore {
    final Map<Hash, Map<String, byte[]>> contents = new ConcurrentHashMap<>();
    final Map<Hash, Prepared> encoders = new ConcurrentHashMap<>();
    private final Runnable requireSpace;

    /** Told of each name before it is put. */
    volatile Consumer<String> putting = name -> {};

    MemoryTrainings(Runnable requireSpace) {
        this.requireSpace = requireSpace;
    }

    @Override
    public void put(Hash training, String name, Content content) {
        putting.accept(name);
        requireSpace.run();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        of(training).put(name, bytes.toByteArray());
    }

    private Map<String, byte[]> of(Hash training) {
        return contents.computeIfAbsent(training, fresh -> new TreeMap<>());
    }

    @Override
    public <T> Optional<T> get(Hash training, String name, Reader<T> reader) {
        byte[] bytes = of(training).get(name);
        if (bytes == null) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return Optional.of(reader.readFrom(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> names(Hash training) {
        return List.copyOf(of(training).keySet());
    }

    @Override
    public List<Hash> trainings() {
        return List.copyOf(contents.keySet());
    }

    @Override
    public void remove(Hash training, String name) {
        of(training).remove(name);
    }

    @Override
    public void clear(Hash training) {
        contents.remove(training);
    }

    @Override
    public void clearAll() {
        contents.clear();
    }

    @Override
    public Hash keep(Hash plan, TrainingPlan.Column column, Prepared prepared) {
        Hash name = Hash.over("test", plan.bytes(), new byte[] {(byte) encoders.size()});
        encoders.put(name, prepared);
        return name;
    }

    @Override
    public Optional<Prepared> kept(Hash name, String column) {
        return Optional.ofNullable(encoders.get(name));
    }
}
