package org.tallystick.node.storage;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Appends from eight threads and prints each request id once its record is durable. */
final class ReleaseLogChild {
    private ReleaseLogChild() {}

    public static void main(String[] arguments) throws InterruptedException {
        ReleaseLog log = ReleaseLog.open(Path.of(arguments[0]));
        AtomicInteger next = new AtomicInteger();
        StorageFailure[] failures = new StorageFailure[8];
        Thread[] threads = new Thread[8];
        for (int i = 0; i < threads.length; i++) {
            int self = i;
            threads[i] = Thread.ofVirtual().start(() -> failures[self] = appendUntilFailure(log, next));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        print(failures[0].getMessage());
        System.exit(3);
    }

    private static StorageFailure appendUntilFailure(ReleaseLog log, AtomicInteger next) {
        try {
            while (true) {
                int number = next.incrementAndGet();
                log.append(ReleaseLogTest.record(number, "request " + number));
                print("request " + number);
            }
        } catch (StorageFailure e) {
            return e;
        }
    }

    private static void print(String line) {
        synchronized (System.out) {
            System.out.print(line + "\n");
            System.out.flush();
        }
    }
}
