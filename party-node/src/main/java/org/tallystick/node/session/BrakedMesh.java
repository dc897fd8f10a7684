package org.tallystick.node.session;

import org.tallystick.net.Channel;
import org.tallystick.net.Mesh;
import org.tallystick.node.transport.SessionMesh;

/**
 * A mesh whose sends wait, with the deadline of a receive, while more than some bytes have yet to leave to that peer:
 * what a peer that stops reading makes this node hold is that and one message. Only for stretches of a protocol in
 * which nobody waits for who sends; elsewhere a send that waits could lock two parties.
 */
final class BrakedMesh implements Mesh {
    private final SessionMesh inner;
    private final long most;

    BrakedMesh(SessionMesh inner, long most) {
        this.inner = inner;
        this.most = most;
    }

    @Override
    public int self() {
        return inner.self();
    }

    @Override
    public int parties() {
        return inner.parties();
    }

    @Override
    public Channel to(int peer) {
        Channel channel = inner.to(peer);
        return new Channel() {
            @Override
            public void send(byte[] message) {
                inner.awaitUnsent(peer, most);
                channel.send(message);
            }

            @Override
            public byte[] receive(int length) {
                return channel.receive(length);
            }
        };
    }

    @Override
    public String toString() {
        return "BrakedMesh[" + most + " bytes]";
    }
}
