package org.tallystick.plan;

/** What of a garbled way is in place before it is asked for. */
public enum Stock {
    /** Nothing: tables are made and sent in the run. */
    NONE("tables made now"),
    /** Tables for just this batch, made together. */
    BATCH("stock for the batch in place"),
    /** Tables of single rows, each for a run of its own, as nodes keep them: they are evaluated one by one. */
    ROWS("stock of single rows in place");

    private final String words;

    Stock(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
