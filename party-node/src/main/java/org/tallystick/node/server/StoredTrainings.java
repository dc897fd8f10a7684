package org.tallystick.node.server;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.TrainingStore;
import org.tallystick.node.storage.SealedFolder;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.KeptEncoders;
import org.tallystick.training.Prepared;
import org.tallystick.training.PreparedFormat;
import org.tallystick.training.TrainingPlan;

/**
 * What this node keeps for trainings, in sealed files. Encoders stay until the folder goes: models that name them may
 * be scored with at any time.
 */
public final class StoredTrainings implements TrainingStore, KeptEncoders {
    /** How long the checkpoints of a training stay that makes no step. */
    public static final Duration MOST_REST = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(StoredTrainings.class);
    private static final String ENCODERS = "encoders";
    private static final int SALT = 32;

    private final SealedFolder checkpoints;
    private final SealedFolder encoders;
    private final SecureRandom random = new SecureRandom();

    public StoredTrainings(SealedFolder checkpoints, SealedFolder encoders) {
        this.checkpoints = checkpoints;
        this.encoders = encoders;
    }

    @Override
    public void put(Hash training, String name, Content content) {
        checkpoints.put(training.hex(), name, content::writeTo);
    }

    @Override
    public <T> Optional<T> get(Hash training, String name, Reader<T> reader) {
        return checkpoints.get(training.hex(), name, reader::readFrom);
    }

    @Override
    public List<String> names(Hash training) {
        return checkpoints.names(training.hex());
    }

    @Override
    public List<Hash> trainings() {
        return checkpoints.sets().stream().map(Hash::parse).toList();
    }

    @Override
    public void remove(Hash training, String name) {
        checkpoints.remove(training.hex(), name);
    }

    @Override
    public void clear(Hash training) {
        checkpoints.removeSet(training.hex());
    }

    @Override
    public void clearAll() {
        checkpoints.sets().forEach(checkpoints::removeSet);
    }

    /**
     * Drops the checkpoints of trainings that have made no step since: of a bank that is gone, nobody says that a
     * training is over. (A training that begins drops those of all others, so there are never those of several.)
     */
    public void dropUntouchedSince(Instant time) {
        for (String training : checkpoints.sets()) {
            if (checkpoints.changed(training).filter(time::isAfter).isPresent()) {
                LOG.info("dropping the checkpoints of training {}, untouched since {}", training, time);
                checkpoints.removeSet(training);
            }
        }
    }

    @Override
    public Hash keep(Hash plan, TrainingPlan.Column column, Prepared prepared) {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        byte[] described = PreparedFormat.encode(List.of(prepared));
        // Salted: evidence of few rows could be guessed from a bare hash.
        Hash name = Hash.over("tallystick/encoder/1", salt, plan.bytes(), described);
        encoders.put(ENCODERS, name.hex(), out -> {
            out.write(plan.bytes());
            out.write(salt);
            out.writeInt(described.length);
            out.write(described);
        });
        return name;
    }

    @Override
    public Optional<Prepared> kept(Hash name, String column) {
        return encoders.get(ENCODERS, name.hex(), in -> {
                    byte[] plan = in.readNBytes(Hash.BYTES);
                    byte[] salt = in.readNBytes(SALT);
                    byte[] described = in.readNBytes(in.readInt());
                    boolean same = Hash.over("tallystick/encoder/1", salt, plan, described)
                            .equals(name);
                    return same ? PreparedFormat.decode(described, 1) : List.<Prepared>of();
                })
                .filter(found -> !found.isEmpty())
                .map(List::getFirst)
                .filter(found -> found.source().column().equals(column));
    }

    @Override
    public Optional<Kept> find(ColumnRule.Kept rule) {
        return kept(Hash.parse(rule.name()), rule.column()).map(prepared -> prepared::number);
    }
}
