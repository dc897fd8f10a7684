package org.tallystick.node.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.tallystick.program.ModelFacts;

/**
 * Activated models with this node's shares of their private numbers, and the commitments that hold everyone to them.
 */
public final class Activations {
    private final StateDatabase database;

    public Activations(StateDatabase database) {
        this.database = database;
    }

    /** @param document the model file, at the bank alone */
    public record Activation(String id, byte[] program, String model, Instant createdAt, Optional<byte[]> document) {}

    /**
     * One share vector this node holds: number {@code index} of the shares of the stored value {@code name}. Its
     * {@code toString} shows neither vector nor salt.
     */
    public record StoredShare(String name, int index, byte[] vector, byte[] salt, byte[] commitment) {
        @Override
        public String toString() {
            return "StoredShare[" + name + ", " + index + "]";
        }
    }

    /** One holder's signature of the commitment to a share vector. */
    public record ShareSignature(String name, int index, int party, byte[] commitment, byte[] signature) {}

    /**
     * Keeps an activation with all its shares and signatures, durably: all of it or nothing.
     *
     * @throws StorageFailure also when the id is taken or the program unknown
     */
    public void add(Activation activation, List<StoredShare> shares, List<ShareSignature> signatures) {
        database.transact(connection -> {
            insert(connection, activation);
            insertShares(connection, activation.id(), shares);
            insertSignatures(connection, activation.id(), signatures);
            return shares.size();
        });
        database.sync();
    }

    /**
     * Keeps an activation that has no shares, durably, in place of one with the same id: programs whose numbers are all
     * public are named by their hash, so the same one may come with another model file.
     *
     * @throws StorageFailure also when the program is unknown
     */
    public void replace(Activation activation) {
        database.transact(connection -> {
            Sql.update(connection, "DELETE FROM activation WHERE id = ?", activation.id());
            return insert(connection, activation);
        });
        database.sync();
    }

    private static int insert(Connection connection, Activation activation) throws SQLException {
        return Sql.update(
                connection,
                "INSERT INTO activation (id, program_hash, model, created_at, document) VALUES (?, ?, ?, ?, ?)",
                activation.id(),
                activation.program(),
                activation.model(),
                activation.createdAt(),
                activation.document().orElse(null));
    }

    /** Keeps what was found inside the computation when it was activated. */
    public void found(String activation, ModelFacts facts) {
        database.transact(connection -> Sql.update(
                connection,
                "INSERT INTO activation_fact (activation, weights, band) VALUES (?, ?, ?)",
                activation,
                facts.weights(),
                facts.band()));
        database.sync();
    }

    /** What was found; empty when nothing was. */
    public Optional<ModelFacts> facts(String activation) {
        return database.transact(connection -> Sql.first(
                connection,
                "SELECT weights, band FROM activation_fact WHERE activation = ?",
                row -> new ModelFacts(row.getInt("weights"), row.getLong("band")),
                activation));
    }

    /** Drops an activation with its shares; false when there is none. */
    public boolean remove(String id) {
        return database.transact(connection -> Sql.update(connection, "DELETE FROM activation WHERE id = ?", id) == 1);
    }

    public Optional<Activation> find(String id) {
        return database.transact(connection ->
                Sql.first(connection, "SELECT * FROM activation WHERE id = ?", Activations::activation, id));
    }

    /** The newest activation of a model. */
    public Optional<Activation> latest(String model) {
        return database.transact(connection -> Sql.first(
                connection,
                "SELECT * FROM activation WHERE model = ? ORDER BY created_at DESC, id LIMIT 1",
                Activations::activation,
                model));
    }

    /** All activations, the newest first. */
    public List<Activation> all() {
        return database.transact(connection ->
                Sql.all(connection, "SELECT * FROM activation ORDER BY created_at DESC, id", Activations::activation));
    }

    /** This node's shares of an activation, by name and then index. */
    public List<StoredShare> shares(String activation) {
        return database.transact(connection -> Sql.all(
                connection,
                "SELECT * FROM stored_share WHERE activation = ? ORDER BY name, share_index",
                row -> new StoredShare(
                        row.getString("name"),
                        row.getInt("share_index"),
                        row.getBytes("vector"),
                        row.getBytes("salt"),
                        row.getBytes("commitment")),
                activation));
    }

    /** All signatures of an activation's commitments, by name, index and party. */
    public List<ShareSignature> signatures(String activation) {
        return database.transact(connection -> Sql.all(
                connection,
                "SELECT * FROM share_signature WHERE activation = ? ORDER BY name, share_index, party",
                row -> new ShareSignature(
                        row.getString("name"),
                        row.getInt("share_index"),
                        row.getInt("party"),
                        row.getBytes("commitment"),
                        row.getBytes("signature")),
                activation));
    }

    private static void insertShares(Connection connection, String activation, List<StoredShare> shares)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO stored_share (activation, name, share_index, vector, salt, commitment)"
                        + " VALUES (?, ?, ?, ?, ?, ?)")) {
            for (StoredShare share : shares) {
                Sql.bind(
                        insert,
                        activation,
                        share.name(),
                        share.index(),
                        share.vector(),
                        share.salt(),
                        share.commitment());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void insertSignatures(Connection connection, String activation, List<ShareSignature> signatures)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO share_signature (activation, name, share_index, party, commitment, signature)"
                        + " VALUES (?, ?, ?, ?, ?, ?)")) {
            for (ShareSignature signature : signatures) {
                Sql.bind(
                        insert,
                        activation,
                        signature.name(),
                        signature.index(),
                        signature.party(),
                        signature.commitment(),
                        signature.signature());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static Activation activation(ResultSet row) throws SQLException {
        return new Activation(
                row.getString("id"),
                row.getBytes("program_hash"),
                row.getString("model"),
                Sql.instant(row, "created_at"),
                Optional.ofNullable(row.getBytes("document")));
    }
}
