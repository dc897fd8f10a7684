/**
 * Boolean circuits, and half gates over many instances of one at a time. Pure: no network, no shares;
 * {@link org.tallystick.convert} joins it to a profile.
 */
package org.tallystick.garble;
