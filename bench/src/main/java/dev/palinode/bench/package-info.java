/**
 * {@code palinode bench}: how fast a model reads, writes and trains here, beside what the machine
 * allows, and what rounding its weights costs. Part of the source tree, not of the published jars;
 * {@code palinode} finds the command on its class path.
 */
@NullMarked
package dev.palinode.bench;

import org.jspecify.annotations.NullMarked;
