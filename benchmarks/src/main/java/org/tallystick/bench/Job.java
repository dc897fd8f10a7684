package org.tallystick.bench;

/**
 * What all four parties do together, a number of times.
 *
 * @param chunk rows of one run; more rows take several
 * @param inFlight runs at a time
 * @param first number of the first run; a job uses as many from there as {@link #runs} says
 */
record Job(Kind kind, int rows, int chunk, int inFlight, int repetitions, long first) {
    /** What one repetition is. */
    enum Kind {
        /** Scores rows whose inputs were shared beforehand. */
        FROM_SHARES,
        /** Shares the inputs and scores. */
        WITH_INPUTS,
        /** Shares the inputs and scores, the end garbled out of stock in place. */
        GARBLED_WITH_INPUTS,
        /** Makes stock of garbled circuits for runs of many rows, all of it. */
        GARBLED_STOCK,
        /** Computes garbled circuits for many rows out of stock in place. */
        GARBLED_RUNS,
        /** Scores rows whose shares are in the node's store, on the disk. */
        FROM_STORE,
        /** Finds the signs of numbers of 64 bits that were shared beforehand. */
        SIGNS,
        /** Learns from rows that were shared beforehand, with the three-piece sigmoid. */
        TRAIN_THREE_PIECE,
        /** The same with the accurate sigmoid. */
        TRAIN_ACCURATE,
        /** Exchanges a short message between all pairs, as many times one after the other as a score has rounds. */
        ROUNDS,
        /** Exchanges a short message in the four steps of a score: bank to all, all to all twice, all to the bank. */
        FOUR_MESSAGES,
        /**
         * The same, and every party forces a record to the disk before its second, every other than the bank before its
         * fourth.
         */
        FOUR_RECORDED_MESSAGES,
        /** Sends a short message from party 0 to the bank and back. */
        PING,
    }

    Job {
        if (rows < 1 || chunk < 1 || inFlight < 1 || repetitions < 1) {
            throw new IllegalArgumentException("rows, rows of a chunk, runs in flight and repetitions are at least 1");
        }
    }

    /** A job of any run numbers. */
    static Job of(Kind kind, int rows, int chunk, int inFlight, int repetitions) {
        return new Job(kind, rows, chunk, inFlight, repetitions, 0);
    }

    Job from(long number) {
        return new Job(kind, rows, chunk, inFlight, repetitions, number);
    }

    Job times(int count) {
        return new Job(kind, rows, chunk, inFlight, count, first);
    }

    /** As one line, which {@link #parse} reads. */
    String line() {
        return kind + " " + rows + " " + chunk + " " + inFlight + " " + repetitions + " " + first;
    }

    static Job parse(String line) {
        String[] parts = line.split(" ", -1);
        return new Job(
                Kind.valueOf(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                Integer.parseInt(parts[4]),
                Long.parseLong(parts[5]));
    }

    int chunks() {
        return (rows + chunk - 1) / chunk;
    }

    int rowsOf(int index) {
        return Math.min(chunk, rows - index * chunk);
    }

    /** Run numbers used: a model's activation, the inputs beforehand, a run a chunk and repetition, and its check. */
    long runs() {
        return firstOf(repetitions + 1) - first;
    }

    /** Number of the first run of a repetition. Stock takes numbers behind those of its repetition. */
    long firstOf(int repetition) {
        int each = switch (kind) {
            case GARBLED_WITH_INPUTS -> 2 * chunks();
            case GARBLED_STOCK, GARBLED_RUNS -> 2 * chunks() + 2;
            default -> chunks();
        };
        return first + 1 + chunks() + (long) each * repetition;
    }

    /** Number after the last run of a repetition that counts. */
    long endOf(int repetition) {
        return firstOf(repetition) + chunks();
    }
}
