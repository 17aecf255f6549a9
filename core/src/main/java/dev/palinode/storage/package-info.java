/** How files come to disk, whole or not at all, and how their contents are told apart. */
@NullMarked
package dev.palinode.storage;

import org.jspecify.annotations.NullMarked;
