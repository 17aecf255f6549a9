/** What tests of every module share: a fake model, and the way to reference numbers and data. */
@NullMarked
package dev.palinode.testkit;

import org.jspecify.annotations.NullMarked;
