package org.tallystick.node.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The databases that a node's state can be in, each test's own, by its state folder. */
public enum TestState {
    EMBEDDED {
        @Override
        public StateDatabase open(Path folder) {
            return StateDatabase.open(folder);
        }

        @Override
        public Connection connect(Path folder) throws SQLException {
            return DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("state"), "sa", "");
        }

        @Override
        void copied(Path folder, Path image, StateDatabase open) {
            // Its file was copied as it was.
        }
    },

    POSTGRESQL {
        @Override
        public StateDatabase open(Path folder) {
            return StateDatabase.open(
                    folder,
                    Optional.of(new StateLocation(Addresses.of(folder), TestPostgres.USER, TestPostgres.PASSWORD)));
        }

        @Override
        public Connection connect(Path folder) throws SQLException {
            return DriverManager.getConnection(Addresses.of(folder), TestPostgres.USER, TestPostgres.PASSWORD);
        }

        @Override
        void copied(Path folder, Path image, StateDatabase open) {
            open.close();
            Addresses.ALL.put(image, TestPostgres.copyOf(Addresses.of(folder)));
        }
    };

    /** Opens the state of a folder, empty the first time. */
    public abstract StateDatabase open(Path folder);

    /** A connection beside the node's. */
    public abstract Connection connect(Path folder) throws SQLException;

    /** The files of a folder were copied; its database becomes the image's as it is now. */
    abstract void copied(Path folder, Path image, StateDatabase open);

    /** The databases made so far, by state folder. */
    private static final class Addresses {
        private static final Map<Path, String> ALL = new ConcurrentHashMap<>();

        private static String of(Path folder) {
            return ALL.computeIfAbsent(folder, any -> TestPostgres.newDatabase());
        }
    }
}
