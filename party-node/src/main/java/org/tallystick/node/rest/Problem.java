package org.tallystick.node.rest;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tallystick.node.access.AccessRole;

/**
 * What stood in the way, told to a caller as {@code application/problem+json}. No text of it holds a secret, a subject
 * or a value of anyone's data.
 *
 * @param detail what is wrong
 * @param remedy what to do about it
 * @param details facts for programs, by name: strings, numbers, booleans and lists of them
 */
public record Problem(Code code, String detail, String remedy, Map<String, Object> details) {
    private static final String UNDER_WAY = "under_way";

    public Problem {
        details = Map.copyOf(details);
    }

    /** The kinds of problem, each with its HTTP status. */
    public enum Code {
        INVALID_REQUEST(400, "The request is not valid"),
        INVALID_SUBJECT(422, "The subject is not a valid identifier"),
        UNAUTHORIZED(401, "The credential is missing or wrong"),
        FORBIDDEN(403, "The caller may not do this"),
        NOT_FOUND(404, "There is no such thing at this node"),
        METHOD_NOT_ALLOWED(405, "The method is not one of this resource"),
        NOT_ACCEPTABLE(406, "The answer has no such form"),
        TOO_SLOW(408, "The request did not arrive in time"),
        TOO_LARGE(413, "The request is too large"),
        UNSUPPORTED_MEDIA_TYPE(415, "The request body has another media type"),
        RATE_LIMITED(429, "Too many requests"),
        UNKNOWN_SUBJECT(404, "The bank has no record of the subject"),
        UNUSABLE_ROW(422, "The bank's own record of the subject cannot be used"),
        UNKNOWN_MODEL(404, "No model of that name is active"),
        MODEL_REJECTED(422, "The model cannot be computed"),
        UNUSABLE_CERTIFICATE(422, "The files of certificates cannot be used"),
        CONFLICT(409, "It does not fit what is there"),
        REFUSED(409, "A node refuses to take part"),
        RUN_ABORTED(503, "The computation ended early"),
        NOT_READY(503, "The group is not complete"),
        BUSY(503, "The node has too much to do"),
        TIMED_OUT(504, "The node took too long"),
        STORAGE_UNAVAILABLE(503, "The node cannot use its storage"),
        INTERNAL(500, "The node failed");

        private final int status;
        private final String title;

        Code(int status, String title) {
            this.status = status;
            this.title = title;
        }

        /** The HTTP status of a response that is this problem. */
        public int status() {
            return status;
        }

        /** The same words for every problem of this kind. */
        public String title() {
            return title;
        }

        /** The name in JSON. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Problem of(Code code, String detail, String remedy) {
        return new Problem(code, detail, remedy, Map.of());
    }

    /** This problem with one more fact. */
    public Problem with(String name, Object value) {
        Map<String, Object> more = new TreeMap<>(details);
        more.put(name, value);
        return new Problem(code, detail, remedy, more);
    }

    /** @param why from the check of identifiers, which names the character and does not repeat the identifier */
    public static Problem invalidSubject(String why) {
        return of(Code.INVALID_SUBJECT, why, "correct the identifier and ask again");
    }

    public static Problem unknownSubject() {
        return of(
                Code.UNKNOWN_SUBJECT,
                "the bank has no row for this subject",
                "import the subject's row at the bank, or check the identifier");
    }

    /** @param why names the column, not the value */
    public static Problem unusableRow(String why) {
        return of(Code.UNUSABLE_ROW, why, "correct the row in the bank's data and ask again");
    }

    public static Problem unknownModel(String name) {
        return of(Code.UNKNOWN_MODEL, "no model named \"" + name + "\" is active", "activate it: POST /v1/models");
    }

    public static Problem modelRejected(String why) {
        return of(Code.MODEL_REJECTED, why, "correct the model file and post it again");
    }

    /**
     * @param role who refuses
     * @param reason the reason's name on the wire
     * @param rows which rows, if it is about rows
     */
    public static Problem refused(String role, String reason, String meaning, List<Integer> rows) {
        return of(Code.REFUSED, "the " + role + " node refuses: " + meaning, "settle it with that node's operator")
                .with("role", role)
                .with("reason", reason.toLowerCase(Locale.ROOT))
                .with("rows", rows);
    }

    /** @param missing roles of the nodes that are not connected */
    public static Problem notReady(List<String> missing) {
        String who = missing.isEmpty() ? "the nodes have not agreed on seeds yet" : "not connected: " + missing;
        return of(Code.NOT_READY, who, "start the missing nodes or wait for them, then ask again")
                .with("missing", List.copyOf(missing));
    }

    public static Problem runAborted(String why) {
        return of(Code.RUN_ABORTED, why, "ask again with the same requestId: it is charged once");
    }

    public static Problem conflict(String requestId) {
        return of(
                Code.CONFLICT,
                "request id \"" + requestId + "\" belongs to another subject, model or purpose",
                "use a new request id");
    }

    static Problem unauthorised() {
        return of(
                Code.UNAUTHORIZED,
                "the request shows no credential, or one that does not hold",
                "send the header Authorization: Bearer with a key, a session's token or this node's token; POST"
                        + " /v1/login gives a session");
    }

    /** @param roles of which one is needed */
    static Problem forbidden(Set<AccessRole> roles) {
        List<String> names = roles.stream().sorted().map(AccessRole::id).toList();
        return of(
                        Code.FORBIDDEN,
                        "this is for " + (names.isEmpty() ? "the node's own token" : String.join(", ", names)),
                        "ask somebody who has that role, or have an operator give it to you")
                .with("roles", names);
    }

    /** @param wait how long until a request would be taken */
    static Problem rateLimited(Duration wait) {
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        return of(
                        Code.RATE_LIMITED,
                        "too many requests",
                        "ask again after " + seconds + " s; the node's operator sets the limits")
                .with("retryAfter", seconds);
    }

    public static Problem busy() {
        return of(Code.BUSY, "too many requests are under way", "ask again later");
    }

    /** @param role who has not ended another request about the subject */
    public static Problem underWay(String role) {
        return of(
                        Code.BUSY,
                        "the " + role + " node has not ended another request about the subject",
                        "ask again in some seconds")
                .with("role", role)
                .with("reason", UNDER_WAY);
    }

    /** Whether it is {@link #underWay}. */
    public boolean isUnderWay() {
        return UNDER_WAY.equals(details.get("reason"));
    }

    public static Problem storageUnavailable() {
        return of(
                Code.STORAGE_UNAVAILABLE,
                "the node's storage cannot be used",
                "tell the node's operator, whose log says what to do");
    }

    /**
     * @param what such as {@code "job"}
     * @param id what was asked for
     */
    public static Problem notFound(String what, String id) {
        return of(Code.NOT_FOUND, "there is no " + what + " \"" + id + "\"", "check the " + what + "'s id");
    }
}
