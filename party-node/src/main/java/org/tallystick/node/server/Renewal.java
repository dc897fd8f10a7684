package org.tallystick.node.server;

import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tallystick.node.rest.RestServer;
import org.tallystick.node.transport.TlsMaterial;
import org.tallystick.node.transport.Transport;

/** Takes certificates that have changed to peers and to callers. */
record Renewal(Transport transport, RestServer rest) implements CertificateFiles.User {
    @Override
    public void refuse(Set<String> refused, List<Optional<String>> pins) {
        transport.refuse(refused, pins);
    }

    @Override
    public void renew(TlsMaterial peers, List<Optional<String>> pins, KeyCertOptions callers) throws IOException {
        transport.renew(peers, pins);
        rest.renew(callers);
    }
}
