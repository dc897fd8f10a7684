package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CountDownLatch;

/** The real disk, whose forces wait until they may go on. */
final class StalledDisk implements Disk {
    private final CountDownLatch forcing = new CountDownLatch(1);
    private final CountDownLatch proceed = new CountDownLatch(1);
    private final Runnable then;

    StalledDisk() {
        this(() -> {});
    }

    /** @param then what a force does before it is one, once it may go on */
    StalledDisk(Runnable then) {
        this.then = then;
    }

    /** Returns when a force waits. */
    void awaitForce() throws InterruptedException {
        forcing.await();
    }

    /** From now on no force waits. */
    void proceed() {
        proceed.countDown();
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        REAL.write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        forcing.countDown();
        try {
            proceed.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        then.run();
        REAL.force(channel);
    }
}
