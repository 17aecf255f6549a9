/**
 * Training objectives: losses as functions of a model and examples, and the sequences and pairs
 * that examples become.
 */
@NullMarked
package dev.palinode.training.objective;

import org.jspecify.annotations.NullMarked;
