/**
 * The folder of a run, of an evaluation or an attack: what is measured, a line for each sample, and
 * the numbers made of them.
 *
 * <pre>
 * manifest.json   what is run, on what, and with which settings; written first
 * results.jsonl   a line for each sample, appended as soon as it is complete
 * summary.json    the numbers, once the run has ended
 * </pre>
 *
 * <p>A run that was killed resumes where it was: complete lines are kept, and no sample is done
 * twice. It ends with the same bytes as one that was never interrupted, apart from times, whose
 * fields begin with {@code ms_}.
 */
@NullMarked
package dev.palinode.evaluation.run;

import org.jspecify.annotations.NullMarked;
