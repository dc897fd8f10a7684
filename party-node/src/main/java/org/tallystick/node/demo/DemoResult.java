package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.tallystick.models.Answer;
import org.tallystick.models.Business;
import org.tallystick.models.Metrics;
import org.tallystick.protocol.Cost;

/**
 * What a demonstration found.
 *
 * @param oracle the plaintext fixed-point scorer's answers, in the businesses' order
 * @param answers the bank's results by subject
 * @param latencies of single scores, ascending, in nanoseconds
 * @param together rows that were asked for together, and the seconds that took
 */
record DemoResult(
        List<Business> businesses,
        List<Answer> oracle,
        Map<String, JsonNode> answers,
        long[] latencies,
        int together,
        double seconds,
        Cost cost) {
    /** Rows that got an answer. */
    long scored() {
        return answers.values().stream().filter(row -> !row.has("problem")).count();
    }

    /** Rows whose answer is the oracle's. */
    long agreed() {
        long count = 0;
        for (int k = 0; k < businesses.size(); k++) {
            JsonNode row = answers.get(businesses.get(k).id());
            if (row != null && agrees(oracle.get(k), row)) {
                count++;
            }
        }
        return count;
    }

    static boolean agrees(Answer expected, JsonNode row) {
        JsonNode answer = row.path("answer");
        return switch (expected) {
            case Answer.Band band -> answer.path("band").path("rank").asInt(-1) == band.rank();
            case Answer.Points points -> answer.path("points").asLong(Long.MIN_VALUE) == points.points();
            case Answer.Pd pd -> answer.path("pd").path("atLeast").asDouble(-1) == pd.atLeast();
            case Answer.Explained explained ->
                agrees(explained.answer(), row)
                        && explained.reasons().equals(answer.path("reasons").findValuesAsText("feature"));
        };
    }

    double millis(double quantile) {
        return latencies[(int) Math.min(latencies.length - 1, Math.round(quantile * (latencies.length - 1)))] / 1e6;
    }

    double rowsPerSecond() {
        return together / seconds;
    }

    /** Whether any business has a label and the answers call businesses good or bad. */
    boolean hasConfusion() {
        return businesses.stream().anyMatch(business -> business.bad().isPresent())
                && !(oracle.getFirst() instanceof Answer.Points);
    }

    /** Called bad: in the worst band, or with a probability of default of at least one half. */
    Metrics.Confusion confusion(int worst) {
        List<Business> labelled = businesses.stream()
                .filter(business -> business.bad().isPresent())
                .toList();
        boolean[] called = new boolean[labelled.size()];
        boolean[] bad = new boolean[labelled.size()];
        for (int k = 0; k < labelled.size(); k++) {
            JsonNode row = answers.get(labelled.get(k).id());
            called[k] = row.path("answer").has("band")
                    ? row.path("answer").path("band").path("rank").asInt() == worst
                    : row.path("answer").path("pd").path("atLeast").asDouble() >= 0.5;
            bad[k] = labelled.get(k).bad().get();
        }
        return Metrics.confusion(called, bad);
    }
}
