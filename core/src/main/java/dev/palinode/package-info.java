/** What is true of the whole product: its version. */
@NullMarked
package dev.palinode;

import org.jspecify.annotations.NullMarked;
