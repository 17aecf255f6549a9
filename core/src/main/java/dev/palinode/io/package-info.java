/** Atomic writes of files and folders, listings, folder locks, hashes, JSON and text files. */
@NullMarked
package dev.palinode.io;

import org.jspecify.annotations.NullMarked;
