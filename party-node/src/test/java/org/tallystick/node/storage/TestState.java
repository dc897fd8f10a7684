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
        Connection connect(Path folder) throws SQLException {
            return DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("state"), "sa", "");
        }

        @Override
        void copied(Path folder, Path image, StateDatabase open) {
            // Its file was copied as it was.
        }
    },

    POSTGRESQL {
        private final Map<Path, String> addresses = new ConcurrentHashMap<>();

        private String address(Path folder) {
            return addresses.computeIfAbsent(folder, any -> TestPostgres.newDatabase());
        }

        @Override
        public StateDatabase open(Path folder) {
            return StateDatabase.open(
                    folder, Optional.of(new StateLocation(address(folder), TestPostgres.USER, TestPostgres.PASSWORD)));
        }

        @Override
        Connection connect(Path folder) throws SQLException {
            return DriverManager.getConnection(address(folder), TestPostgres.USER, TestPostgres.PASSWORD);
        }

        @Override
        void copied(Path folder, Path image, StateDatabase open) {
            open.close();
            addresses.put(image, TestPostgres.copyOf(address(folder)));
        }
    };

    /** Opens the state of a folder, empty the first time. */
    public abstract StateDatabase open(Path folder);

    /** A connection beside the node's. */
    abstract Connection connect(Path folder) throws SQLException;

    /** The files of a folder were copied; its database becomes the image's as it is now. */
    abstract void copied(Path folder, Path image, StateDatabase open);
}
