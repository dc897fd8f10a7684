package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The published three-feature regression on the published loans (Li, Mickel and Taylor 2018). */
class SbaThreeTest {
    private static final Path DATA =
            Path.of(System.getProperty("tallystick.data", "../../shared/data")).resolve("sba_case");

    @Test
    void bothScorersGiveThePublishedTable() {
        assumeTrue(
                Files.isDirectory(DATA),
                "skipped: no real data at " + DATA.toAbsolutePath().normalize());
        Dataset dataset = Dataset.read(Path.of("datasets/sba-three.yaml"));
        List<Business> loans = DatasetReader.read(dataset, DATA);
        Model model = Model.read(dataset.model().orElseThrow());
        PlainScorer plain = PlainScorer.of(model);
        FixedPointScorer fixed = FixedPointScorer.of(ModelCompiler.compile(model));

        int count = loans.size();
        assertEquals(1051, count);
        boolean[] bad = new boolean[count];
        boolean[] declined = new boolean[count];
        boolean[] fixedDeclined = new boolean[count];
        double[] scores = new double[count];
        List<Answer> answers = fixed.answers(loans.stream().map(Business::rows).toList());
        for (int k = 0; k < count; k++) {
            bad[k] = loans.get(k).bad().orElseThrow();
            scores[k] = plain.score(loans.get(k).rows());
            declined[k] = plain.answer(loans.get(k).rows()).equals(new Answer.Band(1, "decline"));
            fixedDeclined[k] = answers.get(k).equals(new Answer.Band(1, "decline"));
        }
        assertEquals(new Metrics.Confusion(682, 14, 324, 31), Metrics.confusion(declined, bad));
        assertEquals(new Metrics.Confusion(682, 14, 324, 31), Metrics.confusion(fixedDeclined, bad));
        assertEquals(0.3216, Metrics.confusion(declined, bad).misclassified(), 5e-5);
        assertEquals(0.7346, Metrics.auc(scores, bad), 5e-5);
        assertEquals(0.3857, Metrics.ks(scores, bad), 5e-5);
    }
}
