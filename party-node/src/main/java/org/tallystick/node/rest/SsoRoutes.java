package org.tallystick.node.rest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.access.Access;
import org.tallystick.node.access.Sso;

/** The organisation's own log-in, for browsers. */
final class SsoRoutes {
    private static final String COOKIE = "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600";
    private static final int LONGEST = 2048;

    private final Access access;
    private final String session;
    private final String browser;

    SsoRoutes(Access access, String nodeRole) {
        this.access = access;
        this.session = Gatekeeper.cookieName(nodeRole);
        this.browser = Gatekeeper.cookieName("sso-" + nodeRole);
    }

    List<Route> routes() {
        return List.of(
                Route.open(
                        "/v1/sso",
                        call -> Reply.json(
                                200, Json.object().put("enabled", access.sso().isPresent()))),
                Route.open("/v1/sso/login", this::begin),
                Route.open("/v1/sso/callback", this::end));
    }

    private Sso sso() {
        return access.sso()
                .orElseThrow(() -> new ServiceFailure(Problem.of(
                        Problem.Code.NOT_FOUND,
                        "this node uses no log-in of an organisation",
                        "log in with a name and password, or name one in node.yaml: access.sso")));
    }

    private Reply begin(Call call) {
        Sso.Begun begun = sso().begin();
        // Lax: the provider's redirect back is a navigation from another site, and has to bring it.
        return redirect(begun.provider().toString(), browser + "=" + begun.browser() + COOKIE);
    }

    private Reply end(Call call) {
        Sso sso = sso();
        Optional<String> error = call.query("error");
        if (error.isPresent()) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.UNAUTHORIZED, "the organisation's log-in did not let you in", "begin again"));
        }
        Access.LoggedIn in = access.login(
                sso,
                parameter(call, "state"),
                parameter(call, "code"),
                cookie(call).orElse(""));
        return redirect("/", session + "=" + in.token() + AccessRoutes.COOKIE);
    }

    private static String parameter(Call call, String name) {
        return call.query(name)
                .filter(value -> !value.isEmpty() && value.length() <= LONGEST)
                .orElseThrow(() -> Checks.invalid("the parameter \"" + name + "\" is missing", "begin again"));
    }

    private Optional<String> cookie(Call call) {
        return call.headers().getAll("Cookie").stream()
                .flatMap(header -> List.of(header.split(";")).stream())
                .map(String::strip)
                .filter(each -> each.startsWith(browser + "="))
                .map(each -> each.substring(browser.length() + 1))
                .findFirst();
    }

    private static Reply redirect(String to, String cookie) {
        return new Reply.Whole(
                303, "text/plain; charset=utf-8", Map.of("Location", to, "Set-Cookie", cookie), new byte[0]);
    }
}
