/**
 * How fast a model runs here, how fast this machine would let it run, and what rounding its weights
 * costs. All figures are measured, floors and model in one run, as machines that are shared change
 * their speed from minute to minute.
 */
@NullMarked
package dev.palinode.model.benchmark;

import org.jspecify.annotations.NullMarked;
