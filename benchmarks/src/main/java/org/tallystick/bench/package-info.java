/** Measurements: kernels (JMH), protocol runs and whole scores, with their reports. */
package org.tallystick.bench;
