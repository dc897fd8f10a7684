package org.tallystick.node.access;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.tallystick.node.access.Pauses.Attempts;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.AccessRecords.Change;
import org.tallystick.node.storage.AccessRecords.StoredUser;

/**
 * People who log in with a password. All are in memory; each change is stored, durably, before it is seen. One that may
 * be stored although that failed is seen before it is on record, and before anybody logs in or is changed. A user is
 * disabled, never deleted, so that a name on record is one person for ever. Nobody's log-in waits while a change is put
 * on record.
 */
public final class Users implements AutoCloseable {
    private static final int MOST = 1000;

    private final AccessRecords records;
    private final InstantSource clock;
    private final PasswordHash.Cost cost;
    private final AccessChanges changes;
    private final HashingTurns turns = new HashingTurns();
    private final Pauses pauses = new Pauses();
    private final Map<String, StoredUser> users = new ConcurrentHashMap<>();
    /** What a password is compared with when there is no such user. */
    private final String nobody;

    Users(AccessRecords records, InstantSource clock, PasswordHash.Cost cost, AccessChanges changes) {
        this.records = records;
        this.clock = clock;
        this.cost = cost;
        this.changes = changes;
        records.users().forEach(this::remember);
        this.nobody = "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(cost.kibibytes(), cost.passes(), cost.lanes(), "A".repeat(22), "A".repeat(43));
    }

    /**
     * What is known of a user.
     *
     * @param provisional whether the password was set by somebody else and must be changed at the next log-in
     */
    public record User(
            String name,
            Set<AccessRole> roles,
            boolean enabled,
            boolean provisional,
            Optional<Instant> pausedUntil,
            Instant createdAt,
            String createdBy) {
        public User {
            roles = Set.copyOf(roles);
        }
    }

    /** All users, by name. */
    public List<User> all() {
        return users.values().stream()
                .map(Users::view)
                .sorted(java.util.Comparator.comparing(User::name))
                .toList();
    }

    /** A user who is not disabled. */
    Optional<User> enabled(String name) {
        return Optional.ofNullable(users.get(name)).filter(StoredUser::enabled).map(Users::view);
    }

    /**
     * Adds a user, whose password is to be changed at the first log-in.
     *
     * @param by who adds
     */
    public User add(String by, String name, Set<AccessRole> roles, String password) {
        Names.check("name", name);
        Names.check(roles);
        Names.checkPassword(name, password);
        User added = turn(() -> {
            if (users.containsKey(name)) {
                throw AccessFailure.conflict(
                        "the name \"" + name + "\" is or was another user's", "choose another; names are given once");
            }
            if (users.size() >= MOST) {
                throw AccessFailure.conflict("there are " + MOST + " users already", "use the group's own log-in");
            }
            StoredUser user = new StoredUser(
                    name,
                    AccessRole.text(roles),
                    PasswordHash.of(password, cost),
                    true,
                    true,
                    0,
                    Optional.empty(),
                    clock.instant(),
                    by);
            Change said = changes.of("user added", by, name + " as " + AccessRole.text(roles));
            return store(user, () -> records.add(user, said));
        });
        changes.putOnRecord();
        return added;
    }

    /** Sets the password of somebody who has to change it at the next log-in; ends a pause. */
    User setPassword(String by, String name, String password) {
        Names.checkPassword(name, password);
        User changed = turn(() -> change(
                name,
                user -> copy(user, user.roles(), PasswordHash.of(password, cost), true, true, Attempts.NONE),
                changes.of("password set", by, name)));
        changes.putOnRecord();
        return changed;
    }

    /** Changes one's own password. */
    User changeOwn(String name, String current, String password) {
        Names.checkPassword(name, password);
        if (current.equals(password)) {
            throw AccessFailure.invalid("the new password is the old one", "choose another");
        }
        User changed = turn(() -> {
            verify(name, current);
            return change(
                    name,
                    user -> copy(user, user.roles(), PasswordHash.of(password, cost), false, true, Attempts.NONE),
                    changes.of("password changed", name, name));
        });
        changes.putOnRecord();
        return changed;
    }

