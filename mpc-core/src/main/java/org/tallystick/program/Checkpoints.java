package org.tallystick.program;

/** The two places where a run waits for its surroundings. */
public interface Checkpoints {
    /** Nothing to wait for: tests and benchmarks. */
    Checkpoints NONE = new Checkpoints() {
        @Override
        public void inputsReceived() {}

        @Override
        public void releasing() {}
    };

    /** All inputs have arrived, unchecked; the first product leaves when this returns. A node waits for acceptances. */
    void inputsReceived();

    /** Every check has passed; the first message of an answer leaves when this returns. A node waits for its record. */
    void releasing();
}
