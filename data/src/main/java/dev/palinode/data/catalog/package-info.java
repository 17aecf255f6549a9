/**
 * Catalogue of known published data sets: content, licence, source, and the hash that identifies a
 * file. The files themselves are not part of Palinode.
 */
@NullMarked
package dev.palinode.data.catalog;

import org.jspecify.annotations.NullMarked;
