/**
 * {@code palinode bench}: measures the speed of prefill, decoding and training against the
 * machine's limits, and the quality lost by rounding weights. {@code palinode load}: a server under
 * load. Part of the source tree, not of the published jars; {@code palinode} finds the commands on
 * its class path.
 */
@NullMarked
package dev.palinode.bench;

import org.jspecify.annotations.NullMarked;
