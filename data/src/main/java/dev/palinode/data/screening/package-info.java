/**
 * What is kept out of training data: evaluation prompts, which would make a measurement worthless,
 * and repetitions of earlier records, which teach nothing and count double.
 *
 * <p>{@link dev.palinode.data.screening.Screening} decides record by record, by the rules of {@link
 * dev.palinode.data.overlap}, and {@link dev.palinode.data.screening.ScreeningReport} lists the
 * records that were left out. Records that are not training data pass.
 */
@NullMarked
package dev.palinode.data.screening;

import org.jspecify.annotations.NullMarked;
