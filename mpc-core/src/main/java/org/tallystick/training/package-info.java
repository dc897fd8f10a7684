/**
 * Learning and judging a logistic regression on shares, written once over {@link org.tallystick.protocol.Protocol}:
 * what owners prepare beforehand, and who learns what at the end, is not decided here.
 */
package org.tallystick.training;
