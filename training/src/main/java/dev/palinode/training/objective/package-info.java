/**
 * What training minimises: objectives as functions of a model and examples, and the sequences that
 * an example of a method turns into.
 */
@NullMarked
package dev.palinode.training.objective;

import org.jspecify.annotations.NullMarked;