    /** Gives a user these roles instead of those before. */
    public User setRoles(String by, String name, Set<AccessRole> roles) {
        Names.check(roles);
        String after = AccessRole.text(roles);
        User changed = turn(() -> change(
                name,
                user -> copy(user, after, user.password(), user.provisional(), true, attempts(user)),
                changes.of("roles set", by, name + " from " + known(name).roles() + " to " + after)));
        changes.putOnRecord();
        return changed;
    }

    /** Lets a user in no more. */
    User disable(String by, String name) {
        User changed = turn(() -> {
            StoredUser before = known(name);
            return store(
                    copy(before, before.roles(), before.password(), before.provisional(), false, attempts(before)),
                    changes.of("user disabled", by, name));
        });
        changes.putOnRecord();
        return changed;
    }

    /** Lets a disabled user in again, with the password of before. */
    public User enable(String by, String name) {
        User changed = turn(() -> {
            StoredUser before = known(name);
            return store(
                    copy(before, before.roles(), before.password(), before.provisional(), true, attempts(before)),
                    changes.of("user enabled", by, name));
        });
        changes.putOnRecord();
        return changed;
    }

    /** The user, when the password is right; {@link AccessFailure} otherwise, after the same work whoever it is. */
    User login(String name, String password) {
        return turn(() -> {
            verify(name, password);
            StoredUser user = known(name);
            if (PasswordHash.costsOther(user.password(), cost)) {
                String again = PasswordHash.of(password, cost);
                return store(copy(user, user.roles(), again, user.provisional(), true, attempts(user)));
            }
            return view(user);
        });
    }

    private void verify(String name, String password) {
        Instant now = clock.instant();
        Optional<StoredUser> user = Optional.ofNullable(users.get(name)).filter(StoredUser::enabled);
        Attempts before = user.map(Users::attempts).orElseGet(() -> pauses.ofStranger(name));
        before.check(now);
        boolean right = PasswordHash.matches(user.map(StoredUser::password).orElse(nobody), password);
        if (user.isPresent() && right) {
            if (before.failures() > 0) {
                store(withAttempts(user.get(), Attempts.NONE));
            }
            return;
        }
        Attempts after = before.wrong(now);
        user.ifPresentOrElse(known -> store(withAttempts(known, after)), () -> pauses.strangerWasWrong(name, after));
        throw new AccessFailure(
                AccessFailure.Kind.WRONG,
                "the name or the password is wrong",
                "check both; an operator can set a new password");
    }

    private User change(String name, UnaryOperator<StoredUser> change, Change said) {
        StoredUser before = known(name);
        if (!before.enabled()) {
            throw AccessFailure.conflict("the user \"" + name + "\" is disabled", "enable the user first");
        }
        return store(change.apply(before), said);
    }

    private User store(StoredUser user, Change said) {
        return store(user, () -> records.change(user, said));
    }

    /** What is no event. */
    private User store(StoredUser user) {
        return store(user, () -> records.change(user));
    }

    private User store(StoredUser user, Runnable store) {
        changes.store(
                store, () -> remember(user), () -> records.findUser(user.name()).ifPresent(this::remember));
        return view(user);
    }

    private void remember(StoredUser user) {
        users.put(user.name(), user);
    }

    /** With users as they are stored. */
    private <T> T turn(Callable<T> job) {
        return turns.take(() -> {
            changes.settle();
            return job.call();
        });
    }

    private StoredUser known(String name) {
        return Optional.ofNullable(users.get(name)).orElseThrow(() -> AccessFailure.unknown("user", name));
    }

    private static Attempts attempts(StoredUser user) {
        return new Attempts(user.failures(), user.pausedUntil());
    }

    private static StoredUser withAttempts(StoredUser user, Attempts attempts) {
        return copy(user, user.roles(), user.password(), user.provisional(), user.enabled(), attempts);
    }

    private static StoredUser copy(
            StoredUser user, String roles, String password, boolean provisional, boolean enabled, Attempts attempts) {
        return new StoredUser(
                user.name(),
                roles,
                password,
                provisional,
                enabled,
                attempts.failures(),
                attempts.until(),
                user.createdAt(),
                user.createdBy());
    }

    private static User view(StoredUser user) {
        return new User(
                user.name(),
                AccessRole.parse(user.roles()),
                user.enabled(),
                user.provisional(),
                user.pausedUntil(),
                user.createdAt(),
                user.createdBy());
    }

    @Override
    public void close() {
        turns.close();
    }
}
