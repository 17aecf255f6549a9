/** Test kit for all modules: a fake model, fixtures, and access to data sets and models. */
@NullMarked
package dev.palinode.testkit;

import org.jspecify.annotations.NullMarked;
