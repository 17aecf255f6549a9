/**
 * Recipes: one class per training method, and a YAML file with all its settings. A recipe has no
 * hidden defaults: a missing key is an error.
 */
@NullMarked
package dev.palinode.training.recipe;

import org.jspecify.annotations.NullMarked;
