package org.tallystick.node.rest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Duration;
import java.util.HexFormat;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.Pem;
import org.tallystick.node.config.NodeConfig;

/**
 * How the REST interface listens and what it puts up with.
 *
 * @param port 0 takes a free one
 * @param certificate what it shows callers, with its key
 * @param tokenHash SHA-256 of the bearer token
 */
public record RestSettings(
        String host,
        int port,
        KeyCertOptions certificate,
        byte[] tokenHash,
        Limits limits,
        Rates rates,
        Deadlines deadlines) {
    private static final int JSON_BYTES = 4 << 20;

    /**
     * @param jsonBytes largest JSON body but a job's
     * @param uploadBytes largest body of a job
     * @param jobRows most rows of a job
     * @param requests most requests at the same time, beyond which callers are told to come back
     * @param connections most connections at the same time
     */
    public record Limits(int jsonBytes, int uploadBytes, int jobRows, int requests, int connections) {}

    /**
     * Requests a second, on average, that are answered.
     *
     * @param principal of each caller who is known
     * @param address of each address whose callers are not
     */
    public record Rates(double principal, double address) {}

    /**
     * @param request from a request's head until it is answered, streams apart
     * @param stall until the next bytes of a body arrive, or the next bytes of a streamed response are taken
     * @param idle how long a connection may be without a request, and a request's head may take
     */
    public record Deadlines(Duration request, Duration stall, Duration idle) {}

    /** As the node's configuration says. */
    public static RestSettings of(NodeConfig config) {
        NodeConfig.Limits limits = config.limits();
        return new RestSettings(
                config.rest().listen().host(),
                config.rest().listen().port(),
                new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(Pem.read(config.tls().certificate())))
                        .addKeyValue(Buffer.buffer(Pem.readSecret(config.tls().key()))),
                tokenHash(config),
                new Limits(Math.min(JSON_BYTES, limits.bodyBytes()), limits.bodyBytes(), limits.jobRows(), 1024, 1024),
                new Rates(limits.ratePrincipal(), limits.rateAddress()),
                new Deadlines(config.deadlines().request(), Duration.ofSeconds(10), Duration.ofSeconds(60)));
    }

    private static byte[] tokenHash(NodeConfig config) {
        String text = Pem.read(config.rest().tokenHash()).strip();
        if (!text.matches("[0-9a-fA-F]{64}")) {
            throw new NodeFailure(
                    config.rest().tokenHash() + " is not the SHA-256 of a token in hexadecimal",
                    "write it there: echo -n \"$TOKEN\" | sha256sum | cut -c1-64");
        }
        return HexFormat.of().parseHex(text);
    }

    @Override
    public String toString() {
        return "RestSettings[" + host + ":" + port + ", " + limits + ", " + deadlines + "]";
    }
}
