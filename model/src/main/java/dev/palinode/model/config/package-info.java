/**
 * The architecture of a model: {@code config.json} as Hugging Face writes it, checked field by
 * field, and the parameter names that follow from it.
 */
@NullMarked
package dev.palinode.model.config;

import org.jspecify.annotations.NullMarked;
