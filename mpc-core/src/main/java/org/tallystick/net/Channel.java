package org.tallystick.net;

/**
 * An ordered, reliable channel of whole messages to one peer. One {@code send} is one flush: a protocol gathers all it
 * has to say to a peer in a round into a single message.
 */
public interface Channel {
    /**
     * Queues a message; never blocks on the peer, so that symmetric sends cannot deadlock. The channel takes ownership
     * of the array.
     */
    void send(byte[] message);

    /**
     * Waits for the next message, which must be exactly {@code length} bytes long.
     *
     * @throws ProtocolAbort when the deadline passes, the peer is lost or has stopped, or the length is wrong
     */
    byte[] receive(int length);
}
