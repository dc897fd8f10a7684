package org.tallystick.node.storage;

/** A PostgreSQL database: JDBC address, user and password; {@code toString} leaves the password out. */
public record StateLocation(String url, String user, String password) {
    @Override
    public String toString() {
        return "StateLocation[" + url + ", " + user + "]";
    }
}
