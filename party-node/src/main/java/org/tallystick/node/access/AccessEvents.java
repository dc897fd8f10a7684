package org.tallystick.node.access;

/** Hears of every change of who may do what, for the record. */
@FunctionalInterface
public interface AccessEvents {
    /**
     * Puts a change on record that is stored by now, for the second time perhaps; returns when it is, or throws a
     * {@link org.tallystick.node.NodeFailure}.
     *
     * @param kind such as {@code user added}
     * @param by name of the principal who did it
     * @param what names of users, labels and roles; never a secret
     */
    void happened(String kind, String by, String what);
}
