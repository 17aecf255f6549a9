/** Atomic writes of files and folders, folder locks, hashes, JSON and text files. */
@NullMarked
package dev.palinode.io;

import org.jspecify.annotations.NullMarked;
