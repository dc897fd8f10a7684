package org.tallystick.bench;

import java.util.function.Function;
import org.tallystick.net.Mesh;

/** One party's way to open runs, over whatever joins the parties. Parties open runs of the same number together. */
interface Sessions {
    int self();

    /** Runs {@code body} over the mesh of run {@code number}, which is used once. */
    <T> T run(long number, Function<Mesh, T> body);
}
