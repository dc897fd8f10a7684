package org.tallystick.node.bank;

import java.time.Instant;
import org.tallystick.node.session.Hash;

/**
 * A model the bank can ask for.
 *
 * @param program hash of its program
 * @param digest digest of its stored shares
 */
public record ActiveModel(String name, Scoring scoring, Hash program, Hash digest, Instant activatedAt) {}
