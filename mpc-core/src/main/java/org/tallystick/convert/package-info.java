/** Between the shares of a profile and garbled circuits: the garbled world of {@code rep4}. */
package org.tallystick.convert;
