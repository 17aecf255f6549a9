/**
 * Recipes: one class per training method, which wires the bricks and reads top to bottom, and the
 * YAML file that states every one of its settings. A recipe has no hidden defaults: what is not in
 * the file is an error.
 */
@NullMarked
package dev.palinode.training.recipe;

import org.jspecify.annotations.NullMarked;
