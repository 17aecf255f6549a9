/** The version of the product. */
@NullMarked
package dev.palinode;

import org.jspecify.annotations.NullMarked;
