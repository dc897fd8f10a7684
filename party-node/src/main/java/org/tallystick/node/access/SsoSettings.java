package org.tallystick.node.access;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The organisation's own log-in, by OpenID Connect.
 *
 * @param issuer as its tokens and its metadata name it; HTTPS
 * @param secret of this client, if it has one besides PKCE
 * @param redirect this node's {@code /v1/sso/callback} as browsers reach it
 * @param audience of access tokens that programs show as bearer tokens; none are taken when empty
 * @param nameClaim the claim that says who somebody is
 * @param rolesClaim the path to the claim with the groups or roles of somebody
 * @param roles what those mean here; others mean nothing
 * @param authority PEM file with the authority of the provider's certificate, instead of the system's
 */
public record SsoSettings(
        URI issuer,
        String clientId,
        Optional<String> secret,
        URI redirect,
        Optional<String> audience,
        String nameClaim,
        List<String> rolesClaim,
        Map<String, AccessRole> roles,
        Optional<Path> authority) {
    public SsoSettings {
        rolesClaim = List.copyOf(rolesClaim);
        roles = Map.copyOf(roles);
    }

    @Override
    public String toString() {
        return "SsoSettings[" + issuer + ", " + clientId + "]";
    }
}
