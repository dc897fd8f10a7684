package org.tallystick.bench;

/** Runs a job until it is warm, then measures it. */
final class Measurement {
    private static final int MOST_WARM_UPS = 100_000;

    private Measurement() {}

    /**
     * Warm-up: the job is repeated, more often every time, until so many seconds have gone by; the compiler needs the
     * number of calls as much as the time.
     */
    static void warmUp(Group group, Job job, double seconds) {
        double spent = 0;
        for (int times = 2; spent < seconds && times < MOST_WARM_UPS; times *= 2) {
            long start = System.nanoTime();
            group.run(job.times(times));
            spent += (System.nanoTime() - start) * 1e-9;
        }
    }

    /** Warm-up, then as many repetitions as the job says, in a row. */
    static Spread of(Group group, Job job, double warmUpSeconds) {
        warmUp(group, job, warmUpSeconds);
        return Spread.of(group.run(job));
    }
}
