/**
 * Imports of data files of any supported format into one file of Palinode's rows, with a manifest
 * and a file of the rejected rows.
 *
 * <p>No good row is lost, and no bad row is accepted silently. Broken rows are set aside with the
 * reason, and too many of them stop the import. A damaged file stops it unless the settings allow
 * that.
 */
@NullMarked
package dev.palinode.data.importing;

import org.jspecify.annotations.NullMarked;
