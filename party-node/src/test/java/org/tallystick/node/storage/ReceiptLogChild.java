package org.tallystick.node.storage;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Appends from eight threads and prints each text once its receipt is durable. */
final class ReceiptLogChild {
    private ReceiptLogChild() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path folder = Path.of(arguments[0]);
        ReceiptLog log = ReceiptLog.open(folder, StorageKey.openOrCreate(folder.resolveSibling("storage.key")));
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

    private static StorageFailure appendUntilFailure(ReceiptLog log, AtomicInteger next) {
        try {
            while (true) {
                int number = next.incrementAndGet();
                log.append(ReceiptLogTest.record("request " + number));
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
