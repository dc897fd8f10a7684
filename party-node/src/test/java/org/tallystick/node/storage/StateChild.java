package org.tallystick.node.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;

/** Stores programs of 20 kB, and prints the number of each once it is committed. */
final class StateChild {
    private StateChild() {}

    public static void main(String[] arguments) {
        StateDatabase database = StateDatabase.open(Path.of(arguments[0]));
        Programs programs = new Programs(database);
        Random random = new Random(1);
        try {
            for (int number = 0; ; number++) {
                byte[] encoding = new byte[20_000];
                random.nextBytes(encoding);
                programs.add(hash(number), "program", encoding);
                programs.approve(hash(number), "the test");
                System.out.print(number + "\n");
                System.out.flush();
            }
        } catch (StorageFailure e) {
            System.out.print(e.getMessage() + "\n");
            System.out.flush();
            System.exit(3);
        }
    }

    static byte[] hash(int number) {
        return ByteBuffer.allocate(32).putInt(number).array();
    }
}
