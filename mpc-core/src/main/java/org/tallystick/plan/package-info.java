/**
 * Which way to compute what a program asks for: garbled, or on bit slices. Declared costs, a group's network and rates
 * of this machine in; a choice with its reasons out.
 */
package org.tallystick.plan;
