/**
 * Decontamination and deduplication of training data: filters prompts of benchmarks, which would
 * invalidate evaluation, and exact and near duplicates of earlier records. Everything works on
 * plain text.
 */
@NullMarked
package dev.palinode.data.dedup;

import org.jspecify.annotations.NullMarked;
