package org.tallystick.node.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MetricsTest {
    private final Metrics metrics = new Metrics("tax");

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void whatHappenedIsThereWithItsLabels() {
        metrics.request("GET", "/ready", 503, 2_000_000);
        metrics.request("GET", "/ready", 503, 7_000_000);
        metrics.run("score", 12, 30_000_000);
        metrics.aborted("peer");
        metrics.refused("utility", "busy");
        metrics.traffic("bank", 100, 40);
        metrics.traffic("bank", 1, 2);
        metrics.epoch();

        assertLine("tally_rest_requests_seconds_count{method=\"GET\",role=\"tax\",route=\"/ready\",status=\"503\"} 2");
        assertLine("tally_rest_requests_seconds_bucket"
                + "{method=\"GET\",role=\"tax\",route=\"/ready\",status=\"503\",le=\"0.005\"} 1");
        assertLine("tally_runs_seconds_count{kind=\"score\",role=\"tax\"} 1");
        assertLine("tally_run_rows_sum{kind=\"score\",role=\"tax\"} 12.0");
        assertLine("tally_runs_aborted_total{reason=\"peer\",role=\"tax\"} 1.0");
        assertLine("tally_refusals_total{by=\"utility\",reason=\"busy\",role=\"tax\"} 1.0");
        assertLine("tally_run_bytes_total{direction=\"sent\",peer=\"bank\",role=\"tax\"} 101.0");
        assertLine("tally_run_bytes_total{direction=\"received\",peer=\"bank\",role=\"tax\"} 42.0");
        assertLine("tally_epochs_total{role=\"tax\"} 1.0");
    }

    @Test
    void figuresOfOthersAreReadAtEachScrape() {
        AtomicLong value = new AtomicLong(3);
        metrics.gauge("tally_pool_busy", "Connections in use", Map.of("pool", "state"), value::get);
        metrics.count("tally_frames", "Frames", Map.of(), value::get);

        assertLine("tally_pool_busy{pool=\"state\",role=\"tax\"} 3.0");
        value.set(5);
        assertLine("tally_pool_busy{pool=\"state\",role=\"tax\"} 5.0");
        assertLine("tally_frames_total{role=\"tax\"} 5.0");
    }

    @Test
    void aLabelWithoutEndDoesNotGrowWithoutEnd() {
        for (int k = 0; k < 5000; k++) {
            metrics.aborted("reason " + k);
        }

        long series = metrics.text()
                .lines()
                .filter(line -> line.startsWith("tally_runs_aborted_total"))
                .count();
        assertTrue(series <= 201, "series: " + series);
        assertLine("tally_runs_aborted_total{reason=\"other\",role=\"tax\"} 4800.0");
    }

    private void assertLine(String line) {
        assertEquals(1, metrics.text().lines().filter(line::equals).count(), () -> line + "\n" + metrics.text());
    }
}
