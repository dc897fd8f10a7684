package org.tallystick.node.governance;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.Agreements;

/** The banks, models and columns of this node that nobody may use until they are let go on. Durable. */
public final class Stops {
    private final Agreements storage;
    private final Function<Hash, Set<String>> columns;
    private final Clock clock;
    private final Set<String> stopped = ConcurrentHashMap.newKeySet();

    /** What can be stopped. */
    public enum Kind {
        /** By the requester's name in agreements. */
        BANK,
        /** By its digest. */
        MODEL,
        /** By the name of the raw column in this node's database, or by what a program calls what is made of it. */
        COLUMN;

        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Kind> of(String id) {
            return List.of(values()).stream()
                    .filter(kind -> kind.id().equals(id))
                    .findFirst();
        }
    }

    /** @param columns the columns of this node that a program or plan takes, by its hash */
    public Stops(Agreements storage, Function<Hash, Set<String>> columns, Clock clock) {
        this.storage = storage;
        this.columns = columns;
        this.clock = clock;
        storage.stops().forEach(stop -> stopped.add(key(stop.kind(), stop.name())));
    }

    private static String key(String kind, String name) {
        return kind + " " + name;
    }

    boolean isStopped(Kind kind, String name) {
        return stopped.contains(key(kind.id(), name));
    }

    /** Whether a program or plan takes a column of this node that goes by that name. */
    boolean takes(Hash program, String column) {
        return columns.apply(program).contains(column);
    }

    /** Whether a column that a program takes is stopped. */
    boolean isColumnStopped(Hash program) {
        boolean any = stopped.stream().anyMatch(key -> key.startsWith(Kind.COLUMN.id() + " "));
        if (!any) {
            return false;
        }
        Set<String> taken = new HashSet<>(columns.apply(program));
        return taken.stream().anyMatch(column -> isStopped(Kind.COLUMN, column));
    }

    public List<Agreements.Stop> all() {
        return storage.stops();
    }

    /**
     * Stops something from now on. Stopping and lifting wait for each other, with what they have to put on record.
     *
     * @param then ends what is under way, and puts it on record
     */
    public synchronized void stop(Kind kind, String name, String by, Runnable then) {
        storage.stop(new Agreements.Stop(kind.id(), name, by, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
        stopped.add(key(kind.id(), name));
        then.run();
    }

    /**
     * Lets it go on; false when it was not stopped.
     *
     * @param onRecord puts it on record, before anything goes on
     */
    public synchronized boolean lift(Kind kind, String name, Runnable onRecord) {
        boolean lifted = storage.lift(kind.id(), name);
        if (lifted) {
            onRecord.run();
        }
        stopped.remove(key(kind.id(), name));
        return lifted;
    }
}
