/** Files that are written whole or not at all, locks on folders, hashes, JSON of foreign origin. */
@NullMarked
package dev.palinode.io;

import org.jspecify.annotations.NullMarked;
