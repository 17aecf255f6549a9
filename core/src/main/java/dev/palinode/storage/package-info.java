/** How files come to disk: whole or not at all. */
@NullMarked
package dev.palinode.storage;

import org.jspecify.annotations.NullMarked;
