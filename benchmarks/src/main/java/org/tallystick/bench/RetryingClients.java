package org.tallystick.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.Role;

/**
 * Clients of the bank's REST interface who ask under request ids of their own, about one business or about some, and
 * ask again under the same ids until each is answered; and who sometimes ask once more for what they were answered.
 */
final class RetryingClients {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long RETRY_MILLIS = 50;
    private static final long LONGEST_RETRY_MILLIS = 300;
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(3);
    private static final int MOST_ROWS = 4;

    /** Where kills have used up what may be told of a business, or how often it may be told under one consent. */
    private static final Set<String> ENDS = Set.of("refused: budget", "refused: answered", "refused: consent_spent");

    /** One in so many requests is one that was answered before. */
    private static final int REPEATS = 10;

    /** Of one request that asks for all answers once more. */
    private static final int PAGE = 1000;

    private final KilledGroup group;
    private final BooleanSupplier enough;
    private final AtomicInteger next = new AtomicInteger();
    private final ConcurrentLinkedQueue<Held> held = new ConcurrentLinkedQueue<>();
    private final Set<String> answering = ConcurrentHashMap.newKeySet();
    private final Set<String> spent = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> unanswered = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> problems = new ConcurrentHashMap<>();
    private final LongAdder retries = new LongAdder();

    /**
     * An answer as a client got it, each time that it got one.
     *
     * @param session the run that gave it, by its name
     * @param expected the rank of the band by plain arithmetic
     */
    record Held(String request, String subject, String session, int rank, int expected) {
        @Override
        public String toString() {
            return "Held[" + request + ", " + session + "]";
        }
    }

    private record Open(String request, KilledGroup.Asked about) {}

    /** @param enough when they ask for nothing new */
    RetryingClients(KilledGroup group, Predicate<RetryingClients> enough) {
        this.group = group;
        this.enough = () -> enough.test(this);
    }

    /** How many sessions have given answers. */
    int sessions() {
        return answering.size();
    }

    /** One client, until there is enough; its last requests are answered then, or have been given up. */
    void run(long seed) throws InterruptedException {
        Random random = new Random(seed);
        List<Open> settled = new ArrayList<>();
        while (!enough.getAsBoolean()) {
            int rows = random.nextInt(3) > 0 ? 1 : 2 + random.nextInt(MOST_ROWS - 1);
            List<Open> open = new ArrayList<>();
            for (int k = 0; k < rows; k++) {
                int number = next.getAndIncrement();
                if (number < group.asked().size()) {
                    open.add(new Open("kills-" + number, group.asked().get(number)));
                }
            }
            if (open.isEmpty()) {
                return;
            }
            settled.addAll(open);
            untilAnswered(open);
            if (random.nextInt(REPEATS) == 0) {
                untilAnswered(new ArrayList<>(List.of(settled.get(random.nextInt(settled.size())))));
            }
        }
    }

    private void untilAnswered(List<Open> open) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE;
        for (long wait = RETRY_MILLIS; ; wait = Math.min(2 * wait, LONGEST_RETRY_MILLIS)) {
            Map<String, JsonNode> results = ask(open);
            open.removeIf(each -> isSettled(each, results.get(each.request())));
            if (open.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                open.forEach(each -> unanswered.add(each.request()));
                return;
            }
            retries.add(open.size());
            TimeUnit.MILLISECONDS.sleep(wait);
        }
    }

    private boolean isSettled(Open open, JsonNode result) {
        if (result != null && result.has("answer")) {
            String session = result.get("session").asText();
            answering.add(session);
            held.add(new Held(
                    KillEvidence.wireRequest(open.request()),
                    open.about().subject(),
                    session,
                    result.at("/answer/band/rank").asInt(-1),
                    open.about().rank()));
            return true;
        }
        String problem = result == null ? "no answer" : name(result);
        problems.computeIfAbsent(problem, any -> new LongAdder()).increment();
        if (ENDS.contains(problem)) {
            // It was let go in vain as often as it may be: an end like another, and no answer.
            spent.add(KillEvidence.wireRequest(open.request()));
            return true;
        }
        return false;
    }

    private static String name(JsonNode result) {
        JsonNode problem = result.path("problem");
        String code = problem.path("code").asText("?");
        String reason = problem.at("/details/reason").asText("");
        return reason.isEmpty() ? code : code + ": " + reason;
    }

    /** By request; what nobody answered is not there. */
    private Map<String, JsonNode> ask(List<Open> open) {
        ObjectNode body = JSON.createObjectNode().put("model", group.model()).put("purpose", KilledGroup.PURPOSE);
        boolean one = open.size() == 1;
        if (one) {
            fill(body, open.getFirst());
        } else {
            var rows = body.putArray("rows");
            open.forEach(each -> fill(rows.addObject(), each));
        }
        Map<String, JsonNode> results = new HashMap<>();
        RestClient.Reply reply;
        try {
            reply = group.client(Role.BANK).tryPost("/v1/scores", "application/json", body.toString());
        } catch (NodeFailure e) {
            return results;
        }
        if (reply.status() == 200 && one) {
            results.put(open.getFirst().request(), reply.body());
        } else if (reply.status() == 200) {
            reply.body()
                    .get("results")
                    .forEach(row -> results.put(row.get("requestId").asText(), row));
        } else {
            ObjectNode problem = JSON.createObjectNode().set("problem", reply.body());
            open.forEach(each -> results.put(each.request(), problem));
        }
        return results;
    }

    private static void fill(ObjectNode row, Open open) {
        row.put("subject", open.about().subject())
                .put("requestId", open.request())
                .put("consent", open.about().consent());
    }

    /** Asks for everything once more, when no node is killed any more: the bank still holds each answer. */
    void askAgain() throws InterruptedException {
        int asked = Math.min(next.get(), group.asked().size());
        for (int from = 0; from < asked; from += PAGE) {
            List<Open> open = new ArrayList<>();
            for (int k = from; k < Math.min(asked, from + PAGE); k++) {
                open.add(new Open("kills-" + k, group.asked().get(k)));
            }
            untilAnswered(open);
        }
    }

    /** Every answer that was got, as often as it was got. */
    List<Held> held() {
        return List.copyOf(held);
    }

    /** Requests that ended without an answer, as agencies know them. */
    Set<String> spent() {
        return Set.copyOf(spent);
    }

    /** Requests that were given up. */
    List<String> unanswered() {
        return List.copyOf(unanswered);
    }

    /** How often rows were asked for again. */
    long retries() {
        return retries.sum();
    }

    /** What stood in the way, and for how many rows. */
    Map<String, Long> problems() {
        Map<String, Long> counts = new TreeMap<>();
        problems.forEach((problem, count) -> counts.put(problem, count.sum()));
        return counts;
    }
}
