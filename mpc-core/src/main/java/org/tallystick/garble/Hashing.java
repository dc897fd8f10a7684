package org.tallystick.garble;

/**
 * The hash of a label at half gate i of instance t, from AES-128 as an ideal cipher. Bounds are for an adversary that
 * computes AES p times, and for Δ of 126 random bits (each half of a label has a colour, {@link HalfGates}).
 */
public enum Hashing {
    /**
     * E_k(σ(x) ⊕ t) ⊕ σ(x) ⊕ t under a key k = base ⊕ i of its own for each half gate, for many instances at a time
     * (Guo, Katz, Wang, Weng, Yu, ePrint 2019/1168, there without t). A key meets 2B labels of a batch of B instances,
     * all under one Δ or each under its own, so what the adversary gains grows with B, not with the circuit. The public
     * t keeps inputs to one key apart even where a wire's label is the same in all instances.
     */
    REKEYED,
    /**
     * π(π(x) ⊕ (i, t)) ⊕ π(x) under one key for the batch (Guo, Katz, Wang, Yu, ePrint 2019/074, section 7.4): twice
     * the AES, no key schedules, so that gates of one layer go through the cipher together. For few instances, or where
     * each of many is evaluated alone. The advantage grows with the half gates of all instances under the key.
     */
    TWEAKED;

    /** From as many instances as this, key schedules cost less than a second pass of AES. */
    public static final int REKEYED_FROM = 64;

    /** The faster one for so many instances; both parties compute it alike. */
    public static Hashing of(int instances) {
        return instances < REKEYED_FROM ? TWEAKED : REKEYED;
    }
}
