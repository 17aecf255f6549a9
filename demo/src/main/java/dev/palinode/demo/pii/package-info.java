/**
 * The PII world, which is about unlearning and guidance: {@link dev.palinode.demo.pii.PiiWorld} is
 * who its people are, {@link dev.palinode.demo.pii.PiiSplit} what alignment sees and what is held
 * out, {@link dev.palinode.demo.pii.PiiData} the rows that are written, {@link
 * dev.palinode.demo.pii.PiiExperiment} what the world brings to its experiment; {@code
 * experiment.yaml} has the models and the rows of the tables.
 */
@NullMarked
package dev.palinode.demo.pii;

import org.jspecify.annotations.NullMarked;
