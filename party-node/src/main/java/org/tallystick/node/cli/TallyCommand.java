package org.tallystick.node.cli;

/** A command that another module adds to {@code tally}, found by {@link java.util.ServiceLoader}. */
public interface TallyCommand {
    /** An object with picocli's {@code @Command} annotation; its name must be free. */
    Object command();
}
