/**
 * How fast a model is trained here, beside the rate at which this machine multiplies, and what a
 * step that computes prompts once costs beside one that does not.
 */
@NullMarked
package dev.palinode.training.benchmark;

import org.jspecify.annotations.NullMarked;
