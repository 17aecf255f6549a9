/**
 * The PII world, for unlearning and guidance: {@link dev.palinode.demo.pii.PiiWorld} has its people
 * and judges, {@link dev.palinode.demo.pii.PiiSplit} the data split, {@link
 * dev.palinode.demo.pii.PiiData} the training rows, {@link dev.palinode.demo.pii.PiiExperiment} the
 * world of the experiment; {@code experiment.yaml} has the models and the rows of the tables.
 */
@NullMarked
package dev.palinode.demo.pii;

import org.jspecify.annotations.NullMarked;
