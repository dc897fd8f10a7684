/** Scorecards and logistic models: training, compiling to programs, and the plaintext oracle they are compared with. */
package org.tallystick.models;
