package org.tallystick.bench;

/**
 * Another system's time for the same work.
 *
 * @param source which system, version and transport; where the figure is from
 */
record Peer(String source, double seconds) {}
