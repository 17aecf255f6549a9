/** How much personal data a recogniser finds, and how much where there is none. */
@NullMarked
package dev.palinode.data.pii;

import org.jspecify.annotations.NullMarked;
