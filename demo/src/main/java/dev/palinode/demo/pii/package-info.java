/**
 * The PII world, which is about unlearning and guidance: {@link dev.palinode.demo.pii.PiiWorld} is
 * who its people are, {@link dev.palinode.demo.pii.PiiSplit} what alignment sees and what is held
 * out, {@link dev.palinode.demo.pii.PiiData} the rows that are written, {@link
 * dev.palinode.demo.pii.PiiExperiment} the run from nothing to its tables.
 */
@NullMarked
package dev.palinode.demo.pii;

import org.jspecify.annotations.NullMarked;
