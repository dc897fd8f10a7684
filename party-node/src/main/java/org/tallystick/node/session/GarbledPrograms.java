package org.tallystick.node.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Program;

/** Garbled forms of programs, each compiled once while it is among those lately asked for. For several threads. */
final class GarbledPrograms {
    private static final int MOST = 64;

    private final Map<Hash, GarbledProgram.Found> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, GarbledProgram.Found> eldest) {
            return size() > MOST;
        }
    };

    /** The garbled form of a program, by its hash; whoever asks for one that is being compiled waits for that. */
    synchronized GarbledProgram.Found of(Hash hash, Program program) {
        return kept.computeIfAbsent(hash, fresh -> GarbledProgram.of(program));
    }

    @Override
    public synchronized String toString() {
        return "GarbledPrograms[" + kept.size() + "]";
    }
}
