package org.tallystick.node.transport;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.TCPSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.util.Set;

/** TLS 1.3 with certificates on both sides, by BoringSSL where it loads and by the JDK elsewhere. */
final class Tls {
    private Tls() {}

    static NetServerOptions server(TransportConfig config, KeyCertOptions identity, PeerTrust trust) {
        NetServerOptions options = new NetServerOptions();
        common(options, config, identity, trust);
        return options.setClientAuth(ClientAuth.REQUIRED).setHost(config.listenHost());
    }

    static NetClientOptions client(TransportConfig config, KeyCertOptions identity, PeerTrust trust) {
        NetClientOptions options = new NetClientOptions();
        common(options, config, identity, trust);
        // The peer's name is checked by PeerTrust: it is a role of the group, wherever the host may be.
        return options.setHostnameVerificationAlgorithm("")
                .setConnectTimeout((int) config.timing().hello().toMillis());
    }

    /** The engine in use, for logs. */
    static String engine() {
        return OpenSSLEngineOptions.isAvailable() ? "BoringSSL" : "JDK";
    }

    private static void common(
            TCPSSLOptions options, TransportConfig config, KeyCertOptions identity, PeerTrust trust) {
        SSLEngineOptions engine = OpenSSLEngineOptions.isAvailable()
                ? new OpenSSLEngineOptions().setSessionCacheEnabled(false)
                : new JdkSSLEngineOptions();
        options.setSsl(true)
                .setSslEngineOptions(engine)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(identity)
                .setTrustOptions(TrustOptions.wrap(trust))
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        options.setSslHandshakeTimeout(config.timing().hello().toMillis())
                .setSslHandshakeTimeoutUnit(java.util.concurrent.TimeUnit.MILLISECONDS);
    }
}
