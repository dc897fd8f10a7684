package org.tallystick.node.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.Key;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides whether a JWT is the provider's, for this node, now (RFC 7519, RFC 8725; OpenID Connect Core, section
 * 3.1.3.7), and who it names. Only asymmetric signatures are taken, by keys that the provider publishes.
 */
final class SsoTokens {
    /** Clocks may differ by so much. */
    private static final Duration SKEW = Duration.ofSeconds(60);

    private static final int LONGEST = 8192;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@|:-]{1,128}");
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final SsoSettings settings;
    private final InstantSource clock;

    SsoTokens(SsoSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** A token that is not taken; the text is for logs and names no claim's value. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why);
        }
    }

    /** Somebody, until when. */
    record Named(Principal principal, Instant until) {}

    /** Who an ID token names, that was asked for with this nonce. */
    Named ofIdToken(String token, String nonce, JWKSet keys) throws Refused {
        JWTClaimsSet claims = verified(token, keys);
        if (!claims.getAudience().contains(settings.clientId())) {
            throw new Refused("it is for another audience");
        }
        Object party = claims.getClaim("azp");
        if ((claims.getAudience().size() > 1 || party != null)
                && !settings.clientId().equals(party)) {
            throw new Refused("it was issued to another client");
        }
        if (!nonce.equals(claims.getClaim("nonce"))) {
            throw new Refused("its nonce is not the one that was sent");
        }
        return named(claims);
    }

    /** Who an access token names. */
    Named ofBearer(String token, JWKSet keys) throws Refused {
        String audience = settings.audience().orElseThrow(() -> new Refused("bearer tokens are not taken here"));
        JWTClaimsSet claims = verified(token, keys);
        if (!claims.getAudience().contains(audience)) {
            throw new Refused("it is for another audience");
        }
        if (claims.getClaim("nonce") != null) {
            throw new Refused("it is an ID token");
        }
        return named(claims);
    }

    private JWTClaimsSet verified(String token, JWKSet keys) throws Refused {
        if (token.length() > LONGEST) {
            throw new Refused("it is too long");
        }
        JWTClaimsSet claims;
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (!isPlain(jwt.getSignature())) {
                throw new Refused("its signature is not written as it has to be");
            }
            if (!isSigned(jwt, keys)) {
                throw new Refused("no key of the provider has signed it");
            }
            claims = jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw new Refused("it is not a signed JWT");
        }
        if (!settings.issuer().toString().equals(claims.getIssuer())) {
            throw new Refused("another issuer has made it");
        }
        checkTimes(claims);
        return claims;
    }

    /**
     * Decoding takes other texts for the same signature too, and one token would be many. So it is one with RSA, and
     * two at most with ECDSA: whoever has a signature (r, s) can write (r, n - s), which verifies as well.
     */
    private static boolean isPlain(Base64URL signature) {
        return Base64URL.encode(signature.decode()).equals(signature);
    }

    private static boolean isSigned(SignedJWT jwt, JWKSet keys) {
        try {
            List<? extends Key> candidates = new JWSVerificationKeySelector<SecurityContext>(
                            ALGORITHMS, new ImmutableJWKSet<>(keys))
                    .selectJWSKeys(jwt.getHeader(), null);
            for (Key key : candidates) {
                JWSVerifier verifier = new DefaultJWSVerifierFactory().createJWSVerifier(jwt.getHeader(), key);
                if (jwt.verify(verifier)) {
                    return true;
                }
            }
        } catch (JOSEException e) {
            return false;
        }
        return false;
    }

    private void checkTimes(JWTClaimsSet claims) throws Refused {
        Instant now = clock.instant();
        if (claims.getExpirationTime() == null || !now.isBefore(until(claims).plus(SKEW))) {
            throw new Refused("it has expired");
        }
        if (claims.getNotBeforeTime() != null
                && now.plus(SKEW).isBefore(claims.getNotBeforeTime().toInstant())) {
            throw new Refused("it does not hold yet");
        }
        if (claims.getIssueTime() != null
                && now.plus(SKEW).isBefore(claims.getIssueTime().toInstant())) {
            throw new Refused("it was issued in the future");
        }
    }

    private static Instant until(JWTClaimsSet claims) {
        return claims.getExpirationTime().toInstant();
    }

    private Named named(JWTClaimsSet claims) throws Refused {
        if (!(claims.getClaim(settings.nameClaim()) instanceof String name)
                || !NAME.matcher(name).matches()) {
            throw new Refused("its claim " + settings.nameClaim() + " is no name");
        }
        return new Named(new Principal(Principal.SSO + name, roles(claims)), until(claims));
    }

    private Set<AccessRole> roles(JWTClaimsSet claims) {
        Object at = claims.getClaims();
        for (String step : settings.rolesClaim()) {
            at = at instanceof Map<?, ?> map ? map.get(step) : null;
        }
        Set<AccessRole> roles = EnumSet.noneOf(AccessRole.class);
        Collection<?> values = at instanceof Collection<?> several ? several : at == null ? List.of() : List.of(at);
        values.forEach(value ->
                Optional.ofNullable(settings.roles().get(String.valueOf(value))).ifPresent(roles::add));
        return roles;
    }
}
