/** Measurement of personal data recognisers: recall on masked values, and false positives. */
@NullMarked
package dev.palinode.data.pii;

import org.jspecify.annotations.NullMarked;
