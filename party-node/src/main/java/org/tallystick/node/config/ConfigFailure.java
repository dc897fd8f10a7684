package org.tallystick.node.config;

import java.nio.file.Path;
import org.tallystick.node.NodeFailure;

/** A configuration file that cannot be used: names the file, the key and what to write there. */
public final class ConfigFailure extends NodeFailure {
    private static final long serialVersionUID = 1L;

    public ConfigFailure(Path file, String key, String problem, String remedy) {
        super(file + ": " + (key.isEmpty() ? "" : key + ": ") + problem, remedy);
    }
}
