package org.tallystick.node.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.tallystick.node.access.AccessRole;
import org.tallystick.node.access.SsoSettings;
import org.tallystick.node.certs.Pem;

/**
 * {@code access.sso}: the organisation's own log-in as {@code node.yaml} names it, and the file of its secret.
 *
 * @param settings without the secret
 * @param secretFile a file that only its owner can read
 */
public record SsoConfig(SsoSettings settings, Optional<Path> secretFile) {
    private static final String EXAMPLE = "{issuer: 'https://login.example', clientId: tally, redirect:"
            + " 'https://node.example:8443/v1/sso/callback', roles: {tally-approvers: approver}}";
    private static final String CALLBACK = "/v1/sso/callback";
    private static final Pattern CLAIM = Pattern.compile("[A-Za-z0-9_:/-]+(\\.[A-Za-z0-9_:/-]+)*");

    /** Reads the section, if it is there. */
    static Optional<SsoConfig> read(Section access) {
        if (!access.has("sso")) {
            return Optional.empty();
        }
        Section sso = access.section("sso", EXAMPLE);
        URI redirect = https(sso, "redirect", "https://node.example:8443" + CALLBACK);
        if (!redirect.getPath().endsWith(CALLBACK)) {
            throw sso.failure("redirect", "does not end in " + CALLBACK, "write https://HOST:PORT" + CALLBACK);
        }
        String clientId = sso.text("clientId", "tally");
        Optional<String> audience = sso.optionalText("audience", "tally-api");
        if (audience.equals(Optional.of(clientId))) {
            throw sso.failure(
                    "audience",
                    "is the clientId, so that ID tokens would pass for access tokens",
                    "give access tokens an audience of their own at the provider");
        }
        String claims = sso.has("rolesClaim") ? sso.text("rolesClaim", CLAIM, "a path of claims", "groups") : "groups";
        SsoSettings settings = new SsoSettings(
                https(sso, "issuer", "https://login.example"),
                clientId,
                Optional.empty(),
                redirect,
                audience,
                sso.optionalText("nameClaim", "sub").orElse("sub"),
                List.of(claims.split("\\.")),
                roles(sso),
                path(sso, "authority", "certs/sso-ca.pem"));
        SsoConfig value = new SsoConfig(settings, path(sso, "secretFile", "keys/sso-secret"));
        sso.finish();
        return Optional.of(value);
    }

    private static Optional<Path> path(Section sso, String key, String example) {
        return sso.has(key) ? Optional.of(sso.path(key, example)) : Optional.empty();
    }

    private static URI https(Section sso, String key, String example) {
        String text = sso.text(key, example);
        try {
            URI address = URI.create(text);
            if ("https".equals(address.getScheme())
                    && address.getHost() != null
                    && address.getQuery() == null
                    && address.getFragment() == null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // As if it were another kind of address.
        }
        throw sso.failure(key, "\"" + text + "\" is no address with https", "write for example " + example);
    }

    private static Map<String, AccessRole> roles(Section sso) {
        Map<String, AccessRole> roles = new TreeMap<>();
        sso.texts("roles", "{tally-approvers: approver}")
                .forEach((group, role) -> roles.put(
                        group,
                        AccessRole.of(role)
                                .orElseThrow(() -> sso.failure(
                                        "roles." + group,
                                        "\"" + role + "\" is no role",
                                        "write one of " + String.join(", ", AccessRole.ids())))));
        return roles;
    }

    /** All of it, the secret read from its file. */
    public SsoSettings withSecret() {
        return new SsoSettings(
                settings.issuer(),
                settings.clientId(),
                secretFile.map(file -> Pem.readSecret(file).strip()),
                settings.redirect(),
                settings.audience(),
                settings.nameClaim(),
                settings.rolesClaim(),
                settings.roles(),
                settings.authority());
    }
}
