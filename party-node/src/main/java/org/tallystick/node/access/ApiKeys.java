package org.tallystick.node.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.AccessRecords.Change;
import org.tallystick.node.storage.AccessRecords.StoredKey;

/**
 * Keys of systems, each with one role and an end. Labels are given once, so that a label on record is one key. What may
 * be stored although that failed holds here before it is on record, and before another key is changed.
 */
public final class ApiKeys {
    private static final int MOST = 10_000;
    private static final Duration LONGEST = Duration.ofDays(2 * 366L);

    private final AccessRecords records;
    private final InstantSource clock;
    private final AccessChanges changes;
    private final Map<String, StoredKey> byHash = new ConcurrentHashMap<>();
    private final Map<String, StoredKey> byLabel = new ConcurrentHashMap<>();

    ApiKeys(AccessRecords records, InstantSource clock, AccessChanges changes) {
        this.records = records;
        this.clock = clock;
        this.changes = changes;
        records.keys().forEach(this::remember);
    }

    /** What is known of a key. */
    public record Key(
            String label,
            AccessRole role,
            Instant createdAt,
            String createdBy,
            Instant expiresAt,
            Optional<Instant> revokedAt) {}

    /** A new key, whose secret is shown this once. */
    public record NewKey(Key key, String secret) {
        @Override
        public String toString() {
            return "NewKey[" + key + "]";
        }
    }

    /** All keys, by label, the revoked and the expired among them. */
    public List<Key> all() {
        return byLabel.values().stream()
                .map(ApiKeys::view)
                .sorted(Comparator.comparing(Key::label))
                .toList();
    }

    /**
     * Makes a key.
     *
     * @param by who makes it
     * @param role any but that of approvers, who are people
     * @param lifetime at most two years
     */
    public synchronized NewKey add(String by, String label, AccessRole role, Duration lifetime) {
        Names.check("label", label);
        if (role == AccessRole.APPROVER) {
            throw AccessFailure.invalid("a system cannot be an approver", "let a person approve, or give another role");
        }
        if (lifetime.compareTo(Duration.ofMinutes(1)) < 0 || lifetime.compareTo(LONGEST) > 0) {
            throw AccessFailure.invalid("the lifetime is out of range", "choose from one minute to two years");
        }
        changes.settle();
        if (byLabel.containsKey(label)) {
            throw AccessFailure.conflict(
                    "the label \"" + label + "\" is or was another key's", "choose another; labels are given once");
        }
        if (byLabel.size() >= MOST) {
            throw AccessFailure.conflict("there are " + MOST + " keys on record", "ask for a larger bound");
        }
        String secret = Secrets.token(Secrets.KEY);
        Instant now = clock.instant();
        StoredKey key =
                new StoredKey(label, Secrets.hash(secret), role.id(), now, by, now.plus(lifetime), Optional.empty());
        Change said = changes.of("key added", by, label + " as " + role.id());
        store(key, () -> records.add(key, said));
        changes.putOnRecord();
        return new NewKey(view(key), secret);
    }

    /** Lets nobody in with that key any more. */
    public synchronized Key revoke(String by, String label) {
        changes.settle();
        StoredKey key = Optional.ofNullable(byLabel.get(label)).orElseThrow(() -> AccessFailure.unknown("key", label));
        if (key.revokedAt().isPresent()) {
            // An earlier time may have failed at this.
            changes.putOnRecord();
            return view(key);
        }
        StoredKey revoked = new StoredKey(
                key.label(),
                key.hash(),
                key.role(),
                key.createdAt(),
                key.createdBy(),
                key.expiresAt(),
                Optional.of(clock.instant()));
        Change said = changes.of("key revoked", by, label);
        store(revoked, () -> records.change(revoked, said));
        changes.putOnRecord();
        return view(revoked);
    }

    /** Whose key this is, if it holds now. */
    Optional<Caller> caller(String secret) {
        return Optional.ofNullable(byHash.get(Secrets.hash(secret)))
                .filter(key -> key.revokedAt().isEmpty() && clock.instant().isBefore(key.expiresAt()))
                .map(key -> new Caller(
                        new Principal(Principal.KEY + key.label(), Set.of(role(key))),
                        Caller.By.KEY,
                        false,
                        Optional.empty(),
                        Optional.of(key.expiresAt())));
    }

    private void store(StoredKey key, Runnable store) {
        changes.store(
                store, () -> remember(key), () -> records.findKey(key.label()).ifPresent(this::remember));
    }

    private void remember(StoredKey key) {
        byHash.put(key.hash(), key);
        byLabel.put(key.label(), key);
    }

    private static AccessRole role(StoredKey key) {
        return AccessRole.of(key.role()).orElseThrow(() -> new IllegalStateException("a stored role that is none"));
    }

    private static Key view(StoredKey key) {
        return new Key(key.label(), role(key), key.createdAt(), key.createdBy(), key.expiresAt(), key.revokedAt());
    }
}
