/**
 * What is kept out of training data: prompts of benchmarks, which would make a measurement
 * worthless, and exact and near duplicates of earlier records. Everything works on plain text.
 */
@NullMarked
package dev.palinode.data.dedup;

import org.jspecify.annotations.NullMarked;
